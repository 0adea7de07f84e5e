/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.nodeunit;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.unitgrid.api.UnitSelector;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The NodeUnits that one unit key makes of a set of nodes: all nodes with one non-empty value of
 * the label are one unit (RULES 1-3). Immutable and thread-safe; equal for equal input, whatever
 * its order.
 */
public final class NodeUnits {
  private final String unitKey;
  private final ImmutableSortedMap<String, ImmutableSortedMap<String, ObservedNode>> nodesByUnit;
  private final ImmutableMap<String, String> unitByNode;

  private NodeUnits(
      String unitKey,
      ImmutableSortedMap<String, ImmutableSortedMap<String, ObservedNode>> nodesByUnit,
      ImmutableMap<String, String> unitByNode) {
    this.unitKey = unitKey;
    this.nodesByUnit = nodesByUnit;
    this.unitByNode = unitByNode;
  }

  /**
   * The units of {@code nodes} under the label {@code unitKey}; nodes without it belong to none.
   */
  public static NodeUnits of(String unitKey, Iterable<ObservedNode> nodes) {
    TreeMap<String, TreeMap<String, ObservedNode>> byUnit = new TreeMap<>();
    TreeMap<String, String> byNode = new TreeMap<>();
    for (ObservedNode node : nodes) {
      String unit = node.labels().getOrDefault(unitKey, "");
      if (!unit.isEmpty()) {
        byUnit.computeIfAbsent(unit, name -> new TreeMap<>()).put(node.name(), node);
        byNode.put(node.name(), unit);
      }
    }
    ImmutableSortedMap.Builder<String, ImmutableSortedMap<String, ObservedNode>> nodesByUnit =
        new ImmutableSortedMap.Builder<>(Comparator.naturalOrder());
    byUnit.forEach((unit, members) -> nodesByUnit.put(unit, ImmutableSortedMap.copyOf(members)));
    return new NodeUnits(unitKey, nodesByUnit.buildOrThrow(), ImmutableMap.copyOf(byNode));
  }

  /** The label whose values name the units. */
  public String unitKey() {
    return unitKey;
  }

  /** The names of all units, sorted. */
  public ImmutableSortedSet<String> names() {
    return nodesByUnit.keySet();
  }

  /** The names of the nodes of {@code unit}, sorted; empty if there is no such unit. */
  public ImmutableSortedSet<String> nodesOf(String unit) {
    return nodesByUnit.getOrDefault(unit, ImmutableSortedMap.of()).keySet();
  }

  /** The unit of the node {@code name}. */
  public Optional<String> unitOf(String name) {
    return Optional.ofNullable(unitByNode.get(name));
  }

  /**
   * The units that {@code selector} selects: those named, and those with a node that matches (RULE
   * 4).
   */
  public ImmutableSortedSet<String> selectedBy(UnitSelector selector) {
    return nodesByUnit.keySet().stream()
        .filter(unit -> selector.names().contains(unit) || hasNode(unit, selector))
        .collect(ImmutableSortedSet.toImmutableSortedSet(Comparator.naturalOrder()));
  }

  private boolean hasNode(String unit, UnitSelector selector) {
    return selector
        .nodeSelector()
        .map(
            nodes ->
                nodesByUnit.getOrDefault(unit, ImmutableSortedMap.of()).values().stream()
                    .anyMatch(node -> nodes.matches(node.labels())))
        .orElse(false);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeUnits that
        && unitKey.equals(that.unitKey)
        && nodesByUnit.equals(that.nodesByUnit);
  }

  @Override
  public int hashCode() {
    return Objects.hash(unitKey, nodesByUnit);
  }

  @Override
  public String toString() {
    return "NodeUnits of " + unitKey + ": " + nodesByUnit.keySet();
  }
}
