/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.Bindings;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Binds pods to nodes, those with the fewest pods first, or says why no node fits. */
final class PodScheduler implements Controller {
  private final World world;
  private final Map<PodShape, String> refused = new HashMap<>();
  private long refusedAt;

  /** The pods that other pods keep from having a node. */
  private final Set<ObjectKey> kept = new LinkedHashSet<>();

  PodScheduler(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    if (change.key().resource().equals(World.PODS)) {
      JsonObject after = change.after();
      if (after != null && Trees.string(after, "spec", "nodeName").isEmpty()) {
        touched.accept(change.key());
      }
      freed(change).ifPresent(node -> retry(node, touched));
      if (isNews(change.before(), change.after())) {
        retryKept(touched);
      }
    } else if (change.key().resource().equals(World.NODES) && matters(change)) {
      retry(change.key().name(), touched);
      retryKept(touched);
    }
  }

  /** Whether a change means something for pods that other pods keep from having a node. */
  private static boolean isNews(@Nullable JsonObject before, @Nullable JsonObject after) {
    return !neighbour(before).equals(neighbour(after));
  }

  private static List<Object> neighbour(@Nullable JsonObject pod) {
    return pod == null || ServiceBackends.hasEnded(pod)
        ? List.of()
        : List.of(
            Trees.string(pod, "spec", "nodeName"),
            Trees.strings(pod, "metadata", "labels"),
            World.isTerminating(pod));
  }

  private void retryKept(Consumer<ObjectKey> touched) {
    kept.forEach(touched);
    kept.clear();
  }

  /** The node on which a change made room. */
  private static Optional<String> freed(Change change) {
    JsonObject before = change.before();
    JsonObject after = change.after();
    boolean ended =
        before != null
            && !ServiceBackends.hasEnded(before)
            && (after == null || ServiceBackends.hasEnded(after));
    return Optional.of(Trees.string(before, "spec", "nodeName"))
        .filter(node -> ended && !node.isEmpty());
  }

  private static boolean matters(Change change) {
    return change.after() != null && !looks(change.before()).equals(looks(change.after()));
  }

  private static JsonArray looks(@Nullable JsonObject node) {
    return node == null
        ? new JsonArray()
        : Trees.arrayOf(
            Trees.object(node, "metadata", "labels"),
            Trees.object(node, "spec"),
            Trees.object(node, "status", "allocatable"));
  }

  /** As the real scheduler: only a pod that the change lets fit is tried again. */
  private void retry(String node, Consumer<ObjectKey> touched) {
    world
        .unbound()
        .each(
            key -> {
              JsonObject pod = world.get(key);
              return pod != null && obstacles(pod, node).isEmpty();
            },
            touched);
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.podsOn("").forEach(touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject pod = world.get(key);
    if (pod == null
        || World.isTerminating(pod)
        || !Trees.string(pod, "spec", "nodeName").isEmpty()
        || !Trees.array(pod, "spec", "schedulingGates").isEmpty()
        || !Trees.string(pod, "spec", "schedulerName").equals("default-scheduler")) {
      return;
    }
    Neighbours neighbours = Neighbours.of(world, pod);
    Optional<String> node =
        world
            .nodes()
            .candidates(Trees.strings(pod, "spec", "nodeSelector"))
            .filter(name -> obstacles(pod, name, neighbours).isEmpty())
            .findFirst();
    if (node.isPresent()) {
      bind(key, node.get());
      return;
    }
    if (neighbours.matter()) {
      kept.add(key);
    }
    refuse(key, pod, neighbours);
  }

  private List<String> obstacles(JsonObject pod, String node, Neighbours neighbours) {
    List<String> own = obstacles(pod, node);
    JsonObject there = world.get(new ObjectKey(World.NODES, "", node));
    if (there == null || own.stream().anyMatch(NodeFit::isLasting)) {
      return own;
    }
    Optional<String> ports = neighbours.ofPorts(node);
    if (ports.isPresent()) {
      return List.of(ports.get());
    }
    return own.isEmpty() ? neighbours.obstacle(there).stream().toList() : own;
  }

  private List<String> obstacles(JsonObject pod, String node) {
    JsonObject there = world.get(new ObjectKey(World.NODES, "", node));
    return there == null
        ? List.of("node(s) were gone")
        : NodeFit.obstacles(pod, there, world.nodes().used(node));
  }

  private void bind(ObjectKey key, String node) {
    world.change(key, World.BINDING, live -> Bindings.assign(live, node, world.now()));
  }

  private void refuse(ObjectKey key, JsonObject pod, Neighbours neighbours) {
    String message = message(pod, neighbours);
    JsonObject before = World.condition(pod, "PodScheduled");
    if (!Trees.string(before, "message").equals(message)) {
      world.change(
          key,
          "status",
          live ->
              Conditions.set(live, "PodScheduled", "False", "Unschedulable", message, world.now()));
    }
  }

  /** Pods of one shape are told the same as long as nothing has changed on the nodes. */
  private String message(JsonObject pod, Neighbours neighbours) {
    if (neighbours.matter()) {
      return message(world.nodes().size(), reasons(pod, neighbours));
    }
    if (refusedAt != world.nodes().generation()) {
      refusedAt = world.nodes().generation();
      refused.clear();
    }
    return refused.computeIfAbsent(
        PodShape.of(pod), unused -> message(world.nodes().size(), reasons(pod, neighbours)));
  }

  /** Why the pod is on no node, with the number of nodes; of those that it selects, one by one. */
  private Map<String, Integer> reasons(JsonObject pod, Neighbours neighbours) {
    Map<String, String> selector = Trees.strings(pod, "spec", "nodeSelector");
    Map<String, Integer> reasons = new TreeMap<>();
    int open = 0;
    for (Map.Entry<NodeIndex.Gate, Set<String>> nodes : world.nodes().byGate().entrySet()) {
      Optional<String> closed = NodeFit.closed(pod, nodes.getKey());
      closed.ifPresent(reason -> reasons.merge(reason, nodes.getValue().size(), Integer::sum));
      open += closed.isPresent() ? 0 : nodes.getValue().size();
    }
    List<List<String>> selected =
        world
            .nodes()
            .candidates(selector)
            .map(name -> obstacles(pod, name, neighbours))
            .filter(obstacles -> obstacles.stream().noneMatch(NodeFit::isOfGate))
            .toList();
    selected.forEach(each -> each.forEach(reason -> reasons.merge(reason, 1, Integer::sum)));
    if (open > selected.size()) {
      reasons.merge(NodeFit.AFFINITY, open - selected.size(), Integer::sum);
    }
    return reasons;
  }

  private static String message(int nodes, Map<String, Integer> reasons) {
    if (nodes == 0) {
      return "no nodes available to schedule pods";
    }
    int hopeless =
        reasons.entrySet().stream()
            .filter(reason -> NodeFit.isLasting(reason.getKey()))
            .mapToInt(Map.Entry::getValue)
            .sum();
    String available = "0/" + nodes + " nodes are available: ";
    return available
        + String.join(
            ", ",
            reasons.entrySet().stream()
                .map(reason -> reason.getValue() + " " + reason.getKey())
                .sorted()
                .toList())
        + ". no new claims to deallocate, preemption: "
        + available
        + preemption(hopeless, nodes - hopeless);
  }

  private static String preemption(int hopeless, int full) {
    String noVictims = full + " No preemption victims found for incoming pod";
    String noHelp = hopeless + " Preemption is not helpful for scheduling";
    if (full == 0) {
      return noHelp + ".";
    }
    return hopeless == 0
        ? noVictims + "."
        : String.join(", ", List.of(noVictims, noHelp).stream().sorted().toList()) + ".";
  }
}
