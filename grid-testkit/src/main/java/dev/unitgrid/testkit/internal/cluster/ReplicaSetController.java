/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.Selectors;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/** ReplicaSets to pods. */
final class ReplicaSetController implements Controller {
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
    List<JsonObject> pods =
        new ArrayList<>(world.controlledBy(Trees.string(set, "metadata", "uid"), World.PODS));
    pods.removeIf(World::isTerminating);
    long wanted = Trees.number(set, 1, "spec", "replicas");
    for (long i = pods.size(); i < wanted; i++) {
      String name = key.name() + "-" + world.server().writer().suffix();
      world.create(World.PODS, key.namespace(), PodTemplates.pod(set, name));
    }
    pods.sort(
        Comparator.comparing((JsonObject pod) -> World.isReady(pod))
            .thenComparing(pod -> Trees.string(pod, "metadata", "name")));
    for (int i = 0; i < pods.size() - wanted; i++) {
      world.deleteGracefully(World.key(World.PODS, pods.get(i)));
    }
    status(set, key);
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

  private void status(JsonObject set, ObjectKey key) {
    List<JsonObject> pods =
        world.controlledBy(Trees.string(set, "metadata", "uid"), World.PODS).stream()
            .filter(pod -> !World.isTerminating(pod))
            .toList();
    long ready = pods.stream().filter(World::isReady).count();
    JsonObject status = Trees.objectOf("replicas", pods.size());
    if (!pods.isEmpty()) {
      status.addProperty("fullyLabeledReplicas", pods.size());
    }
    if (ready > 0) {
      status.addProperty("readyReplicas", ready);
      status.addProperty("availableReplicas", ready);
    }
    status.addProperty("observedGeneration", Trees.number(set, 1, "metadata", "generation"));
    if (!Trees.object(set, "status").equals(status)) {
      world.change(key, "status", live -> live.add("status", status));
    }
  }
}
