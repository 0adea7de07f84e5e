/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.Selectors;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Deployments to ReplicaSets: rolling updates and status, as the real controller does. */
final class DeploymentController implements Controller {
  private static final String REVISION = "deployment.kubernetes.io/revision";

  private final World world;

  DeploymentController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    world.touchedOwner(change, World.DEPLOYMENTS, "Deployment", World.REPLICA_SETS, touched);
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.DEPLOYMENTS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject deployment = world.get(key);
    if (deployment == null || World.isTerminating(deployment)) {
      return;
    }
    adoptOrphans(deployment, key.namespace());
    List<JsonObject> sets = sets(deployment);
    JsonObject current = current(deployment, sets);
    if (current == null) {
      createSet(deployment, key, sets);
      return;
    }
    if (!Trees.isTrue(deployment, "spec", "paused")) {
      roll(deployment, current, sets);
    }
    status(deployment, key);
  }

  private List<JsonObject> sets(JsonObject deployment) {
    return world.controlledBy(Trees.string(deployment, "metadata", "uid"), World.REPLICA_SETS);
  }

  private void adoptOrphans(JsonObject deployment, String namespace) {
    JsonObject selector = Trees.object(deployment, "spec", "selector");
    for (JsonObject set : world.orphansIn(World.REPLICA_SETS, namespace)) {
      if (!World.isTerminating(set)
          && Selectors.matches(selector, Trees.strings(set, "metadata", "labels"))) {
        world.adopt(World.REPLICA_SETS, set, deployment);
      }
    }
  }

  private static @Nullable JsonObject current(JsonObject deployment, List<JsonObject> sets) {
    JsonObject wanted = Trees.object(deployment, "spec", "template");
    return sets.stream()
        .filter(set -> Revisions.withoutHash(Trees.object(set, "spec", "template")).equals(wanted))
        .findFirst()
        .orElse(null);
  }

  private void createSet(JsonObject deployment, ObjectKey key, List<JsonObject> sets) {
    JsonObject template = Trees.object(deployment, "spec", "template").deepCopy();
    String hash = Revisions.hash(template);
    Trees.child(template, "metadata", "labels").addProperty(Revisions.POD_TEMPLATE_HASH, hash);
    JsonObject selector = Trees.object(deployment, "spec", "selector").deepCopy();
    Trees.child(selector, "matchLabels").addProperty(Revisions.POD_TEMPLATE_HASH, hash);
    long revision = 1;
    for (JsonObject set : sets) {
      revision = Math.max(revision, revision(set) + 1);
    }
    boolean first = sets.isEmpty();
    JsonObject metadata =
        Trees.objectOf(
            "name", key.name() + "-" + hash,
            "labels", Trees.object(template, "metadata", "labels").deepCopy(),
            "annotations",
                Trees.objectOf(
                    REVISION,
                    Long.toString(revision),
                    "deployment.kubernetes.io/desired-replicas",
                    Long.toString(replicas(deployment))),
            "ownerReferences", Trees.arrayOf(World.ownerReference(deployment)));
    long now = first || (isRecreate(deployment) && sumOf(sets) == 0) ? replicas(deployment) : 0;
    world.create(
        World.REPLICA_SETS,
        key.namespace(),
        Trees.objectOf(
            "metadata",
            metadata,
            "spec",
            Trees.objectOf("replicas", now, "selector", selector, "template", template)));
  }

  private static long revision(JsonObject set) {
    String text = Trees.string(set, "metadata", "annotations", REVISION);
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private static long replicas(JsonObject object) {
    return Trees.number(object, 1, "spec", "replicas");
  }

  private static long available(JsonObject set) {
    return Trees.number(set, 0, "status", "availableReplicas");
  }

  private static long sumOf(List<JsonObject> sets) {
    return sets.stream().mapToLong(DeploymentController::replicas).sum();
  }

  private static boolean isRecreate(JsonObject deployment) {
    return Trees.string(deployment, "spec", "strategy", "type").equals("Recreate");
  }

  private void roll(JsonObject deployment, JsonObject current, List<JsonObject> sets) {
    long wanted = replicas(deployment);
    List<JsonObject> old = sets.stream().filter(set -> !set.equals(current)).toList();
    if (sumOf(old) == 0) {
      scale(current, wanted);
      return;
    }
    if (isRecreate(deployment)) {
      old.forEach(set -> scale(set, 0));
      boolean gone = old.stream().allMatch(set -> Trees.number(set, 0, "status", "replicas") == 0);
      if (gone) {
        scale(current, wanted);
      }
      return;
    }
    JsonObject rolling = Trees.object(deployment, "spec", "strategy", "rollingUpdate");
    long surge = share(rolling.get("maxSurge"), wanted, true);
    long unavailable = share(rolling.get("maxUnavailable"), wanted, false);
    if (surge == 0 && unavailable == 0) {
      unavailable = 1;
    }
    long room = wanted + surge - sumOf(sets);
    if (room > 0 && replicas(current) < wanted) {
      scale(current, Math.min(wanted, replicas(current) + room));
      return;
    }
    long notYet = replicas(current) - available(current);
    long spare = sumOf(sets) - (wanted - unavailable) - notYet;
    for (JsonObject set : old) {
      long less = Math.max(0, Math.min(spare, replicas(set)));
      if (less > 0) {
        scale(set, replicas(set) - less);
        spare -= less;
      }
    }
  }

  private static long share(@Nullable JsonElement value, long of, boolean up) {
    if (value == null || value.isJsonNull()) {
      return 0;
    }
    String text = value.getAsString();
    if (!text.endsWith("%")) {
      return Long.parseLong(text);
    }
    double part = Double.parseDouble(text.substring(0, text.length() - 1)) * of / 100;
    return (long) (up ? Math.ceil(part) : Math.floor(part));
  }

  private void scale(JsonObject set, long replicas) {
    if (replicas(set) != replicas) {
      world.change(
          World.key(World.REPLICA_SETS, set),
          "",
          object -> Trees.child(object, "spec").addProperty("replicas", replicas));
    }
  }

  private void status(JsonObject deployment, ObjectKey key) {
    List<JsonObject> sets = sets(deployment);
    JsonObject current = current(deployment, sets);
    if (current == null) {
      return;
    }
    long total = sum(sets, "replicas");
    long ready = sum(sets, "readyReplicas");
    long available = sum(sets, "availableReplicas");
    long updated = Trees.number(current, 0, "status", "replicas");
    long wanted = replicas(deployment);
    JsonObject status = new JsonObject();
    status.addProperty("observedGeneration", Trees.number(deployment, 1, "metadata", "generation"));
    put(status, "replicas", total);
    put(status, "updatedReplicas", updated);
    put(status, "readyReplicas", ready);
    put(status, "availableReplicas", available);
    put(status, "unavailableReplicas", Math.max(0, total - available));
    long mayMiss =
        isRecreate(deployment)
            ? 0
            : share(
                Trees.at(deployment, "spec", "strategy", "rollingUpdate", "maxUnavailable"),
                wanted,
                false);
    boolean enough = available >= wanted - mayMiss;
    boolean complete = updated == wanted && total == wanted && available == wanted;
    String name = Trees.string(current, "metadata", "name");
    JsonArray conditions = new JsonArray();
    conditions.add(
        condition(
            deployment,
            "Available",
            enough ? "True" : "False",
            enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            enough
                ? "Deployment has minimum availability."
                : "Deployment does not have minimum availability."));
    conditions.add(
        condition(
            deployment,
            "Progressing",
            "True",
            complete ? "NewReplicaSetAvailable" : "ReplicaSetUpdated",
            complete
                ? "ReplicaSet \"" + name + "\" has successfully progressed."
                : "ReplicaSet \"" + name + "\" is progressing."));
    status.add("conditions", conditions);
    String revision = Trees.string(current, "metadata", "annotations", REVISION);
    Map<String, String> annotations = Trees.strings(deployment, "metadata", "annotations");
    if (!Trees.object(deployment, "status").equals(status)
        || !revision.equals(annotations.get(REVISION))) {
      world.changeTracked(
          key,
          "status",
          live -> {
            live.add("status", status);
            Trees.child(live, "metadata", "annotations").addProperty(REVISION, revision);
          });
    }
  }

  private static long sum(List<JsonObject> sets, String field) {
    return sets.stream().mapToLong(set -> Trees.number(set, 0, "status", field)).sum();
  }

  private static void put(JsonObject status, String field, long value) {
    if (value != 0) {
      status.addProperty(field, value);
    }
  }

  private JsonObject condition(
      JsonObject deployment, String type, String value, String reason, String message) {
    for (JsonObject old : Trees.objects(deployment, "status", "conditions")) {
      if (Trees.string(old, "type").equals(type)
          && Trees.string(old, "status").equals(value)
          && Trees.string(old, "reason").equals(reason)
          && Trees.string(old, "message").equals(message)) {
        return old;
      }
    }
    String since = world.now();
    for (JsonObject old : Trees.objects(deployment, "status", "conditions")) {
      if (Trees.string(old, "type").equals(type) && Trees.string(old, "status").equals(value)) {
        since = Trees.string(old, "lastTransitionTime");
      }
    }
    return Trees.objectOf(
        "type", type,
        "status", value,
        "lastUpdateTime", world.now(),
        "lastTransitionTime", since,
        "reason", reason,
        "message", message);
  }
}
