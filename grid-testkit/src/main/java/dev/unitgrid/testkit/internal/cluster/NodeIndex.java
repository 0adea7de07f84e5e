/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The nodes by label and by load, so that placing a pod does not look at all of them. */
final class NodeIndex {
  private static final int FEW = 32;

  /** A node and how many pods are bound to it. */
  private record Load(int pods, String node) {}

  private final Map<String, Set<String>> byLabel = new HashMap<>();
  private final Map<String, Load> loads = new TreeMap<>();
  private final TreeSet<Load> ordered =
      new TreeSet<>(Comparator.comparingInt(Load::pods).thenComparing(Load::node));

  void changed(String name, @Nullable JsonObject before, @Nullable JsonObject after) {
    labels(before)
        .forEach(
            (key, value) -> {
              Set<String> named = byLabel.get(key + "=" + value);
              if (named != null) {
                named.remove(name);
              }
            });
    labels(after)
        .forEach(
            (key, value) ->
                byLabel.computeIfAbsent(key + "=" + value, unused -> new TreeSet<>()).add(name));
    if (after == null) {
      Load load = loads.remove(name);
      if (load != null) {
        ordered.remove(load);
      }
    } else if (!loads.containsKey(name)) {
      put(new Load(0, name));
    }
  }

  private static Map<String, String> labels(@Nullable JsonObject node) {
    return Trees.strings(node, "metadata", "labels");
  }

  private void put(Load load) {
    Load before = loads.put(load.node(), load);
    if (before != null) {
      ordered.remove(before);
    }
    ordered.add(load);
  }

  /** A pod was bound to the node, or is gone from it. */
  void add(String name, int pods) {
    Load load = loads.get(name);
    if (load != null) {
      put(new Load(load.pods() + pods, name));
    }
  }

  /** Nodes that may have the labels of {@code selector}, those with the fewest pods first. */
  Stream<String> candidates(Map<String, String> selector) {
    for (Map.Entry<String, String> wanted : selector.entrySet()) {
      Set<String> named = byLabel.getOrDefault(wanted.getKey() + "=" + wanted.getValue(), Set.of());
      if (named.size() <= FEW) {
        return named.stream()
            .sorted(Comparator.comparingInt(this::podsOn).thenComparing(node -> node));
      }
    }
    return ordered.stream().map(Load::node);
  }

  private int podsOn(String node) {
    Load load = loads.get(node);
    return load == null ? 0 : load.pods();
  }
}
