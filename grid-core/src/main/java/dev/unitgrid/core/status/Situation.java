/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.GridStatus.RecentlyDeleted;
import dev.unitgrid.api.UnitSelector;
import dev.unitgrid.core.child.Problem;
import java.util.Optional;
import org.immutables.value.Value;

/** All that the status of a grid is made of, beside the grid itself. Immutable. */
@Value.Immutable
public interface Situation {
  /** The units that should have a child; the Service's alone for a ServiceGrid. */
  ImmutableList<UnitState> units();

  /** How many units the grid has: those of {@link #units()}, but for a ServiceGrid. */
  int unitCount();

  /** How many children stand for units that are empty or not selected. */
  @Value.Default
  default int emptyUnits() {
    return 0;
  }

  /** Units whose child is to be deleted, or is being deleted. */
  ImmutableList<String> goingUnits();

  /** What users should know beyond {@link #units()}. */
  ImmutableList<Problem> problems();

  /** Conditions of their own. */
  ImmutableList<Notice> notices();

  /** Whether every unit's child was planned from the present generation (RULE 26). */
  boolean isPlanned();

  /** What is remembered for the brake (RULE 21). */
  ImmutableList<RecentlyDeleted> recentlyDeleted();

  /** What is remembered to tell whether the spec or a node's label deselected a unit (RULE 4). */
  Optional<UnitSelector> observedUnitSelector();
}
