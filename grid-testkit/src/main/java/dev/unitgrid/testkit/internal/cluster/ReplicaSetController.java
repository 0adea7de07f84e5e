/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.internal.api.StatusException;
import dev.unitgrid.testkit.internal.rules.Selectors;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** ReplicaSets to pods. */
final class ReplicaSetController implements Controller {
  private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

  private final World world;

  ReplicaSetController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    world.touchedOwner(change, World.REPLICA_SETS, "ReplicaSet", World.PODS, touched);
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.REPLICA_SETS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject set = world.get(key);
    if (set == null || World.isTerminating(set)) {
      return;
    }
    adoptOrphans(set, key.namespace());
    List<JsonObject> pods = pods(set);
    long wanted = Trees.number(set, 1, "spec", "replicas");
    try {
      for (long i = pods.size(); i < wanted; i++) {
        String name = key.name() + "-" + world.server().writer().suffix();
        world.create(World.PODS, key.namespace(), PodTemplates.generated(set, name));
      }
      shrink(pods, pods.size() - wanted);
    } catch (StatusException refused) {
      status(set, key, String.valueOf(refused.getMessage()));
      throw refused;
    }
    status(set, key, "");
  }

  /** The pods that neither terminate nor ended. */
  private List<JsonObject> pods(JsonObject set) {
    return world.controlledBy(Trees.string(set, "metadata", "uid"), World.PODS).stream()
        .filter(pod -> !World.isTerminating(pod) && !ServiceBackends.hasEnded(pod))
        .toList();
  }

  private void adoptOrphans(JsonObject set, String namespace) {
    JsonObject selector = Trees.object(set, "spec", "selector");
    for (JsonObject pod : world.orphansIn(World.PODS, namespace)) {
      if (!World.isTerminating(pod)
          && Selectors.matches(selector, Trees.strings(pod, "metadata", "labels"))) {
        world.adopt(World.PODS, pod, set);
      }
    }
  }

  /** Those go first that serve least: without a node, pending, not ready, cheap, new. */
  private void shrink(List<JsonObject> pods, long tooMany) {
    pods.stream()
        .sorted(
            Comparator.comparing(
                    (JsonObject pod) -> !Trees.string(pod, "spec", "nodeName").isEmpty())
                .thenComparing(pod -> Trees.string(pod, "status", "phase").equals("Running"))
                .thenComparing(World::isReady)
                .thenComparingLong(ReplicaSetController::cost)
                .thenComparing(
                    Comparator.comparing(
                            (JsonObject pod) -> Trees.string(pod, "metadata", "creationTimestamp"))
                        .reversed())
                .thenComparing(pod -> Trees.string(pod, "metadata", "name")))
        .limit(Math.max(0, tooMany))
        .forEach(pod -> world.deleteGracefully(World.key(World.PODS, pod)));
  }

  private static long cost(JsonObject pod) {
    String text = Trees.string(pod, "metadata", "annotations", COST);
    return text.matches("-?[0-9]{1,9}") ? Long.parseLong(text) : 0;
  }

  private void status(JsonObject set, ObjectKey key, String failure) {
    List<JsonObject> pods = pods(set);
    Map<String, String> labels = Trees.strings(set, "spec", "template", "metadata", "labels");
    long patience = Trees.number(set, 0, "spec", "minReadySeconds");
    JsonObject status = Trees.objectOf("replicas", pods.size());
    put(
        status,
        "fullyLabeledReplicas",
        pods.stream()
            .filter(
                pod ->
                    Trees.strings(pod, "metadata", "labels")
                        .entrySet()
                        .containsAll(labels.entrySet()))
            .count());
    put(status, "readyReplicas", pods.stream().filter(World::isReady).count());
    put(
        status,
        "availableReplicas",
        pods.stream().filter(pod -> world.isAvailable(pod, patience)).count());
    world.awaitAvailability(ClusterPart.REPLICA_SETS, key, pods, patience);
    status.addProperty("observedGeneration", Trees.number(set, 1, "metadata", "generation"));
    if (!failure.isEmpty()) {
      status.add("conditions", failed(set, failure));
    }
    if (!Trees.object(set, "status").equals(status)) {
      world.change(key, "status", live -> live.add("status", status));
    }
  }

  private static void put(JsonObject status, String field, long value) {
    if (value > 0) {
      status.addProperty(field, value);
    }
  }

  private JsonArray failed(JsonObject set, String failure) {
    JsonObject next = set.deepCopy();
    Conditions.set(next, "ReplicaFailure", "True", "FailedCreate", failure, world.now());
    return Trees.array(next, "status", "conditions");
  }
}
