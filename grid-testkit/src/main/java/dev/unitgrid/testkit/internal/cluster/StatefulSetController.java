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
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** StatefulSets to pods by ordinal, with their claims. */
final class StatefulSetController implements Controller {
  private static final String REVISION = "controller-revision-hash";

  private final World world;

  StatefulSetController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    world.touchedOwner(change, World.STATEFUL_SETS, "StatefulSet", World.PODS, touched);
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.STATEFUL_SETS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject set = world.get(key);
    if (set == null || World.isTerminating(set)) {
      return;
    }
    adoptOrphans(set, key);
    String revision = key.name() + "-" + Revisions.hash(Trees.object(set, "spec", "template"));
    long first = Trees.number(set, 0, "spec", "ordinals", "start");
    long end = first + Trees.number(set, 1, "spec", "replicas");
    boolean parallel = Trees.string(set, "spec", "podManagementPolicy").equals("Parallel");
    if (!fill(set, key, first, end, revision, parallel)) {
      status(set, key, revision);
      return;
    }
    if (!shrink(set, key, first, end, parallel)) {
      update(set, key, first, end, revision);
    }
    status(set, key, revision);
  }

  private NavigableMap<Long, JsonObject> pods(JsonObject set, ObjectKey key) {
    NavigableMap<Long, JsonObject> pods = new TreeMap<>();
    for (JsonObject pod : world.controlledBy(Trees.string(set, "metadata", "uid"), World.PODS)) {
      String name = Trees.string(pod, "metadata", "name");
      String ordinal = name.substring(Math.min(name.length(), key.name().length() + 1));
      if (name.startsWith(key.name() + "-") && ordinal.matches("[0-9]{1,9}")) {
        pods.put(Long.parseLong(ordinal), pod);
      }
    }
    return pods;
  }

  /** A set adopts what has its selector's labels and a name of its form. */
  private void adoptOrphans(JsonObject set, ObjectKey key) {
    JsonObject selector = Trees.object(set, "spec", "selector");
    for (JsonObject pod : world.orphansIn(World.PODS, key.namespace())) {
      if (!World.isTerminating(pod)
          && Trees.string(pod, "metadata", "name")
              .matches(java.util.regex.Pattern.quote(key.name()) + "-[0-9]+")
          && Selectors.matches(selector, Trees.strings(pod, "metadata", "labels"))) {
        world.adopt(World.PODS, pod, set);
      }
    }
  }

  /** Creates what is missing; false while the order makes it wait. */
  private boolean fill(
      JsonObject set, ObjectKey key, long first, long end, String revision, boolean parallel) {
    NavigableMap<Long, JsonObject> pods = pods(set, key);
    for (long ordinal = first; ordinal < end; ordinal++) {
      JsonObject pod = pods.get(ordinal);
      if (pod == null) {
        create(set, key, ordinal, revision);
        if (!parallel) {
          return false;
        }
      } else if (!parallel && (!World.isReady(pod) || World.isTerminating(pod))) {
        return false;
      }
    }
    return true;
  }

  private void create(JsonObject set, ObjectKey key, long ordinal, String revision) {
    String name = key.name() + "-" + ordinal;
    if (world.get(new ObjectKey(World.PODS, key.namespace(), name)) != null) {
      // A foreign pod has the name: the real controller waits for it to go, too.
      return;
    }
    JsonObject pod = PodTemplates.pod(set, name);
    JsonObject labels = Trees.child(pod, "metadata", "labels");
    labels.addProperty(REVISION, revision);
    labels.addProperty("statefulset.kubernetes.io/pod-name", name);
    labels.addProperty("apps.kubernetes.io/pod-index", Long.toString(ordinal));
    JsonObject spec = Trees.child(pod, "spec");
    spec.addProperty("hostname", name);
    if (!Trees.string(set, "spec", "serviceName").isEmpty()) {
      spec.addProperty("subdomain", Trees.string(set, "spec", "serviceName"));
    }
    var volumes = Trees.array(spec, "volumes");
    for (JsonObject template : Trees.objects(set, "spec", "volumeClaimTemplates")) {
      String claim = Trees.string(template, "metadata", "name");
      createClaim(set, key.namespace(), template, claim + "-" + name);
      volumes.add(
          Trees.objectOf(
              "name",
              claim,
              "persistentVolumeClaim",
              Trees.objectOf("claimName", claim + "-" + name)));
    }
    if (!volumes.isEmpty()) {
      spec.add("volumes", volumes);
    }
    world.create(World.PODS, key.namespace(), pod);
  }

  private void createClaim(JsonObject set, String namespace, JsonObject template, String name) {
    if (world.get(new ObjectKey("persistentvolumeclaims", namespace, name)) != null) {
      return;
    }
    JsonObject metadata = Trees.object(template, "metadata").deepCopy();
    metadata.addProperty("name", name);
    JsonObject labels = Trees.child(metadata, "labels");
    Trees.strings(set, "spec", "selector", "matchLabels").forEach(labels::addProperty);
    world.create(
        "persistentvolumeclaims",
        namespace,
        Trees.objectOf("metadata", metadata, "spec", Trees.object(template, "spec").deepCopy()));
  }

  /** Deletes what is too much, the highest first; true while it does. */
  private boolean shrink(JsonObject set, ObjectKey key, long first, long end, boolean parallel) {
    boolean busy = false;
    for (Map.Entry<Long, JsonObject> entry : pods(set, key).descendingMap().entrySet()) {
      boolean tooMuch = entry.getKey() >= end || entry.getKey() < first;
      if (tooMuch) {
        busy = true;
        if (!World.isTerminating(entry.getValue())) {
          world.deleteGracefully(World.key(World.PODS, entry.getValue()));
        }
        if (!parallel) {
          return true;
        }
      }
    }
    return busy;
  }

  private void update(JsonObject set, ObjectKey key, long first, long end, String revision) {
    if (!Trees.string(set, "spec", "updateStrategy", "type").equals("RollingUpdate")) {
      return;
    }
    long partition = Trees.number(set, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
    NavigableMap<Long, JsonObject> pods = pods(set, key);
    for (long ordinal = end - 1; ordinal >= Math.max(first, partition); ordinal--) {
      JsonObject pod = pods.get(ordinal);
      if (pod == null || World.isTerminating(pod)) {
        return;
      }
      if (!Trees.string(pod, "metadata", "labels", REVISION).equals(revision)) {
        world.deleteGracefully(World.key(World.PODS, pod));
        return;
      }
      if (!World.isReady(pod)) {
        return;
      }
    }
  }

  private void status(JsonObject set, ObjectKey key, String revision) {
    NavigableMap<Long, JsonObject> pods = pods(set, key);
    pods.values().removeIf(World::isTerminating);
    long ready = pods.values().stream().filter(World::isReady).count();
    long updated =
        pods.values().stream()
            .filter(pod -> Trees.string(pod, "metadata", "labels", REVISION).equals(revision))
            .count();
    long wanted = Trees.number(set, 1, "spec", "replicas");
    String before = Trees.string(set, "status", "currentRevision");
    boolean done = updated == wanted && pods.size() == wanted && ready == wanted;
    String current = before.isEmpty() || done ? revision : before;
    long onCurrent =
        pods.values().stream()
            .filter(pod -> Trees.string(pod, "metadata", "labels", REVISION).equals(current))
            .count();
    JsonObject status =
        Trees.objectOf(
            "observedGeneration", Trees.number(set, 1, "metadata", "generation"),
            "replicas", pods.size());
    put(status, "readyReplicas", ready);
    put(status, "currentReplicas", onCurrent);
    put(status, "updatedReplicas", updated);
    status.addProperty("currentRevision", current);
    status.addProperty("updateRevision", revision);
    status.addProperty("collisionCount", 0);
    status.addProperty("availableReplicas", ready);
    if (!Trees.object(set, "status").equals(status)) {
      world.changeTracked(key, "status", live -> live.add("status", status));
    }
  }

  private static void put(JsonObject status, String field, long value) {
    if (value != 0) {
      status.addProperty(field, value);
    }
  }
}
