/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.UnitSelector;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.plan.Census.OwnChild;
import java.util.List;
import java.util.Optional;

/**
 * Whose doing it is that a unit with nodes is not selected any more (RULE 4). It was the spec's if
 * the selector that was acted upon last would still select the unit, and if the present one looks
 * at names only, which no node's label changes; else a node's label changed. What the spec did is
 * written on the child, and only when all such children say so the present selector becomes the one
 * that was acted upon: so a restart, a failed write or the brake in between forgets nothing.
 */
final class Deselection {
  private static final String SPEC = "spec";

  private final UnitSelector present;
  private final Optional<UnitSelector> actedUpon;
  private final NodeUnits units;
  private final ImmutableSet<String> selectedBefore;

  Deselection(Grid grid, NodeUnits units) {
    this.present = grid.spec().unitSelector().orElse(UnitSelector.ALL);
    this.actedUpon = GridStatus.parse(grid.status()).observedUnitSelector();
    this.units = units;
    this.selectedBefore =
        actedUpon.map(units::selectedBy).map(ImmutableSet::copyOf).orElse(ImmutableSet.of());
  }

  /** Whether the spec, and not a node, took {@code own} out. */
  boolean isBySpec(OwnChild own) {
    return units.unitKey().equals(own.key())
        && units.names().contains(own.unit())
        && (isWritten(own.child())
            || present.nodeSelector().isEmpty()
            || selectedBefore.contains(own.unit()));
  }

  /** Whether {@code child} says that it was the spec. */
  static boolean isWritten(ObservedChild child) {
    return SPEC.equals(child.annotations().get(Annotations.DESELECTED_BY));
  }

  /** The value of {@link Annotations#DESELECTED_BY}. */
  static String text() {
    return SPEC;
  }

  /**
   * The selector to remember.
   *
   * @param leaving all children whose unit is not wanted
   */
  Optional<UnitSelector> toRemember(List<OwnChild> leaving) {
    boolean allWritten =
        leaving.stream()
            .filter(own -> !own.child().deleting() && isBySpec(own))
            .allMatch(own -> isWritten(own.child()));
    return allWritten ? Optional.of(present) : actedUpon;
  }
}
