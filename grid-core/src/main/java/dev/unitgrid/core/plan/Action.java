/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.util.Optional;

/** One write. A value: whoever carries it out decides nothing about the domain. */
public sealed interface Action {
  /** A sentence for logs and previews: why. */
  String reason();

  /**
   * An object that lives.
   *
   * @param type its type
   * @param namespace its namespace
   * @param name its name
   * @param uid its uid: every write carries it, so that no successor is touched
   * @param resourceVersion its version when it was observed
   */
  record Target(
      ResourceType type, String namespace, String name, String uid, String resourceVersion) {}

  /**
   * POST {@code body}, manager {@code unitgrid} (RULE 14). 409 is a stale cache or a {@code
   * NameConflict}: the holder's owner decides.
   *
   * @param type the type of the child
   * @param body the whole object
   * @param claims prefixes {@code <claim>-<name>-} of persistent volume claims that must not carry
   *     another grid's label {@code unitgrid.dev/grid} (RULE 12); empty for anything but a
   *     StatefulSet with claim templates
   * @param reason why
   */
  record Create(ResourceType type, Json body, ImmutableList<String> claims, String reason)
      implements Action {}

  /**
   * Unite the managed fields of {@code managers} (Update and Apply) with {@code unitgrid}/Apply, by
   * a JSON patch that tests the resourceVersion (RULES 14, 19).
   *
   * @param target the child
   * @param managers names of managers, ours among them
   * @param reason why
   */
  record MergeOwnership(Target target, ImmutableSet<String> managers, String reason)
      implements Action {}

  /**
   * Let {@code unitgrid-handover} own the live number of replicas before we stop naming it (RULE
   * 15).
   *
   * @param target the child
   * @param replicas the live number
   * @param reason why
   */
  record HandOverReplicas(Target target, long replicas, String reason) implements Action {}

  /**
   * Server-side apply of {@code body} plus the target's uid, manager {@code unitgrid}, force (RULE
   * 14).
   *
   * @param target the child
   * @param body the whole object
   * @param restartsPods whether the pod template changes
   * @param drift the paths that differ from what was last written, if this corrects drift rather
   *     than follows the grid; empty otherwise
   * @param reason why
   */
  record Apply(
      Target target, Json body, boolean restartsPods, ImmutableList<String> drift, String reason)
      implements Action {}

  /**
   * Merge patch of annotations, manager {@code unitgrid-state}; an absent value removes one (RULE
   * 20). With {@code replicas} it sets {@code spec.replicas} too (scaling an empty unit to zero and
   * back).
   *
   * @param target the child
   * @param annotations values by name
   * @param replicas the number to set, if any
   * @param reason why
   */
  record Annotate(
      Target target,
      ImmutableMap<String, Optional<String>> annotations,
      Optional<Long> replicas,
      String reason)
      implements Action {}

  /**
   * Make the grid the controller of an orphan whose annotations name it (RULE 12), by a JSON patch
   * that tests the resourceVersion.
   *
   * @param target the orphan
   * @param owner the owner reference to add
   * @param reason why
   */
  record Adopt(Target target, Json owner, String reason) implements Action {}

  /**
   * Delete with uid and resourceVersion preconditions (RULE 17).
   *
   * @param target the child
   * @param emptyUnit the unit whose emptiness two consistent reads must confirm just before, if
   *     that is the cause; the status with {@code recentlyDeleted} is written before, too (RULE 21)
   * @param orphan whether its pods live on (recreation, RULE 18)
   * @param reason why
   */
  record Delete(Target target, Optional<EmptyUnit> emptyUnit, boolean orphan, String reason)
      implements Action {}

  /**
   * What must be confirmed before a deletion: no node carries {@code key=unit}, and the grid still
   * says so.
   *
   * @param key the unit key
   * @param unit the unit
   * @param deselected whether the unit still has nodes but the grid's spec no longer selects it:
   *     then only the grid is read again
   */
  record EmptyUnit(String key, String unit, boolean deselected) {}

  /**
   * Remove unused entries of {@code spec.templatePool} from the grid, by a JSON patch that tests
   * its resourceVersion (RULE 6).
   *
   * @param names of the entries
   * @param reason why
   */
  record PruneTemplates(ImmutableList<String> names, String reason) implements Action {}
}
