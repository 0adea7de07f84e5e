/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

/** The types of conditions in a grid's status. */
public final class ConditionTypes {
  /** Every selected unit has a converged, available child. */
  public static final String READY = "Ready";

  /** Some unit is on its way: created, changed or rolling. */
  public static final String PROGRESSING = "Progressing";

  /** Some unit cannot be brought to what the grid says. */
  public static final String DEGRADED = "Degraded";

  /** The spec cannot be read as a grid. */
  public static final String INVALID_SPEC = "InvalidSpec";

  /** The grid cannot be planned for a bug; nothing is done for it meanwhile. */
  public static final String INTERNAL_ERROR = "InternalError";

  /** A unit names a template that is not there (RULE 5). */
  public static final String UNKNOWN_TEMPLATE = "UnknownTemplate";

  /** The unit selector names a unit that no node belongs to (RULE 4). */
  public static final String UNKNOWN_UNIT = "UnknownUnit";

  /** Unused templates stay because another manager applies them (RULE 6). */
  public static final String TEMPLATES_HELD = "TemplatesHeld";

  /**
   * Duplicates in a template were merged (RULE 8), a value of it was overruled (RULE 9), or a field
   * that the API server does not know was left out (RULE 7).
   */
  public static final String TEMPLATE_NORMALIZED = "TemplateNormalized";

  /** A template cannot be used for a unit (RULES 8, 13). */
  public static final String INVALID_TEMPLATE = "InvalidTemplate";

  /**
   * A foreign object, or another grid's, has a child's name (RULE 12). A foreign object without our
   * labels is not watched, which would mean to keep every Deployment of the cluster: it is read
   * again once a minute, so a name that became free is taken within that minute.
   */
  public static final String NAME_CONFLICT = "NameConflict";

  /** A taken-over child keeps its selector, which others share (RULE 13). */
  public static final String SHARED_SELECTOR = "SharedSelector";

  /** A child of SuperEdge whose name and node selector disagree about its unit (RULE 11). */
  public static final String UNIT_MISMATCH = "UnitMismatch";

  /** Somebody else writes the fields that we write (RULE 16). */
  public static final String CONTESTED = "Contested";

  /** A change needs a recreation (RULE 18). */
  public static final String IMMUTABLE_FIELD = "ImmutableField";

  /** The API server refused a write; the message is its own. */
  public static final String WRITE_FAILED = "WriteFailed";

  /** The brake holds deletions back (RULE 21). */
  public static final String DELETION_BLOCKED = "DeletionBlocked";

  /** A changed unit key waits for the new children (RULE 22). */
  public static final String KEY_CHANGE_BLOCKED = "KeyChangeBlocked";

  /** The grid is annotated as paused (RULE 19). */
  public static final String PAUSED = "Paused";

  /** The status leaves out states of units to stay small (RULE 25). */
  public static final String STATUS_TRUNCATED = "StatusTruncated";

  /** Clusters that a grid is for have fallen silent; what they told last stays (RULE 36). */
  public static final String UNREACHABLE = "Unreachable";

  /** Two clusters have a unit of one name; both are told apart in {@code states}. */
  public static final String UNIT_NAME_CLASH = "UnitNameClash";

  /** Two clusters want to be the child of one cluster namespace (RULE 36). */
  public static final String CLUSTER_CONTESTED = "ClusterContested";

  /** A copy of an earlier grid of this name has not been let go yet (RULE 37). */
  public static final String WAITING_FOR_RELEASE = "WaitingForRelease";

  /** A grid for all clusters in a namespace that is itself a cluster's: it is not carried. */
  public static final String IN_CLUSTER_NAMESPACE = "InClusterNamespace";

  /** A copy that does not say what it is a copy of. */
  public static final String INVALID_COPY = "InvalidCopy";

  /** The namespace that a copy is for is missing, or is not for copies (RULE 37). */
  public static final String TARGET_NAMESPACE = "TargetNamespace";

  /** The copy that this grid was made from is gone, and nobody wanted its deletion (RULE 35). */
  public static final String ORPHANED = "Orphaned";

  private ConditionTypes() {}
}
