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

  /** A node and what the pods that are bound to it ask. */
  private record Load(Resources used, String node) {}

  private final Map<String, Set<String>> byLabel = new HashMap<>();
  private final Map<String, Load> loads = new TreeMap<>();

  /** What pods ask that name a node which is not there (yet, or any more). */
  private final Map<String, Resources> early = new HashMap<>();

  private final TreeSet<Load> ordered =
      new TreeSet<>(
          Comparator.comparingLong((Load load) -> load.used().pods()).thenComparing(Load::node));

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
        early.put(name, load.used());
      }
    } else if (!loads.containsKey(name)) {
      put(new Load(early.getOrDefault(name, Resources.NONE), name));
      early.remove(name);
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

  /** A pod was bound, or is gone, or has ended. */
  void podChanged(@Nullable JsonObject before, @Nullable JsonObject after) {
    Resources was = before == null ? Resources.NONE : Resources.of(before);
    Resources is = after == null ? Resources.NONE : Resources.of(after);
    String from = Trees.string(before, "spec", "nodeName");
    String to = Trees.string(after, "spec", "nodeName");
    if (!from.equals(to) || !was.equals(is)) {
      add(from, Resources.NONE.minus(was));
      add(to, is);
    }
  }

  private void add(String name, Resources resources) {
    if (name.isEmpty()) {
      return;
    }
    Load load = loads.get(name);
    if (load == null) {
      early.merge(name, resources, Resources::plus);
    } else {
      put(new Load(load.used().plus(resources), name));
    }
  }

  /** What the pods of a node ask. */
  Resources used(String name) {
    Load load = loads.get(name);
    return load == null ? Resources.NONE : load.used();
  }

  /** Nodes that may have the labels of {@code selector}, those with the fewest pods first. */
  Stream<String> candidates(Map<String, String> selector) {
    for (Map.Entry<String, String> wanted : selector.entrySet()) {
      Set<String> named = byLabel.getOrDefault(wanted.getKey() + "=" + wanted.getValue(), Set.of());
      if (named.size() <= FEW) {
        return named.stream()
            .sorted(
                Comparator.comparingLong((String node) -> used(node).pods())
                    .thenComparing(node -> node));
      }
    }
    return ordered.stream().map(Load::node);
  }
}
