/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Grid;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.naming.Neighbour;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.template.UnknownFields;
import java.time.Instant;
import org.immutables.value.Value;

/** All that the plan of one grid depends on; taken from complete lists only (RULE 2). Immutable. */
@Value.Immutable
public interface Observed {
  /** The grid. */
  Grid grid();

  /**
   * Units by unit key: for the grid's own key, and for every other key that a child of it names
   * (RULE 22).
   */
  ImmutableMap<String, NodeUnits> units();

  /**
   * Objects of the grid's child type in its namespace that this grid controls, that carry its name
   * in their annotations, or that are known to hold a name that it could want.
   */
  ImmutableList<ObservedChild> children();

  /** Other grids whose children could meet this one's in a name. */
  ImmutableList<Neighbour> neighbours();

  /**
   * The last failed write of each unit, by unit; of the grid itself under the empty string. Gone
   * after a success.
   */
  ImmutableMap<String, WriteFailure> failures();

  /**
   * Whether deletions may be planned: false after versions ran backwards, until complete new lists
   * (RULE 2).
   */
  @Value.Default
  default boolean deletionsTrusted() {
    return true;
  }

  /**
   * Field managers of a controller that made children before us: what they own of a child that we
   * have not written yet becomes ours (RULE 19). By default that of SuperEdge's, which is the name
   * of its program.
   */
  @Value.Default
  default ImmutableSet<String> takeoverManagers() {
    return ImmutableSet.of("application-grid-controller");
  }

  /**
   * Entries of {@code spec.templatePool} that a manager owns by server-side apply: removed, they
   * would come back with its next apply (RULE 6).
   */
  @Value.Default
  default ImmutableSet<String> heldTemplates() {
    return ImmutableSet.of();
  }

  /**
   * Fields that this API server refused in this process's writes to the grid's children, and its
   * version; what refusals of former processes taught stands in the children's annotations (RULE
   * 7).
   */
  @Value.Default
  default UnknownFields unknownFields() {
    return UnknownFields.NONE;
  }

  /** The time. */
  Instant now();

  /**
   * A write that failed.
   *
   * @param at when
   * @param hash the {@code unitgrid.dev/hash} of the unit's rendering, if its plan had one; else
   *     empty
   * @param code the HTTP status; 0 if there was no answer
   * @param condition the type of the condition that shows it, e.g. {@code NameConflict}, {@code
   *     ImmutableField}, {@code WriteFailed}
   * @param message the API server's own words, or the sentence that says who holds the name
   * @param retryAt not before this
   */
  record WriteFailure(
      Instant at, String hash, int code, String condition, String message, Instant retryAt) {}
}
