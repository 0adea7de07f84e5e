/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Optional;

/** Taints of nodes and tolerations of pods. Stateless. */
final class Taints {
  static final JsonObject UNSCHEDULABLE =
      Trees.objectOf("key", "node.kubernetes.io/unschedulable", "effect", "NoSchedule");

  private Taints() {}

  /** Whether one of {@code tolerations} tolerates the taint. */
  static boolean tolerates(List<JsonObject> tolerations, JsonObject taint) {
    return tolerations.stream().anyMatch(toleration -> tolerates(toleration, taint));
  }

  private static boolean tolerates(JsonObject toleration, JsonObject taint) {
    String key = Trees.string(toleration, "key");
    String effect = Trees.string(toleration, "effect");
    boolean exists = Trees.string(toleration, "operator").equals("Exists");
    return (key.isEmpty() ? exists : key.equals(Trees.string(taint, "key")))
        && (effect.isEmpty() || effect.equals(Trees.string(taint, "effect")))
        && (exists || Trees.string(toleration, "value").equals(Trees.string(taint, "value")));
  }

  static List<JsonObject> noExecute(JsonObject node) {
    return Trees.objects(node, "spec", "taints").stream()
        .filter(taint -> Trees.string(taint, "effect").equals("NoExecute"))
        .toList();
  }

  /**
   * For how many seconds a pod stays on a node with {@code taints}: empty for ever, 0 if it does
   * not tolerate one of them.
   */
  static Optional<Long> stay(JsonObject pod, List<JsonObject> taints) {
    List<JsonObject> tolerations = Trees.objects(pod, "spec", "tolerations");
    Optional<Long> shortest = Optional.empty();
    for (JsonObject taint : taints) {
      List<JsonObject> fitting =
          tolerations.stream().filter(toleration -> tolerates(toleration, taint)).toList();
      if (fitting.isEmpty()) {
        return Optional.of(0L);
      }
      for (JsonObject toleration : fitting) {
        if (toleration.has("tolerationSeconds")) {
          long seconds = Math.max(0, Trees.number(toleration, 0, "tolerationSeconds"));
          shortest = Optional.of(Math.min(seconds, shortest.orElse(seconds)));
        }
      }
    }
    return shortest;
  }

  /** The taints of {@code node} with or without one of a key and an effect. */
  static JsonArray with(
      JsonObject node, String key, String effect, boolean wanted, String timeAdded) {
    JsonArray taints = new JsonArray();
    boolean there = false;
    for (JsonObject taint : Trees.objects(node, "spec", "taints")) {
      boolean same =
          Trees.string(taint, "key").equals(key) && Trees.string(taint, "effect").equals(effect);
      there |= same;
      if (!same || wanted) {
        taints.add(taint.deepCopy());
      }
    }
    if (wanted && !there) {
      JsonObject taint = Trees.objectOf("key", key, "effect", effect);
      if (!timeAdded.isEmpty()) {
        taint.addProperty("timeAdded", timeAdded);
      }
      taints.add(taint);
    }
    return taints;
  }
}
