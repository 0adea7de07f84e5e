/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedSet;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.naming.Neighbour;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.plan.ImmutableObserved;
import dev.unitgrid.core.plan.Observed;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Gathers what the plan of one grid depends on. Confined to the loop. */
final class Observing {
  private final Caches caches;
  private final UnitIndex units;
  private final BooleanSupplier deletionsTrusted;
  private final Optional<ImmutableSet<String>> takeoverManagers;
  private final Clock clock;

  Observing(
      Caches caches,
      UnitIndex units,
      BooleanSupplier deletionsTrusted,
      Optional<ImmutableSet<String>> takeoverManagers,
      Clock clock) {
    this.caches = caches;
    this.units = units;
    this.deletionsTrusted = deletionsTrusted;
    this.takeoverManagers = takeoverManagers;
    this.clock = clock;
  }

  /** Whether what is known depends on the version of the API server (RULE 7). */
  boolean needsServerVersion(Grid grid, GridMemory memory) {
    return memory.knowsRefusedFields()
        || caches.childrenOf(grid).stream()
            .anyMatch(child -> child.annotations().containsKey(Annotations.UNKNOWN_FIELDS));
  }

  /**
   * What is known of {@code view}'s grid now.
   *
   * @param serverVersion of the API server; empty if it is not known or not needed
   */
  Observed observe(GridView view, GridMemory memory, String serverVersion) {
    Grid grid = view.grid();
    boolean trusted = deletionsTrusted.getAsBoolean();
    memory.forgetAnswers(answered -> !trusted || caches.reached(answered));
    ImmutableList<ObservedChild> children = memory.known(cachedChildren(grid), clock.instant());
    ImmutableSet<String> keys = keys(grid, children);
    units.reads(GridKey.of(grid), keys, readsLabels(grid));
    ImmutableObserved.Builder observed = ImmutableObserved.builder();
    takeoverManagers.ifPresent(observed::takeoverManagers);
    return observed
        .grid(grid)
        .heldTemplates(view.heldTemplates())
        .units(units.units(keys))
        .children(children)
        .neighbours(neighbours(grid))
        .failures(memory.failures.all())
        .deletionsTrusted(trusted)
        .unknownFields(memory.unknownFields(serverVersion))
        .now(clock.instant())
        .build();
  }

  private Iterable<ObservedChild> cachedChildren(Grid grid) {
    Map<String, ObservedChild> byName = new LinkedHashMap<>();
    caches.childrenOf(grid).forEach(child -> byName.put(child.name(), child));
    if (grid.kind().isWorkload()) {
      for (String unit : units.units(grid.spec().gridUniqKey()).names()) {
        addHolder(byName, grid, grid.name() + "-" + unit);
      }
    } else {
      addHolder(byName, grid, grid.name() + "-svc");
    }
    return byName.values();
  }

  /** Whoever holds a plain name that this grid could want (RULE 12). */
  private void addHolder(Map<String, ObservedChild> byName, Grid grid, String name) {
    if (!byName.containsKey(name)) {
      caches
          .find(grid.kind().childType(), grid.namespace(), name)
          .ifPresent(holder -> byName.put(name, holder));
    }
  }

  private static ImmutableSet<String> keys(Grid grid, Iterable<ObservedChild> children) {
    ImmutableSet.Builder<String> keys = ImmutableSet.builder();
    addKey(keys, grid.spec().gridUniqKey());
    for (ObservedChild child : children) {
      if (isOf(grid, child)) {
        addKey(keys, unitKey(child).orElse(""));
      }
    }
    return keys.build();
  }

  private static void addKey(ImmutableSet.Builder<String> keys, String key) {
    if (!key.isEmpty()) {
      keys.add(key);
    }
  }

  private static boolean isOf(Grid grid, ObservedChild child) {
    return child.controller().filter(owner -> owner.uid().equals(grid.uid())).isPresent();
  }

  /** In full in our annotation; a child of SuperEdge has it in its label. */
  private static Optional<String> unitKey(ObservedChild child) {
    return Optional.ofNullable(child.annotations().get(Annotations.UNIT_KEY))
        .or(() -> Optional.ofNullable(child.labels().get(Labels.GRID_UNIQ_KEY)));
  }

  private static boolean readsLabels(Grid grid) {
    return grid.spec()
        .unitSelector()
        .filter(selector -> selector.nodeSelector().isPresent())
        .isPresent();
  }

  private ImmutableList<Neighbour> neighbours(Grid grid) {
    return caches.neighbours(grid).stream()
        .map(neighbour -> new Neighbour(neighbour.name(), selectedUnits(neighbour)))
        .collect(ImmutableList.toImmutableList());
  }

  private ImmutableSortedSet<String> selectedUnits(Grid neighbour) {
    String key = neighbour.spec().gridUniqKey();
    if (key.isEmpty() || neighbour.kind() == GridKind.SERVICE_GRID) {
      return ImmutableSortedSet.of();
    }
    NodeUnits all = units.units(key);
    return neighbour.spec().unitSelector().map(all::selectedBy).orElseGet(all::names);
  }
}
