/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nodes by label, by load and by what closes them, so that neither placing a pod nor saying why
 * it has no place looks at all of them.
 */
final class NodeIndex {
  private static final Comparator<Load> FEWEST_PODS_FIRST =
      Comparator.comparingLong((Load load) -> load.used().pods()).thenComparing(Load::node);

  /** A node and what the pods that are bound to it ask. */
  private record Load(Resources used, String node) {}

  /** What may close a node to a pod, whatever the pod selects. */
  record Gate(boolean gone, boolean unschedulable, JsonArray taints) {
    static Gate of(JsonObject node) {
      return new Gate(
          World.isTerminating(node),
          Trees.isTrue(node, "spec", "unschedulable"),
          Trees.array(node, "spec", "taints"));
    }
  }

  private final Map<String, Map<String, String>> labels = new HashMap<>();
  private final Map<String, NavigableSet<Load>> byLabel = new HashMap<>();
  private final Map<Gate, Set<String>> byGate = new LinkedHashMap<>();
  private final Map<String, Load> loads = new TreeMap<>();

  /** What pods ask that name a node which is not there (yet, or any more). */
  private final Map<String, Resources> early = new HashMap<>();

  private final NavigableSet<Load> ordered = new TreeSet<>(FEWEST_PODS_FIRST);
  private long generation;

  void changed(String name, @Nullable JsonObject before, @Nullable JsonObject after) {
    generation++;
    gate(name, before, after);
    Resources used = loads.containsKey(name) ? used(name) : forget(early, name);
    take(name);
    if (after == null) {
      early.put(name, used);
    } else {
      labels.put(name, Trees.strings(after, "metadata", "labels"));
      put(new Load(used, name));
    }
  }

  private static Resources forget(Map<String, Resources> early, String name) {
    Resources asked = early.remove(name);
    return asked == null ? Resources.NONE : asked;
  }

  private void gate(String name, @Nullable JsonObject before, @Nullable JsonObject after) {
    if (before != null) {
      Gate gate = Gate.of(before);
      Set<String> behind = byGate.getOrDefault(gate, Set.of());
      if (behind.remove(name) && behind.isEmpty()) {
        byGate.remove(gate);
      }
    }
    if (after != null) {
      byGate.computeIfAbsent(Gate.of(after), unused -> new TreeSet<>()).add(name);
    }
  }

  private void take(String name) {
    Load load = loads.remove(name);
    if (load != null) {
      ordered.remove(load);
      labelled(name).forEach(label -> leave(label, load));
    }
    labels.remove(name);
  }

  private void leave(String label, Load load) {
    Set<Load> same = byLabel.getOrDefault(label, Collections.emptyNavigableSet());
    if (same.remove(load) && same.isEmpty()) {
      byLabel.remove(label);
    }
  }

  private void put(Load load) {
    Load before = loads.put(load.node(), load);
    if (before != null) {
      ordered.remove(before);
    }
    ordered.add(load);
    labelled(load.node())
        .forEach(
            label -> {
              Set<Load> same =
                  byLabel.computeIfAbsent(label, unused -> new TreeSet<>(FEWEST_PODS_FIRST));
              if (before != null) {
                same.remove(before);
              }
              same.add(load);
            });
  }

  private Stream<String> labelled(String name) {
    return labels.getOrDefault(name, Map.of()).entrySet().stream().map(NodeIndex::label);
  }

  private static String label(Map.Entry<String, String> label) {
    return label.getKey() + "=" + label.getValue();
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
    generation++;
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

  /** Another number whenever a node, or what is asked of one, has changed. */
  long generation() {
    return generation;
  }

  /** How many nodes there are. */
  int size() {
    return loads.size();
  }

  /** All nodes, by what may close them. */
  Map<Gate, Set<String>> byGate() {
    return Collections.unmodifiableMap(byGate);
  }

  /** The nodes that have the labels of {@code selector}, those with the fewest pods first. */
  Stream<String> candidates(Map<String, String> selector) {
    NavigableSet<Load> fewest = ordered;
    for (Map.Entry<String, String> wanted : selector.entrySet()) {
      NavigableSet<Load> named = byLabel.get(label(wanted));
      if (named == null) {
        return Stream.empty();
      }
      fewest = named.size() < fewest.size() ? named : fewest;
    }
    return fewest.stream().map(Load::node).filter(node -> has(node, selector));
  }

  private boolean has(String node, Map<String, String> selector) {
    return labels.getOrDefault(node, Map.of()).entrySet().containsAll(selector.entrySet());
  }
}
