/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.core.child.ObservedChild;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The names of a grid's children (RULES 10, 12): what lives keeps its name; else a child is called
 * exactly {@code <grid>-<unit>} where that is legal and no neighbour has the right of way, else by
 * a readable prefix and a hash. Immutable; equal input gives equal names, whatever its order.
 */
public final class ChildNames {
  private final ImmutableMap<String, String> nameByUnit;
  private final ImmutableMap<String, ObservedChild> livingByUnit;

  private ChildNames(
      ImmutableMap<String, String> nameByUnit, ImmutableMap<String, ObservedChild> livingByUnit) {
    this.nameByUnit = nameByUnit;
    this.livingByUnit = livingByUnit;
  }

  /**
   * The names of the children of {@code grid} for {@code units}.
   *
   * @param units the units that need a child; exactly the empty one for a ServiceGrid
   * @param children what lives: the grid's own, and whatever holds a name that it could want
   * @param neighbours grids whose children could meet ours in a name
   */
  public static ChildNames of(
      Grid grid,
      Set<String> units,
      Collection<ObservedChild> children,
      Collection<Neighbour> neighbours) {
    Map<String, ObservedChild> living = living(grid, units, children);
    return new ChildNames(
        ImmutableMap.copyOf(new Naming(grid, units, children, neighbours).names(living)),
        ImmutableMap.copyOf(living));
  }

  /**
   * The name of the child of {@code unit}; of the Service, for the empty unit.
   *
   * @throws IllegalArgumentException if {@code unit} was not among the units
   */
  public String of(String unit) {
    String name = nameByUnit.get(unit);
    if (name == null) {
      throw new IllegalArgumentException("no unit of this grid: " + unit);
    }
    return name;
  }

  /**
   * The grid's own child of {@code unit}, if one lives. Should there be several: the one that was
   * made for the grid's own key before one of an earlier key, one that stays before one that goes,
   * then the first by name.
   */
  public Optional<ObservedChild> living(String unit) {
    return Optional.ofNullable(livingByUnit.get(unit));
  }

  private static Map<String, ObservedChild> living(
      Grid grid, Set<String> units, Collection<ObservedChild> children) {
    Comparator<ObservedChild> first =
        Comparator.<ObservedChild, Boolean>comparing(child -> !hasOwnKey(grid, child))
            .thenComparing(ObservedChild::deleting)
            .thenComparing(ObservedChild::name);
    Map<String, ObservedChild> living = new HashMap<>();
    children.stream()
        .sorted(first)
        .forEach(
            child -> {
              if (ChildIdentity.of(grid, child) instanceof ChildIdentity.Ours ours
                  && units.contains(ours.unit())) {
                living.putIfAbsent(ours.unit(), child);
              }
            });
    return living;
  }

  private static boolean hasOwnKey(Grid grid, ObservedChild child) {
    return ChildIdentity.of(grid, child) instanceof ChildIdentity.Ours ours
        && ours.unitKey().equals(grid.spec().gridUniqKey());
  }

  /** The names of one grid while they are given out. */
  private static final class Naming {
    private final Grid grid;
    private final NameForm form;
    private final TreeSet<String> units;
    private final Collection<Neighbour> neighbours;
    private final Set<String> taken = new HashSet<>();

    Naming(
        Grid grid,
        Set<String> units,
        Collection<ObservedChild> children,
        Collection<Neighbour> neighbours) {
      this.grid = grid;
      this.form = NameForm.of(grid.kind());
      this.units = new TreeSet<>(units);
      this.neighbours = neighbours;
      children.stream()
          .filter(child -> isHeldByNeighbour(grid.kind(), child, neighbours))
          .forEach(child -> taken.add(child.name()));
    }

    /** Those that have no choice first: a label can spell out another unit's hashed name. */
    Map<String, String> names(Map<String, ObservedChild> living) {
      Map<String, String> names = new HashMap<>();
      living.forEach((unit, child) -> give(names, unit, child.name()));
      units.stream()
          .filter(unit -> !names.containsKey(unit) && !mayBePlain(unit))
          .forEach(unit -> give(names, unit, form.hashed(grid.name(), unit)));
      units.stream()
          .filter(unit -> !names.containsKey(unit))
          .forEach(unit -> give(names, unit, plainUnlessTaken(unit)));
      return names;
    }

    private void give(Map<String, String> names, String unit, String name) {
      names.put(unit, name);
      taken.add(name);
    }

    private boolean mayBePlain(String unit) {
      String plain = form.plain(grid.name(), unit);
      return form.isLegal(plain)
          && !taken.contains(plain)
          && neighbours.stream()
              .noneMatch(
                  neighbour ->
                      neighbour.name().length() > grid.name().length() && wants(neighbour, plain));
    }

    private String plainUnlessTaken(String unit) {
      String plain = form.plain(grid.name(), unit);
      return taken.contains(plain) ? form.hashed(grid.name(), unit) : plain;
    }

    private static boolean wants(Neighbour neighbour, String name) {
      String start = neighbour.name() + "-";
      return name.startsWith(start) && neighbour.units().contains(name.substring(start.length()));
    }

    /**
     * A holder whose grid is no neighbour is on its way to the garbage collector, or foreign: its
     * name is waited for, or a conflict to report.
     */
    private static boolean isHeldByNeighbour(
        GridKind kind, ObservedChild child, Collection<Neighbour> neighbours) {
      return child
          .controller()
          .filter(owner -> owner.apiVersion().equals(kind.type().apiVersion()))
          .filter(owner -> owner.kind().equals(kind.type().kind()))
          .filter(owner -> neighbours.stream().anyMatch(other -> other.name().equals(owner.name())))
          .isPresent();
    }
  }
}
