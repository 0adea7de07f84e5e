/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.StatusException;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The simulated cluster around the server: workload controllers, scheduler, kubelets, garbage
 * collector. Works off what changes touched, in order, in turns on the scheduler; state is guarded
 * by the server's lock.
 */
public final class Controllers {
  private static final int TURN = 64;

  private enum Part {
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    POD,
    NODE,
    DEPENDENT,
    OWNER,
    NAMESPACE
  }

  private record Work(Part part, ObjectKey key) {}

  private final ApiServer server;
  private final Scheduler scheduler;
  private final World world;
  private final DeploymentController deployments;
  private final ReplicaSetController replicaSets;
  private final StatefulSetController statefulSets;
  private final Kubelets kubelets;
  private final GarbageCollector garbage;
  private final Set<Work> queue = new LinkedHashSet<>();
  private final Map<ObjectKey, String> problems = new LinkedHashMap<>();
  private boolean scheduled;
  private boolean paused;

  /** Starts to follow {@code server}. */
  public Controllers(ApiServer server, Scheduler scheduler) {
    this.server = server;
    this.scheduler = scheduler;
    this.world = new World(server);
    this.deployments = new DeploymentController(world);
    this.replicaSets = new ReplicaSetController(world);
    this.statefulSets = new StatefulSetController(world);
    this.kubelets = new Kubelets(world);
    this.garbage = new GarbageCollector(world);
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

  /** Whether nothing is left to do. */
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
                        entry.getKey().resource()
                            + " "
                            + entry.getKey().place()
                            + ": "
                            + entry.getValue())
                .toList());
  }

  private void changed(Change change) {
    world.changed(change);
    ObjectKey key = change.key();
    switch (key.resource()) {
      case World.DEPLOYMENTS -> add(Part.DEPLOYMENT, key);
      case World.REPLICA_SETS -> {
        add(Part.REPLICA_SET, key);
        addController(change);
      }
      case World.STATEFUL_SETS -> add(Part.STATEFUL_SET, key);
      case World.PODS -> {
        add(Part.POD, key);
        addController(change);
      }
      case World.NODES -> {
        add(Part.NODE, key);
        world.podsOn("").forEach(pod -> add(Part.POD, pod));
      }
      default -> {
        // Only the garbage collector looks at other kinds.
      }
    }
    collect(change);
    if (!queue.isEmpty()) {
      wake();
    }
  }

  private void add(Part part, ObjectKey key) {
    queue.add(new Work(part, key));
  }

  private void addController(Change change) {
    for (JsonObject state : states(change)) {
      JsonObject owner = World.controllerOf(state);
      if (owner == null) {
        addAdopters(change.key());
        continue;
      }
      String name = Trees.string(owner, "name");
      String namespace = change.key().namespace();
      switch (Trees.string(owner, "kind")) {
        case "Deployment" ->
            add(Part.DEPLOYMENT, new ObjectKey(World.DEPLOYMENTS, namespace, name));
        case "ReplicaSet" ->
            add(Part.REPLICA_SET, new ObjectKey(World.REPLICA_SETS, namespace, name));
        case "StatefulSet" ->
            add(Part.STATEFUL_SET, new ObjectKey(World.STATEFUL_SETS, namespace, name));
        default -> {
          // An owner that is not simulated.
        }
      }
    }
  }

  private static List<JsonObject> states(Change change) {
    return java.util.stream.Stream.of(
            Optional.ofNullable(change.before()), Optional.ofNullable(change.after()))
        .flatMap(Optional::stream)
        .toList();
  }

  private void addAdopters(ObjectKey orphan) {
    for (ObjectKey key : keysIn(World.DEPLOYMENTS, orphan.namespace())) {
      add(Part.DEPLOYMENT, key);
    }
    for (ObjectKey key : keysIn(World.REPLICA_SETS, orphan.namespace())) {
      add(Part.REPLICA_SET, key);
    }
    for (ObjectKey key : keysIn(World.STATEFUL_SETS, orphan.namespace())) {
      add(Part.STATEFUL_SET, key);
    }
  }

  private List<ObjectKey> keysIn(String resource, String namespace) {
    return server.store().all(resource).keySet().stream()
        .filter(key -> key.namespace().equals(namespace))
        .toList();
  }

  private void collect(Change change) {
    JsonObject after = change.after();
    JsonObject before = change.before();
    if (after == null && before != null) {
      server
          .store()
          .ownedBy(Trees.string(before, "metadata", "uid"))
          .forEach(dependent -> add(Part.DEPENDENT, dependent));
      addOwners(before, change.key().namespace());
    } else if (after != null) {
      if (!Trees.array(after, "metadata", "ownerReferences").isEmpty() && before == null) {
        add(Part.DEPENDENT, change.key());
      }
      if (World.isTerminating(after)) {
        add(Part.OWNER, change.key());
        if (change.key().resource().equals("namespaces")) {
          add(Part.NAMESPACE, change.key());
        }
      }
    }
    String namespace = change.key().namespace();
    if (after == null && !namespace.isEmpty()) {
      ObjectKey home = new ObjectKey("namespaces", "", namespace);
      JsonObject there = world.get(home);
      if (there != null && World.isTerminating(there)) {
        add(Part.NAMESPACE, home);
      }
    }
  }

  private void addOwners(JsonObject dependent, String namespace) {
    for (JsonObject owner : Trees.objects(dependent, "metadata", "ownerReferences")) {
      server
          .kinds()
          .ofObject(Trees.string(owner, "apiVersion"), Trees.string(owner, "kind"))
          .ifPresent(
              kind ->
                  add(
                      Part.OWNER,
                      new ObjectKey(
                          kind.storage(),
                          kind.namespaced() ? namespace : "",
                          Trees.string(owner, "name"))));
    }
  }

  private void wake() {
    if (!scheduled && !paused && !queue.isEmpty()) {
      scheduled = true;
      scheduler.execute(this::turn);
    }
  }

  private void turn() {
    server.locked(
        () -> {
          scheduled = false;
          for (int i = 0; i < TURN && !paused; i++) {
            Work work = next();
            if (work == null) {
              break;
            }
            sync(work);
          }
          wake();
          return queue.size();
        });
  }

  private @Nullable Work next() {
    Iterator<Work> works = queue.iterator();
    if (!works.hasNext()) {
      return null;
    }
    Work work = works.next();
    works.remove();
    return work;
  }

  private void sync(Work work) {
    problems.remove(work.key());
    try {
      syncPart(work);
    } catch (StatusException refused) {
      // As the real controllers: the object stays as it is until something about it changes.
      problems.put(work.key(), String.valueOf(refused.getMessage()));
    }
  }

  private void syncPart(Work work) {
    switch (work.part()) {
      case DEPLOYMENT -> deployments.sync(work.key());
      case REPLICA_SET -> replicaSets.sync(work.key());
      case STATEFUL_SET -> statefulSets.sync(work.key());
      case POD -> kubelets.syncPod(work.key());
      case NODE -> kubelets.syncNode(work.key());
      case DEPENDENT -> garbage.syncDependent(work.key());
      case OWNER -> garbage.syncOwner(work.key());
      case NAMESPACE -> garbage.syncNamespace(work.key());
    }
  }
}
