/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.cluster.ImageBehaviour;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.StatusException;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The simulated cluster around the server. Works off what changes touched, in order, in turns on
 * the scheduler; state is guarded by the server's lock.
 */
public final class Controllers {
  private static final int TURN = 64;

  private final ApiServer server;
  private final WorkQueue queue;
  private final World world;
  private final Map<ClusterPart, Controller> controllers = new EnumMap<>(ClusterPart.class);
  private final Set<ClusterPart> off = EnumSet.of(ClusterPart.HEARTBEATS);
  private final Map<WorkQueue.Work, String> problems = new LinkedHashMap<>();
  private boolean paused;

  /** Starts to follow {@code server}. */
  public Controllers(ApiServer server, Scheduler scheduler) {
    this.server = server;
    this.queue = new WorkQueue(scheduler, this::turn);
    this.world = new World(server, scheduler.clock(), queue);
    controllers.put(ClusterPart.DEPLOYMENTS, new DeploymentController(world));
    controllers.put(ClusterPart.REPLICA_SETS, new ReplicaSetController(world));
    controllers.put(ClusterPart.STATEFUL_SETS, new StatefulSetController(world));
    controllers.put(ClusterPart.SCHEDULER, new PodScheduler(world));
    controllers.put(ClusterPart.KUBELETS, new Kubelets(world));
    controllers.put(ClusterPart.HEARTBEATS, new Heartbeats(world));
    controllers.put(ClusterPart.NODE_LIFECYCLE, new NodeLifecycleController(world));
    controllers.put(ClusterPart.POD_COLLECTOR, new PodCollector(world));
    controllers.put(ClusterPart.GARBAGE_COLLECTOR, new GarbageCollector(world));
    controllers.put(ClusterPart.NAMESPACES, new NamespaceController(world));
    controllers.put(ClusterPart.DISRUPTIONS, new DisruptionController(world));
    controllers.put(ClusterPart.ENDPOINT_SLICES, new EndpointSliceController(world));
    controllers.put(ClusterPart.ENDPOINTS, new EndpointsController(world));
    controllers.put(ClusterPart.ENDPOINT_SLICE_MIRRORING, new MirroringController(world));
    server.listen(this::changed);
  }

  /** Stops to work, or goes on with what has come up since. */
  public void pause(boolean pause) {
    server.locked(
        () -> {
          paused = pause;
          wake();
          return paused;
        });
  }

  /** Switches a part off, or on again: then it looks at everything once. */
  public void set(ClusterPart part, boolean on) {
    server.locked(
        () -> {
          if (on && off.remove(part)) {
            controller(part).all(key -> queue.add(part, key));
          } else if (!on) {
            off.add(part);
          }
          wake();
          return on;
        });
  }

  /** Whether a part is switched on. */
  public boolean isOn(ClusterPart part) {
    return server.locked(() -> !off.contains(part));
  }

  /** What tests set about images, times and addresses. */
  public Settings settings() {
    return world.settings();
  }

  /** How containers of an image behave from now on, those that run already, too. */
  public void image(String image, ImageBehaviour behaviour) {
    server.locked(
        () -> {
          world.settings().image(image, behaviour);
          world.keysOf(World.PODS, pod -> queue.add(ClusterPart.KUBELETS, pod));
          wake();
          return behaviour;
        });
  }

  /** Gives pods and Services addresses of both families. */
  public void dualStack() {
    server.locked(
        () -> {
          server.writer().dualStack();
          world.settings().dualStack(true);
          return true;
        });
  }

  /** Stops the kubelet of a node, as when its power fails, or starts it again. */
  public void kubelet(String node, boolean runs) {
    server.locked(
        () -> {
          world.setKubelet(node, runs);
          ObjectKey key = new ObjectKey(World.NODES, "", node);
          queue.add(ClusterPart.KUBELETS, key);
          queue.add(ClusterPart.HEARTBEATS, key);
          queue.add(ClusterPart.NODE_LIFECYCLE, key);
          world.podsOn(node).forEach(pod -> queue.add(ClusterPart.KUBELETS, pod));
          wake();
          return runs;
        });
  }

  /** Whether nothing is left to do now. */
  public boolean isIdle() {
    return server.locked(queue::isEmpty);
  }

  /** What the server refused of the simulated controllers, a sentence each. */
  public List<String> problems() {
    return server.locked(
        () ->
            problems.entrySet().stream()
                .map(
                    entry ->
                        entry.getKey().key().resource()
                            + " "
                            + entry.getKey().key().place()
                            + ": "
                            + entry.getValue())
                .toList());
  }

  private Controller controller(ClusterPart part) {
    return Objects.requireNonNull(controllers.get(part));
  }

  private void changed(Change change) {
    world.changed(change);
    controllers.forEach(
        (part, controller) -> {
          if (!off.contains(part)) {
            controller.changed(change, key -> queue.add(part, key));
          }
        });
    wake();
  }

  private void wake() {
    if (!paused) {
      queue.wake();
    }
  }

  private void turn() {
    server.locked(
        () -> {
          queue.awake();
          int done = 0;
          WorkQueue.Work work = paused ? null : queue.next();
          while (work != null) {
            sync(work);
            done++;
            boolean enough = done == TURN || server.isWanted();
            work = enough ? null : queue.next();
          }
          wake();
          return queue.size();
        });
  }

  private void sync(WorkQueue.Work work) {
    problems.remove(work);
    if (off.contains(work.part())) {
      return;
    }
    try {
      controller(work.part()).sync(work.key());
    } catch (StatusException refused) {
      // As the real controllers: the object stays as it is until something about it changes.
      problems.put(work, String.valueOf(refused.getMessage()));
    }
  }
}
