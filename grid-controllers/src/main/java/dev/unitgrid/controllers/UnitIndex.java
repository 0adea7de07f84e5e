/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.store.Change;
import dev.unitgrid.runtime.store.Store;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which grids care for which unit keys, and the units of each key, so that a changed node costs
 * only the grids that it concerns. Confined to the loop.
 */
final class UnitIndex {
  private final Store<ObservedNode> nodes;
  private final Map<GridKey, Interest> interestByGrid = new HashMap<>();
  private final Map<String, Set<GridKey>> gridsByKey = new HashMap<>();
  private final Map<String, NodeUnits> unitsByKey = new HashMap<>();

  /**
   * What a grid reads of nodes.
   *
   * @param keys its own unit key and those of its children
   * @param readsLabels whether its unit selector looks at other labels of the nodes of units
   */
  private record Interest(ImmutableSet<String> keys, boolean readsLabels) {}

  UnitIndex(Store<ObservedNode> nodes) {
    this.nodes = nodes;
  }

  /** The units of each of {@code keys}. */
  ImmutableMap<String, NodeUnits> units(Set<String> keys) {
    ImmutableMap.Builder<String, NodeUnits> units = ImmutableMap.builder();
    keys.forEach(key -> units.put(key, units(key)));
    return units.buildOrThrow();
  }

  /** The units that {@code key} makes of the nodes as they are now. */
  NodeUnits units(String key) {
    return unitsByKey.computeIfAbsent(
        key, any -> NodeUnits.of(any, nodes.items().stream().map(Item::value).toList()));
  }

  /** {@code grid} was planned with the units of {@code keys}. */
  void reads(GridKey grid, Set<String> keys, boolean readsLabels) {
    Interest interest = new Interest(ImmutableSet.copyOf(keys), readsLabels);
    if (interest.equals(interestByGrid.get(grid))) {
      return;
    }
    forget(grid);
    interestByGrid.put(grid, interest);
    keys.forEach(key -> gridsByKey.computeIfAbsent(key, any -> new HashSet<>()).add(grid));
  }

  /** {@code grid} is gone. */
  void forget(GridKey grid) {
    Interest interest = interestByGrid.remove(grid);
    if (interest == null) {
      return;
    }
    for (String key : interest.keys()) {
      Set<GridKey> grids = gridsByKey.get(key);
      if (grids != null && grids.remove(grid) && grids.isEmpty()) {
        gridsByKey.remove(key);
        unitsByKey.remove(key);
      }
    }
  }

  /** The grids whose plan may differ because of {@code change}. */
  Set<GridKey> concernedBy(Change<ObservedNode> change) {
    Set<GridKey> concerned = new HashSet<>();
    unitsByKey.keySet().removeIf(key -> changesUnits(key, change));
    gridsByKey.forEach(
        (key, grids) -> {
          if (movesNode(key, change)) {
            concerned.addAll(grids);
          } else if (changesUnits(key, change)) {
            grids.stream().filter(this::readsLabels).forEach(concerned::add);
          }
        });
    return concerned;
  }

  private boolean readsLabels(GridKey grid) {
    Interest interest = interestByGrid.get(grid);
    return interest != null && interest.readsLabels();
  }

  /** Whether the node left, entered or changed its unit. */
  private static boolean movesNode(String key, Change<ObservedNode> change) {
    return !unit(key, change.before()).equals(unit(key, change.after()));
  }

  /** Whether the node is in a unit: then its other labels may matter, too. */
  private static boolean changesUnits(String key, Change<ObservedNode> change) {
    return !unit(key, change.before()).isEmpty() || !unit(key, change.after()).isEmpty();
  }

  private static String unit(String key, @Nullable ObservedNode node) {
    return node == null ? "" : node.labels().getOrDefault(key, "");
  }
}
