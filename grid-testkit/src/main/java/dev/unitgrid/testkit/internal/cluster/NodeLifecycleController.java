/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Notices nodes that fell silent, taints nodes by their conditions, marks the pods of lost ones not
 * ready, and evicts those that do not tolerate a taint.
 */
final class NodeLifecycleController implements Controller {
  static final String UNKNOWN = "NodeStatusUnknown";
  private static final String NOT_READY = "node.kubernetes.io/not-ready";
  private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
  private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

  private final World world;
  private final Map<String, Instant> renewals = new HashMap<>();
  private final Map<ObjectKey, Instant> evictions = new HashMap<>();

  NodeLifecycleController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    ObjectKey key = change.key();
    if (key.resource().equals(World.NODES)) {
      touched.accept(key);
      if (change.before() != null
          && !heartbeat(change.before()).equals(heartbeat(change.after()))) {
        renewals.put(key.name(), world.instant());
      }
      if (!Taints.noExecute(orEmpty(change.before()))
          .equals(Taints.noExecute(orEmpty(change.after())))) {
        world.podsOn(key.name()).forEach(touched);
      }
    } else if (key.resource().equals(World.PODS)) {
      if (change.after() == null) {
        evictions.remove(key);
      } else if (mayBeEvicted(change)) {
        touched.accept(key);
      }
    } else if (key.resource().equals(Heartbeats.LEASES)
        && key.namespace().equals(Heartbeats.NAMESPACE)
        && change.after() != null) {
      renewals.put(key.name(), world.instant());
      touched.accept(new ObjectKey(World.NODES, "", key.name()));
    }
  }

  private static String heartbeat(@org.jspecify.annotations.Nullable JsonObject node) {
    return Trees.string(World.condition(orEmpty(node), "Ready"), "lastHeartbeatTime");
  }

  private static JsonObject orEmpty(@org.jspecify.annotations.Nullable JsonObject object) {
    return object == null ? new JsonObject() : object;
  }

  private boolean mayBeEvicted(Change change) {
    String node = Trees.string(change.after(), "spec", "nodeName");
    JsonObject there = world.get(new ObjectKey(World.NODES, "", node));
    return there != null && !Taints.noExecute(there).isEmpty();
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.NODES, touched);
    world.keysOf(World.PODS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject object = world.get(key);
    if (object == null) {
      return;
    }
    if (key.resource().equals(World.NODES)) {
      watch(key, object);
      taint(key, Objects.requireNonNull(world.get(key)));
    } else {
      evict(key, object);
    }
  }

  private void watch(ObjectKey key, JsonObject node) {
    Optional<Instant> lostAt =
        lastHeard(key.name()).map(last -> last.plus(world.settings().times().nodeMonitorGrace()));
    if (lostAt.isEmpty()) {
      return;
    }
    Instant now = world.instant();
    if (lostAt.get().isAfter(now)) {
      world.again(ClusterPart.NODE_LIFECYCLE, key, Duration.between(now, lostAt.get()));
    } else if (!Trees.string(World.condition(node, "Ready"), "status").equals("Unknown")) {
      world.change(key, "status", live -> NodeConditions.lose(live, world.now()));
    }
  }

  /** When a node was heard of last; empty for one that is heard of all the time, or never was. */
  private Optional<Instant> lastHeard(String node) {
    return world.hasKubelet(node)
        ? Optional.empty()
        : Optional.ofNullable(world.silentSince(node))
            .or(() -> Optional.ofNullable(renewals.get(node)));
  }

  private void taint(ObjectKey key, JsonObject node) {
    String ready = Trees.string(World.condition(node, "Ready"), "status");
    JsonArray taints = Trees.array(node, "spec", "taints");
    JsonObject next = node.deepCopy();
    for (String effect : List.of("NoSchedule", "NoExecute")) {
      String since = effect.equals("NoExecute") ? world.now() : "";
      set(next, NOT_READY, effect, ready.equals("False"), since);
      set(next, UNREACHABLE, effect, ready.equals("Unknown"), since);
    }
    set(
        next,
        UNSCHEDULABLE,
        "NoSchedule",
        Trees.isTrue(node, "spec", "unschedulable"),
        world.now());
    NodeConditions.pressures()
        .forEach(
            (type, taint) ->
                set(
                    next,
                    taint,
                    "NoSchedule",
                    Trees.string(World.condition(node, type), "status").equals("True"),
                    ""));
    JsonArray wanted = Trees.array(next, "spec", "taints");
    if (!wanted.equals(taints)) {
      world.change(
          key,
          "",
          live -> {
            if (wanted.isEmpty()) {
              Trees.child(live, "spec").remove("taints");
            } else {
              Trees.child(live, "spec").add("taints", wanted);
            }
          });
    }
    if (ready.equals("False") || ready.equals("Unknown")) {
      world.podsOn(key.name()).forEach(this::markNotReady);
    }
  }

  private static void set(JsonObject node, String key, String effect, boolean on, String since) {
    Trees.child(node, "spec").add("taints", Taints.with(node, key, effect, on, since));
  }

  private void markNotReady(ObjectKey key) {
    JsonObject pod = world.get(key);
    if (pod != null && World.isReady(pod)) {
      world.change(
          key, "status", live -> Conditions.set(live, "Ready", "False", "", "", world.now()));
    }
  }

  private void evict(ObjectKey key, JsonObject pod) {
    JsonObject node =
        world.get(new ObjectKey(World.NODES, "", Trees.string(pod, "spec", "nodeName")));
    List<JsonObject> taints = Taints.noExecute(orEmpty(node));
    if (taints.isEmpty() || World.isTerminating(pod)) {
      evictions.remove(key);
      return;
    }
    Optional<Long> stay = Taints.stay(pod, taints);
    if (stay.isEmpty()) {
      return;
    }
    Instant now = world.instant();
    Instant due = evictions.computeIfAbsent(key, unused -> now).plusSeconds(stay.get());
    if (due.isAfter(now)) {
      world.again(ClusterPart.NODE_LIFECYCLE, key, Duration.between(now, due));
      return;
    }
    world.change(
        key,
        "status",
        live ->
            Conditions.set(
                live,
                "DisruptionTarget",
                "True",
                "DeletionByTaintManager",
                "Taint manager: deleting due to NoExecute taint",
                world.now()));
    world.deleteGracefully(key);
  }
}
