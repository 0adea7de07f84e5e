/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.cluster.ImageBehaviour;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Report nodes, run the pods that are bound to them, restart what crashes, end what is deleted. */
final class Kubelets implements Controller {
  /** A pod with this annotation runs and never becomes ready. */
  static final String NEVER_READY = "unitgrid.dev/never-ready";

  /** A node with this annotation has no simulated kubelet: a test plays it. */
  static final String KUBELET = "unitgrid.dev/kubelet";

  static final String NO_KUBELET = "none";

  private static final int SUBNET = 62_500;

  private final World world;
  private final Map<ObjectKey, Sandbox> sandboxes = new HashMap<>();
  private int addresses;

  /** A pod on its node: who it is, its addresses, and its containers by name. */
  private record Sandbox(
      String uid, List<String> addresses, Map<String, ContainerLife> containers) {}

  Kubelets(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    boolean pod =
        change.key().resource().equals(World.PODS)
            && (change.after() == null
                || !Trees.string(change.after(), "spec", "nodeName").isEmpty());
    if (pod || change.key().resource().equals(World.NODES)) {
      touched.accept(change.key());
    }
    if (change.key().resource().equals(World.NODES) && change.before() == null) {
      world.podsOn(change.key().name()).forEach(touched);
    }
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(World.NODES, touched);
    world.keysOf(World.PODS, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    if (key.resource().equals(World.NODES)) {
      syncNode(key);
    } else {
      syncPod(key);
    }
  }

  private void syncNode(ObjectKey key) {
    JsonObject node = world.get(key);
    if (node == null || !world.hasKubelet(key.name())) {
      return;
    }
    JsonObject ready = World.condition(node, "Ready");
    if (ready == null || Trees.string(ready, "reason").equals(NodeLifecycleController.UNKNOWN)) {
      world.change(key, "status", live -> NodeConditions.report(live, world.now()));
    }
  }

  private void syncPod(ObjectKey key) {
    JsonObject pod = world.get(key);
    if (pod == null) {
      sandboxes.remove(key);
      return;
    }
    String node = Trees.string(pod, "spec", "nodeName");
    if (!world.hasKubelet(node)) {
      return;
    }
    if (World.isTerminating(pod)) {
      end(key, pod);
    } else if (!ServiceBackends.hasEnded(pod)) {
      run(key, pod, node);
    }
  }

  private void end(ObjectKey key, JsonObject pod) {
    long grace = Trees.number(pod, 0, "metadata", "deletionGracePeriodSeconds");
    Duration takes = Duration.ZERO;
    for (JsonObject container : Trees.objects(pod, "spec", "containers")) {
      Duration own = behaviour(pod, container).stopsAfter();
      takes = own.compareTo(takes) > 0 ? own : takes;
    }
    takes = takes.compareTo(Duration.ofSeconds(grace)) > 0 ? Duration.ofSeconds(grace) : takes;
    Instant told =
        Instant.parse(Trees.string(pod, "metadata", "deletionTimestamp")).minusSeconds(grace);
    Instant end = told.plus(takes);
    if (grace > 0 && !takes.isZero() && end.isAfter(world.instant())) {
      world.again(ClusterPart.KUBELETS, key, Duration.between(world.instant(), end));
    } else if (grace > 0 || Trees.array(pod, "metadata", "finalizers").isEmpty()) {
      world.delete(key);
    }
  }

  private ImageBehaviour behaviour(JsonObject pod, JsonObject container) {
    return Trees.at(pod, "metadata", "annotations", NEVER_READY) == null
        ? world.settings().image(Trees.string(container, "image"))
        : ImageBehaviour.neverReady();
  }

  private void run(ObjectKey key, JsonObject pod, String node) {
    Sandbox before = sandboxes.get(key);
    String uid = Trees.string(pod, "metadata", "uid");
    Sandbox sandbox =
        before != null && before.uid().equals(uid) ? before : newSandbox(pod, node, uid);
    Map<String, ContainerLife> lives = new LinkedHashMap<>();
    JsonArray statuses = new JsonArray();
    Instant now = world.instant();
    Optional<Instant> next = Optional.empty();
    boolean ready = true;
    for (JsonObject container : Trees.objects(pod, "spec", "containers")) {
      String name = Trees.string(container, "name");
      ContainerLife.Circumstances there =
          new ContainerLife.Circumstances(
              behaviour(pod, container),
              Trees.string(pod, "spec", "restartPolicy"),
              world.settings().times(),
              now);
      ContainerLife life =
          sandbox.containers().getOrDefault(name, ContainerLife.created(now)).at(there);
      lives.put(name, life);
      statuses.add(life.status(container, pod, there));
      ready &= life.isReady(there);
      next =
          java.util.stream.Stream.of(next, life.nextCheck(there))
              .flatMap(Optional::stream)
              .min(Instant::compareTo);
    }
    sandboxes.put(key, new Sandbox(uid, sandbox.addresses(), lives));
    next.ifPresent(at -> world.again(ClusterPart.KUBELETS, key, Duration.between(now, at)));
    report(key, pod, node, statuses, phase(lives), ready);
  }

  private Sandbox newSandbox(JsonObject pod, String node, String uid) {
    if (Trees.isTrue(pod, "spec", "hostNetwork")) {
      return new Sandbox(uid, List.of(addressOf(node)), Map.of());
    }
    addresses++;
    int subnet = 244 + addresses / SUBNET;
    int host = addresses % SUBNET;
    String four = "10." + subnet + "." + host / 250 + "." + (host % 250 + 1);
    List<String> both = List.of(four, "fd00:10:244::" + Integer.toHexString(addresses));
    return new Sandbox(uid, world.settings().isDualStack() ? both : List.of(four), Map.of());
  }

  private static String phase(Map<String, ContainerLife> lives) {
    if (lives.values().stream().allMatch(life -> life.state() == ContainerLife.State.ENDED)) {
      return lives.values().stream().anyMatch(ContainerLife::hasFailed) ? "Failed" : "Succeeded";
    }
    return lives.values().stream().allMatch(ContainerLife::hasRun) ? "Running" : "Pending";
  }

  private void report(
      ObjectKey key, JsonObject pod, String node, JsonArray statuses, String phase, boolean ready) {
    JsonObject next = Trees.objectOf("status", Trees.object(pod, "status").deepCopy());
    JsonObject status = Trees.child(next, "status");
    String now = world.now();
    status.addProperty("phase", phase);
    status.addProperty("hostIP", addressOf(node));
    status.add("hostIPs", Trees.arrayOf(Trees.objectOf("ip", addressOf(node))));
    Trees.setDefault(status, "startTime", now);
    List<String> ips =
        sandboxes.getOrDefault(key, new Sandbox("", List.of(), Map.of())).addresses();
    status.addProperty("podIP", ips.isEmpty() ? "" : ips.get(0));
    JsonArray all = new JsonArray();
    ips.forEach(ip -> all.add(Trees.objectOf("ip", ip)));
    status.add("podIPs", all);
    status.add("containerStatuses", statuses);
    conditions(next, statuses, phase, ready, now);
    if (!status.equals(Trees.object(pod, "status"))) {
      world.change(key, "status", live -> live.add("status", status));
    }
  }

  private static void conditions(
      JsonObject pod, JsonArray statuses, String phase, boolean ready, String now) {
    Conditions.set(pod, "PodScheduled", "True", "", "", now);
    Conditions.set(pod, "PodReadyToStartContainers", "True", "", "", now);
    Conditions.set(pod, "Initialized", "True", "", "", now);
    String reason = "";
    String message = "";
    if (!ready) {
      reason =
          switch (phase) {
            case "Succeeded" -> "PodCompleted";
            case "Failed" -> "PodFailed";
            default -> "ContainersNotReady";
          };
      message =
          reason.equals("ContainersNotReady")
              ? "containers with unready status: [" + String.join(" ", unready(statuses)) + "]"
              : "";
    }
    for (String type : List.of("Ready", "ContainersReady")) {
      Conditions.set(pod, type, ready ? "True" : "False", reason, message, now);
    }
  }

  private static List<String> unready(JsonArray statuses) {
    return statuses.asList().stream()
        .filter(status -> !Trees.isTrue(status, "ready"))
        .map(status -> Trees.string(status, "name"))
        .toList();
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
