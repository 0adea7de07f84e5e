/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.Deletions;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Scheduler, kubelets and pod garbage collector: pods to nodes, ready at once, gone at once. */
final class Kubelets {
  /** A pod with this annotation runs and never becomes ready. */
  static final String NEVER_READY = "unitgrid.dev/never-ready";

  private final World world;
  private int addresses;

  Kubelets(World world) {
    this.world = world;
  }

  void syncNode(ObjectKey key) {
    JsonObject node = world.get(key);
    if (node == null) {
      world.podsOn(key.name()).forEach(this::remove);
      return;
    }
    boolean reported =
        Trees.objects(node, "status", "conditions").stream()
            .anyMatch(condition -> Trees.string(condition, "type").equals("Ready"));
    if (!reported) {
      world.change(key, "status", live -> report(Trees.child(live, "status")));
    }
  }

  private void report(JsonObject status) {
    JsonArray conditions = Trees.array(status, "conditions");
    conditions.add(
        Trees.objectOf(
            "type", "Ready",
            "status", "True",
            "reason", "KubeletReady",
            "message", "simulated",
            "lastHeartbeatTime", world.now(),
            "lastTransitionTime", world.now()));
    status.add("conditions", conditions);
  }

  void syncPod(ObjectKey key) {
    JsonObject pod = world.get(key);
    if (pod == null) {
      return;
    }
    if (World.isTerminating(pod)) {
      remove(key);
      return;
    }
    String node = Trees.string(pod, "spec", "nodeName");
    if (node.isEmpty()) {
      schedule(key, pod);
    } else if (world.get(new ObjectKey(World.NODES, "", node)) == null) {
      remove(key);
    } else if (Trees.string(pod, "status", "phase").equals("Pending")) {
      run(key, pod, node);
    }
  }

  private void remove(ObjectKey pod) {
    JsonObject there = world.get(pod);
    if (there != null && Trees.array(there, "metadata", "finalizers").isEmpty()) {
      world.server().deletions().delete(world.kind(World.PODS), pod, Deletions.Options.now());
    }
  }

  private void schedule(ObjectKey key, JsonObject pod) {
    Map<String, String> selector = Trees.strings(pod, "spec", "nodeSelector");
    Optional<String> node =
        world
            .nodes()
            .candidates(selector)
            .filter(
                name -> {
                  JsonObject candidate = world.get(new ObjectKey(World.NODES, "", name));
                  return candidate != null
                      && isSelected(selector, candidate)
                      && fits(pod, candidate);
                })
            .findFirst();
    if (node.isPresent()) {
      world.change(key, "", live -> Trees.child(live, "spec").addProperty("nodeName", node.get()));
    } else if (Trees.at(pod, "status", "conditions") == null) {
      JsonObject condition =
          Trees.objectOf(
              "type", "PodScheduled",
              "status", "False",
              "lastTransitionTime", world.now(),
              "reason", "Unschedulable",
              "message", "no node matches the pod's node selector, affinity and tolerations");
      world.change(
          key,
          "status",
          live -> Trees.child(live, "status").add("conditions", Trees.arrayOf(condition)));
    }
  }

  private static boolean isSelected(Map<String, String> selector, JsonObject node) {
    JsonObject labels = Trees.object(node, "metadata", "labels");
    return selector.entrySet().stream()
        .allMatch(
            wanted ->
                Trees.at(labels, wanted.getKey()) != null
                    && Trees.string(labels, wanted.getKey()).equals(wanted.getValue()));
  }

  private static boolean fits(JsonObject pod, JsonObject node) {
    // Node affinity is not simulated: such a pod stays pending and says so.
    boolean simple = Trees.at(pod, "spec", "affinity", "nodeAffinity") == null;
    return simple
        && !World.isTerminating(node)
        && !Trees.isTrue(node, "spec", "unschedulable")
        && Trees.objects(node, "spec", "taints").stream()
            .allMatch(taint -> isTolerated(taint, Trees.objects(pod, "spec", "tolerations")));
  }

  private static boolean isTolerated(JsonObject taint, List<JsonObject> tolerations) {
    if (Trees.string(taint, "effect").equals("PreferNoSchedule")) {
      return true;
    }
    return tolerations.stream()
        .anyMatch(
            toleration -> {
              String key = Trees.string(toleration, "key");
              String effect = Trees.string(toleration, "effect");
              boolean exists = Trees.string(toleration, "operator").equals("Exists");
              return (key.isEmpty() ? exists : key.equals(Trees.string(taint, "key")))
                  && (effect.isEmpty() || effect.equals(Trees.string(taint, "effect")))
                  && (exists
                      || Trees.string(toleration, "value").equals(Trees.string(taint, "value")));
            });
  }

  private void run(ObjectKey key, JsonObject pod, String node) {
    addresses++;
    String address = "10.244." + (addresses / 250 % 250) + "." + (addresses % 250 + 1);
    boolean ready = Trees.at(pod, "metadata", "annotations", NEVER_READY) == null;
    String now = world.now();
    JsonArray conditions = new JsonArray();
    for (String type : List.of("PodScheduled", "Initialized", "ContainersReady", "Ready")) {
      boolean yes = ready || !type.endsWith("Ready");
      conditions.add(
          Trees.objectOf(
              "type", type, "status", yes ? "True" : "False", "lastTransitionTime", now));
    }
    JsonArray containers = new JsonArray();
    for (JsonObject container : Trees.objects(pod, "spec", "containers")) {
      containers.add(
          Trees.objectOf(
              "name",
              Trees.string(container, "name"),
              "image",
              Trees.string(container, "image"),
              "imageID",
              "",
              "ready",
              ready,
              "restartCount",
              0,
              "started",
              true,
              "state",
              Trees.objectOf("running", Trees.objectOf("startedAt", now))));
    }
    world.change(
        key,
        "status",
        live -> {
          JsonObject status = Trees.child(live, "status");
          status.addProperty("phase", "Running");
          status.add("conditions", conditions);
          status.addProperty("hostIP", addressOf(node));
          status.addProperty("podIP", address);
          status.add("podIPs", Trees.arrayOf(Trees.objectOf("ip", address)));
          status.addProperty("startTime", now);
          status.add("containerStatuses", containers);
        });
  }

  private String addressOf(String node) {
    JsonObject there = world.get(new ObjectKey(World.NODES, "", node));
    return Trees.objects(there, "status", "addresses").stream()
        .filter(address -> Trees.string(address, "type").equals("InternalIP"))
        .map(address -> Trees.string(address, "address"))
        .findFirst()
        .orElse("127.0.0.1");
  }
}
