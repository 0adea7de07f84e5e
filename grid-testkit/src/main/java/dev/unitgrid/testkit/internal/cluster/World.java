/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.cluster.ClusterPart;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.Deletions;
import dev.unitgrid.testkit.internal.api.Request;
import dev.unitgrid.testkit.internal.api.ResourceKind;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the simulated controllers see of the server, and how they write to it. Under its lock. */
final class World {
  /** The subresource that sets a pod's node and what the scheduler says of it in one step. */
  static final String BINDING = "binding";

  static final String PODS = "pods";
  static final String NODES = "nodes";
  static final String DEPLOYMENTS = "deployments.apps";
  static final String REPLICA_SETS = "replicasets.apps";
  static final String STATEFUL_SETS = "statefulsets.apps";

  private static final Request CONTROLLER = Request.of("kube-controller-manager");
  private static final Request UNTRACKED = Request.untracked("kube-controller-manager");

  private final ApiServer server;
  private final Map<String, Set<ObjectKey>> podsByNode = new HashMap<>();
  private final Map<String, Set<ObjectKey>> orphans = new HashMap<>();
  private final NodeIndex nodes = new NodeIndex();
  private final Unbound unbound = new Unbound();

  /** The pods that have a node and keep others away from it. */
  private final Set<ObjectKey> repelling = new TreeSet<>();

  private final Clock clock;
  private final WorkQueue queue;
  private final Settings settings = new Settings();
  private final Map<String, Instant> silentSince = new HashMap<>();

  World(ApiServer server, Clock clock, WorkQueue queue) {
    this.server = server;
    this.clock = clock;
    this.queue = queue;
  }

  Settings settings() {
    return settings;
  }

  Instant instant() {
    return clock.instant();
  }

  /** Lets a part look at a key after {@code delay}. */
  void again(ClusterPart part, ObjectKey key, Duration delay) {
    queue.addAfter(part, key, delay);
  }

  /** Since when the kubelet of a node does not run; null while it does. */
  @Nullable Instant silentSince(String node) {
    return silentSince.get(node);
  }

  void setKubelet(String node, boolean runs) {
    if (runs) {
      silentSince.remove(node);
    } else {
      silentSince.putIfAbsent(node, instant());
    }
  }

  /** Whether a simulated kubelet runs on a node. */
  boolean hasKubelet(String node) {
    JsonObject there = get(new ObjectKey(NODES, "", node));
    return there != null
        && !silentSince.containsKey(node)
        && !Trees.string(there, "metadata", "annotations", Kubelets.KUBELET)
            .equals(Kubelets.NO_KUBELET);
  }

  ApiServer server() {
    return server;
  }

  /** Keeps the indexes. */
  void changed(Change change) {
    String resource = change.key().resource();
    if (resource.equals(PODS)) {
      index(podsByNode, node(change.before()), node(change.after()), change.key());
      nodes.podChanged(change.before(), change.after());
      unbound.changed(change);
      noteRepelling(change.key(), change.after());
    }
    if (resource.equals(NODES)) {
      nodes.changed(change.key().name(), change.before(), change.after());
    }
    if (resource.equals(PODS) || resource.equals(REPLICA_SETS)) {
      index(
          orphans,
          orphanage(resource, change.before()),
          orphanage(resource, change.after()),
          change.key());
    }
  }

  private void noteRepelling(ObjectKey key, @Nullable JsonObject pod) {
    boolean repels =
        pod != null
            && Neighbours.repelsOthers(pod)
            && !Trees.string(pod, "spec", "nodeName").isEmpty()
            && !ServiceBackends.hasEnded(pod);
    if (repels) {
      repelling.add(key);
    } else {
      repelling.remove(key);
    }
  }

  Set<ObjectKey> repelling() {
    return Collections.unmodifiableSet(repelling);
  }

  private static String node(@Nullable JsonObject pod) {
    return pod == null ? "" : "node " + Trees.string(pod, "spec", "nodeName");
  }

  private static String orphanage(String resource, @Nullable JsonObject object) {
    return object == null || controllerOf(object) != null
        ? ""
        : resource + " " + Trees.string(object, "metadata", "namespace");
  }

  private static void index(
      Map<String, Set<ObjectKey>> index, String before, String after, ObjectKey key) {
    if (before.equals(after)) {
      return;
    }
    Set<ObjectKey> old = index.get(before);
    if (old != null) {
      old.remove(key);
    }
    if (!after.isEmpty()) {
      index.computeIfAbsent(after, unused -> new TreeSet<>()).add(key);
    }
  }

  /** The pods that are bound to {@code node}; those that are bound to none for the empty name. */
  List<ObjectKey> podsOn(String node) {
    return List.copyOf(podsByNode.getOrDefault("node " + node, Set.of()));
  }

  Unbound unbound() {
    return unbound;
  }

  NodeIndex nodes() {
    return nodes;
  }

  @Nullable JsonObject get(ObjectKey key) {
    return server.store().get(key);
  }

  ResourceKind kind(String storage) {
    return server.kinds().byStorage(storage);
  }

  /** The objects of {@code resource} whose controller has {@code uid}, by name. */
  List<JsonObject> controlledBy(String uid, String resource) {
    List<JsonObject> found = new ArrayList<>();
    for (ObjectKey key : server.store().ownedBy(uid)) {
      JsonObject object = key.resource().equals(resource) ? get(key) : null;
      JsonObject controller = object == null ? null : controllerOf(object);
      if (object != null && controller != null && Trees.string(controller, "uid").equals(uid)) {
        found.add(object);
      }
    }
    return found;
  }

  /** The objects of {@code resource} in {@code namespace}, by name. */
  Collection<JsonObject> in(String resource, String namespace) {
    // The least string that is greater than the namespace ends the range.
    return server
        .store()
        .all(resource)
        .subMap(
            new ObjectKey(resource, namespace, ""), new ObjectKey(resource, namespace + "\0", ""))
        .values();
  }

  /** The objects of {@code resource}, by namespace and name. */
  Collection<JsonObject> all(String resource) {
    return server.store().all(resource).values();
  }

  List<ObjectKey> keysIn(String resource, String namespace) {
    return in(resource, namespace).stream().map(object -> key(resource, object)).toList();
  }

  void keysOf(String resource, Consumer<ObjectKey> consumer) {
    List.copyOf(server.store().all(resource).keySet()).forEach(consumer);
  }

  List<JsonObject> orphansIn(String resource, String namespace) {
    List<JsonObject> found = new ArrayList<>();
    for (ObjectKey key : Set.copyOf(orphans.getOrDefault(resource + " " + namespace, Set.of()))) {
      JsonObject object = get(key);
      if (object != null) {
        found.add(object);
      }
    }
    return found;
  }

  static @Nullable JsonObject controllerOf(JsonObject object) {
    return Trees.objects(object, "metadata", "ownerReferences").stream()
        .filter(owner -> Trees.isTrue(owner, "controller"))
        .findFirst()
        .orElse(null);
  }

  static JsonObject ownerReference(JsonObject owner) {
    return Trees.objectOf(
        "apiVersion", Trees.string(owner, "apiVersion"),
        "kind", Trees.string(owner, "kind"),
        "name", Trees.string(owner, "metadata", "name"),
        "uid", Trees.string(owner, "metadata", "uid"),
        "controller", true,
        "blockOwnerDeletion", true);
  }

  /** Makes {@code owner} the controller of {@code orphan}. */
  void adopt(String resource, JsonObject orphan, JsonObject owner) {
    change(
        key(resource, orphan),
        "",
        object -> {
          JsonObject metadata = Trees.child(object, "metadata");
          var owners = Trees.array(metadata, "ownerReferences");
          owners.add(ownerReference(owner));
          metadata.add("ownerReferences", owners);
        });
  }

  static ObjectKey key(String resource, JsonObject object) {
    return new ObjectKey(
        resource,
        Trees.string(object, "metadata", "namespace"),
        Trees.string(object, "metadata", "name"));
  }

  /**
   * Tells the workloads of {@code resource} that a change concerns: itself, the one that controls
   * {@code child}, and those that may adopt it.
   */
  void touchedOwner(
      Change change, String resource, String kind, String child, Consumer<ObjectKey> touched) {
    if (change.key().resource().equals(resource)) {
      touched.accept(change.key());
    }
    if (!change.key().resource().equals(child)) {
      return;
    }
    controllerKey(change.before(), kind, resource).ifPresent(touched);
    controllerKey(change.after(), kind, resource).ifPresent(touched);
    if (!orphanage(child, change.after()).isEmpty()) {
      keysIn(resource, change.key().namespace()).forEach(touched);
    }
  }

  /** The key of the controller of {@code object} if it is of {@code kind}. */
  static Optional<ObjectKey> controllerKey(@Nullable JsonObject object, String kind, String as) {
    JsonObject owner = object == null ? null : controllerOf(object);
    return owner == null || !Trees.string(owner, "kind").equals(kind)
        ? Optional.empty()
        : Optional.of(
            new ObjectKey(
                as, Trees.string(object, "metadata", "namespace"), Trees.string(owner, "name")));
  }

  static boolean isTerminating(JsonObject object) {
    return Trees.at(object, "metadata", "deletionTimestamp") != null;
  }

  static boolean isReady(JsonObject pod) {
    JsonObject ready = condition(pod, "Ready");
    return ready != null && Trees.string(ready, "status").equals("True");
  }

  /** The status condition of a type. */
  static @Nullable JsonObject condition(JsonObject object, String type) {
    return Trees.objects(object, "status", "conditions").stream()
        .filter(condition -> Trees.string(condition, "type").equals(type))
        .findFirst()
        .orElse(null);
  }

  /** When a pod is available: after it was ready for so long; empty while it is not ready. */
  static Optional<Instant> availableAt(JsonObject pod, long minReadySeconds) {
    JsonObject ready = condition(pod, "Ready");
    if (ready == null || !Trees.string(ready, "status").equals("True")) {
      return Optional.empty();
    }
    String since = Trees.string(ready, "lastTransitionTime");
    return Optional.of(
        since.isEmpty() ? Instant.EPOCH : Instant.parse(since).plusSeconds(minReadySeconds));
  }

  /** Whether a pod has been ready for so long. */
  boolean isAvailable(JsonObject pod, long minReadySeconds) {
    return availableAt(pod, minReadySeconds)
        .filter(at -> minReadySeconds == 0 || !at.isAfter(instant()))
        .isPresent();
  }

  /** Lets a part look at a workload again when the next of its pods becomes available. */
  void awaitAvailability(
      ClusterPart part, ObjectKey key, Collection<JsonObject> pods, long minReadySeconds) {
    if (minReadySeconds > 0) {
      pods.stream()
          .flatMap(pod -> availableAt(pod, minReadySeconds).stream())
          .filter(at -> at.isAfter(instant()))
          .min(Comparator.naturalOrder())
          .ifPresent(at -> again(part, key, Duration.between(instant(), at)));
    }
  }

  String now() {
    return server.writer().now();
  }

  void create(String storage, String namespace, JsonObject object) {
    server.writer().create(kind(storage), namespace, object, UNTRACKED);
  }

  /** Changes without recording who owns what. */
  void change(ObjectKey key, String subresource, Consumer<JsonObject> change) {
    update(key, subresource, UNTRACKED, change);
  }

  /** Changes as the controller manager does: its fields show in {@code managedFields}. */
  void changeTracked(ObjectKey key, String subresource, Consumer<JsonObject> change) {
    update(key, subresource, CONTROLLER, change);
  }

  private void update(
      ObjectKey key, String subresource, Request request, Consumer<JsonObject> change) {
    ResourceKind kind = kind(key.resource());
    server
        .writer()
        .update(
            kind,
            key,
            subresource,
            request,
            live -> {
              change.accept(live);
              return live;
            });
  }

  void delete(ObjectKey key) {
    if (get(key) != null) {
      server.deletions().delete(kind(key.resource()), key, Deletions.Options.now());
    }
  }

  /** Deletes and leaves a pod its grace. */
  void deleteGracefully(ObjectKey key) {
    delete(key, "Background");
  }

  /** Deletes once the dependents are gone. */
  void deleteInForeground(ObjectKey key) {
    delete(key, "Foreground");
  }

  private void delete(ObjectKey key, String propagation) {
    if (get(key) != null) {
      server
          .deletions()
          .delete(
              kind(key.resource()), key, new Deletions.Options(propagation, null, "", "", false));
    }
  }
}
