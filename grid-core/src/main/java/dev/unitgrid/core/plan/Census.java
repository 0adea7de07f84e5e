/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import dev.unitgrid.api.Grid;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.naming.ChildIdentity;
import dev.unitgrid.core.naming.ChildIdentity.Mismatched;
import dev.unitgrid.core.naming.ChildIdentity.Ours;
import dev.unitgrid.core.naming.ChildNames;
import dev.unitgrid.core.nodeunit.NodeUnits;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who is there: the units that the grid wants a child for, and every observed object by what it is
 * to the grid (RULES 1, 4, 11, 22). Sorted, so that the order of the input cannot show.
 *
 * @param units all units under the grid's key, selected or not
 * @param selected the units that the grid selects
 * @param wanted the units that should have a child; exactly the empty one for a ServiceGrid
 * @param names the names of the wanted children, and which of them live
 * @param leaving children under the grid's key whose unit is not wanted, and those of an earlier
 *     key whose unit has no node any more, by name
 * @param earlier other children of an earlier unit key, by name
 * @param doubles children of wanted units that have another one, by name
 * @param mismatched children whose unit cannot be said, by name
 * @param identities what each observed object is, by its name
 * @param byName each observed object, by its name
 */
record Census(
    NodeUnits units,
    ImmutableSortedSet<String> selected,
    ImmutableSortedSet<String> wanted,
    ChildNames names,
    ImmutableList<OwnChild> leaving,
    ImmutableList<OwnChild> earlier,
    ImmutableList<OwnChild> doubles,
    ImmutableList<ObservedChild> mismatched,
    ImmutableMap<String, ChildIdentity> identities,
    ImmutableMap<String, ObservedChild> byName) {

  /**
   * A child that the grid controls.
   *
   * @param child the child
   * @param key the unit key that it was made for
   * @param unit its unit
   */
  record OwnChild(ObservedChild child, String key, String unit) {}

  static Census of(Observed observed) {
    Grid grid = observed.grid();
    String key = grid.spec().gridUniqKey();
    NodeUnits units = observed.units().getOrDefault(key, NodeUnits.of(key, ImmutableList.of()));
    ImmutableSortedSet<String> selected =
        grid.spec().unitSelector().map(units::selectedBy).orElse(units.names());
    ImmutableSortedSet<String> wanted =
        grid.kind().isWorkload() ? selected : ImmutableSortedSet.of("");
    List<ObservedChild> children =
        observed.children().stream().sorted(Comparator.comparing(ObservedChild::name)).toList();
    ChildNames names = ChildNames.of(grid, wanted, children, observed.neighbours());
    return new Sorting(grid, observed.units(), selected, wanted, names).of(units, children);
  }

  /** The child of ours for {@code unit}, if it lives. */
  Optional<ObservedChild> living(String unit) {
    return names.living(unit);
  }

  /** Units of children that live and stay, wanted or leaving, one entry a child. */
  ImmutableList<String> livingUnits() {
    ImmutableList.Builder<String> living = ImmutableList.builder();
    wanted.stream()
        .filter(unit -> names.living(unit).filter(child -> !child.deleting()).isPresent())
        .forEach(living::add);
    leaving.stream()
        .filter(own -> !own.child().deleting())
        .map(OwnChild::unit)
        .forEach(living::add);
    return living.build();
  }

  /** The uids of children that live, stay, and are not leaving. */
  ImmutableSet<String> keptUids() {
    ImmutableSet.Builder<String> kept = ImmutableSet.builder();
    for (String unit : wanted) {
      names
          .living(unit)
          .filter(child -> !child.deleting())
          .map(ObservedChild::uid)
          .ifPresent(kept::add);
    }
    return kept.build();
  }

  /** Puts each object into its drawer. */
  private record Sorting(
      Grid grid,
      ImmutableMap<String, NodeUnits> unitsByKey,
      ImmutableSortedSet<String> selected,
      ImmutableSortedSet<String> wanted,
      ChildNames names) {
    Census of(NodeUnits units, List<ObservedChild> children) {
      ImmutableList.Builder<OwnChild> leaving = ImmutableList.builder();
      ImmutableList.Builder<OwnChild> earlier = ImmutableList.builder();
      ImmutableList.Builder<OwnChild> doubles = ImmutableList.builder();
      ImmutableList.Builder<ObservedChild> mismatched = ImmutableList.builder();
      ImmutableMap.Builder<String, ChildIdentity> identities = ImmutableMap.builder();
      ImmutableMap.Builder<String, ObservedChild> byName = ImmutableMap.builder();
      for (ObservedChild child : children) {
        ChildIdentity identity = ChildIdentity.of(grid, child);
        identities.put(child.name(), identity);
        byName.put(child.name(), child);
        if (identity instanceof Mismatched) {
          mismatched.add(child);
        }
        if (identity instanceof Ours ours && !isChosen(child, ours.unit())) {
          OwnChild own = new OwnChild(child, ours.unitKey(), ours.unit());
          drawer(own, leaving, earlier, doubles).add(own);
        }
      }
      return new Census(
          units,
          selected,
          wanted,
          names,
          leaving.build(),
          earlier.build(),
          doubles.build(),
          mismatched.build(),
          identities.buildKeepingLast(),
          byName.buildKeepingLast());
    }

    private boolean isChosen(ObservedChild child, String unit) {
      return wanted.contains(unit)
          && names.living(unit).filter(living -> living.uid().equals(child.uid())).isPresent();
    }

    private ImmutableList.Builder<OwnChild> drawer(
        OwnChild own,
        ImmutableList.Builder<OwnChild> leaving,
        ImmutableList.Builder<OwnChild> earlier,
        ImmutableList.Builder<OwnChild> doubles) {
      if (wanted.contains(own.unit()) && own.key().equals(grid.spec().gridUniqKey())) {
        return doubles;
      }
      if (!grid.kind().isWorkload()) {
        return doubles;
      }
      return own.key().equals(grid.spec().gridUniqKey()) || isEmptied(own) ? leaving : earlier;
    }

    /** Nothing of an earlier key goes while the new one has no unit (RULE 22). */
    private boolean isEmptied(OwnChild own) {
      NodeUnits earlier = unitsByKey.get(own.key());
      return earlier != null && !wanted.isEmpty() && earlier.nodesOf(own.unit()).isEmpty();
    }
  }

  /** What is wrong with a child of {@link #mismatched}. */
  Problem mismatchOf(ObservedChild child) {
    return ((Mismatched) identityOf(child.name()).orElseThrow()).problem();
  }

  /** {@link #identities} of one object. */
  Optional<ChildIdentity> identityOf(String name) {
    return Optional.ofNullable(identities.get(name));
  }
}
