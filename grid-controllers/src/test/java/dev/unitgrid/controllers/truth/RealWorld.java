/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.GridKey;
import dev.unitgrid.controllers.Leadership;
import dev.unitgrid.controllers.truth.RecordingTransport.Write;
import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import dev.unitgrid.testkit.controlplane.User;
import io.kubernetes.client.openapi.ApiClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A namespace of the shared control plane, a unit key that nobody else uses, and engines that see
 * this namespace only. The test's thread plays everybody but the engine.
 */
final class RealWorld implements AutoCloseable {
  static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);

  private static final ResourceType PERSISTENT_VOLUME =
      new ResourceType("", "v1", "PersistentVolume", "persistentvolumes", false);

  private static final ResourceType NAMESPACE =
      new ResourceType("", "v1", "Namespace", "namespaces", false);

  /** Whom the user's own writes are by. */
  static final String USER = "kubectl";

  private final ControlPlane plane;
  private final Api api;
  private final String namespace;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Write> writes = RecordingTransport.newLog();
  private final Map<GridKey, Made> plans = new ConcurrentHashMap<>();
  private final ShiftedTime time;
  private Consumer<ApiRequest> before = request -> {};
  private Supplier<ApiClient> client;
  private UnaryOperator<GridEngine.Builder> settings;
  private Optional<GridEngine> running = Optional.empty();

  private record Made(Observed observed, Plan plan) {
    boolean isNothingToDo() {
      return plan.gridActions().isEmpty()
          && plan.units().stream().allMatch(unit -> unit.actions().isEmpty())
          && plan.status().equals(observed.grid().status());
    }
  }

  RealWorld(ControlPlane plane, Api api, String namespace) {
    this.plane = plane;
    this.api = api;
    this.namespace = namespace;
    this.client = plane::apiClient;
    this.settings = engine -> engine.namespaces(namespace);
    SystemScheduler scheduler = SystemScheduler.start(namespace, 2);
    open.add(scheduler);
    this.time = new ShiftedTime(scheduler);
    api.create(USER, NAMESPACE, "", Manifest.json("{metadata: {name: " + namespace + "}}"));
  }

  String namespace() {
    return namespace;
  }

  Api api() {
    return api;
  }

  /** The unit key of this world. */
  String key() {
    return "location-" + namespace;
  }

  /** A node's name in this world. */
  String node(String name) {
    return namespace + "-" + name;
  }

  void nodes(String unit, String... names) {
    nodesOf(key(), unit, names);
  }

  void nodesOf(String key, String unit, String... names) {
    for (String name : names) {
      plane.nodes(key + "=" + unit, node(name));
    }
  }

  /** The site of the README. */
  void beijingAndGuangzhou() {
    nodes("beijing", "bj-1");
    nodes("guangzhou", "gz-1");
  }

  /** Sets a node's label; null takes it away. */
  void label(String node, String key, Json value) {
    api.merge(
        USER,
        ResourceType.NODE,
        "",
        node(node),
        Json.object("metadata", Json.object("labels", Json.object(key, value))));
  }

  void unlabel(String node) {
    label(node, key(), Json.ofNull());
  }

  /** A volume for each claim, which is bound to it. */
  void volumesFor(String... claims) {
    for (String claim : claims) {
      api.create(
          USER,
          PERSISTENT_VOLUME,
          "",
          Manifest.json(
              """
              metadata: {name: NAMESPACE-CLAIM}
              spec:
                accessModes: [ReadWriteOnce]
                capacity: {storage: 1Gi}
                claimRef: {namespace: NAMESPACE, name: CLAIM}
                hostPath: {path: /tmp}
              """
                  .replace("NAMESPACE", namespace)
                  .replace("CLAIM", claim)));
    }
  }

  Json apply(Manifest manifest) {
    return api.apply(USER, type(manifest), namespace, manifest.json());
  }

  private static ResourceType type(Manifest manifest) {
    String kind = manifest.json().get("kind").asString("");
    for (GridKind grid : GridKind.values()) {
      if (grid.type().kind().equals(kind)) {
        return grid.type();
      }
    }
    for (ResourceType type :
        List.of(
            ResourceType.DEPLOYMENT,
            ResourceType.STATEFUL_SET,
            ResourceType.SERVICE,
            ResourceType.PERSISTENT_VOLUME_CLAIM,
            POD)) {
      if (type.kind().equals(kind)) {
        return type;
      }
    }
    throw new IllegalArgumentException("no kind of these tests: " + kind);
  }

  Json create(String manager, Manifest manifest) {
    return api.create(manager, type(manifest), namespace, manifest.json());
  }

  Json merge(String manager, ResourceType type, String name, String yaml) {
    return api.merge(manager, type, namespace, name, Manifest.json(yaml));
  }

  Json patch(String manager, ResourceType type, String name, String yaml) {
    return api.patch(manager, type, namespace, name, Manifest.json(yaml));
  }

  /** As an autoscaler does. */
  void scale(ResourceType type, String name, int replicas) {
    api.mergeSub(
        "autoscaler",
        type,
        namespace,
        name,
        "scale",
        Json.object("spec", Json.object("replicas", replicas)));
  }

  void delete(ResourceType type, String name) {
    api.delete(type, namespace, name, "Background");
  }

  void deleteOrphaning(ResourceType type, String name) {
    api.delete(type, namespace, name, "Orphan");
  }

  Json get(ResourceType type, String name) {
    return find(type, name)
        .orElseThrow(
            () -> new AssertionError("no " + type.kind() + " " + name + "; " + describe()));
  }

  Optional<Json> find(ResourceType type, String name) {
    return api.find(type, namespace, name);
  }

  List<Json> list(ResourceType type) {
    return api.list(type, namespace);
  }

  List<String> names(ResourceType type) {
    return list(type).stream().map(object -> object.get("metadata", "name").asString("")).toList();
  }

  Json deployment(String name) {
    return get(ResourceType.DEPLOYMENT, name);
  }

  Json statefulSet(String name) {
    return get(ResourceType.STATEFUL_SET, name);
  }

  Json grid(String name) {
    return get(GridKind.DEPLOYMENT_GRID.type(), name);
  }

  /** Uids of pods by name. */
  Map<String, String> pods() {
    Map<String, String> uids = new TreeMap<>();
    list(POD)
        .forEach(
            pod ->
                uids.put(
                    pod.get("metadata", "name").asString(""),
                    pod.get("metadata", "uid").asString("")));
    return uids;
  }

  // ------------------------------------------------------------------ the engine

  /** A running engine; there is one at a time. */
  GridEngine start() {
    GridEngine engine = engine().build();
    engine.start();
    open.add(0, engine);
    running = Optional.of(engine);
    return engine;
  }

  /** From here on engines run as somebody else than the administrator, and see all namespaces. */
  void runAs(User user, Leadership leadership) {
    client = () -> plane.apiClient(user);
    settings = engine -> engine.leadership(leadership);
  }

  /** How engines are made here. */
  GridEngine.Builder engine() {
    ApiClientTransport transport = ApiClientTransport.on(client.get(), time);
    open.add(0, transport);
    return settings
        .apply(
            GridEngine.builder(
                new RecordingTransport(transport, writes, request -> before.accept(request))))
        .scheduler(time)
        .onPlan((grid, observed, plan) -> plans.put(grid, new Made(observed, plan)));
  }

  /** Ends the engine and starts another, which knows nothing; forgets all writes. */
  GridEngine restart() {
    stop();
    return start();
  }

  /** Ends the engine; forgets all writes. */
  void stop() {
    running.ifPresent(GridEngine::close);
    running = Optional.empty();
    plans.clear();
    writes.clear();
  }

  /** Sees every request of engines just before it is sent, on their thread. */
  void before(Consumer<ApiRequest> listener) {
    before = listener;
  }

  /** Sets the clock of the engine forward; it learns of it with its next plan. */
  void advance(Duration by) {
    time.advance(by);
  }

  List<Write> writes() {
    return List.copyOf(writes);
  }

  List<String> childWrites() {
    return writes.stream().filter(Write::isToChild).map(Write::toString).sorted().toList();
  }

  void forget() {
    writes.clear();
  }

  /** Plans the grid now, and waits until that plan is carried out. */
  void reconcile(GridKind kind, String name) {
    GridEngine engine = running.orElseThrow();
    await("a plan of " + name, () -> isPlanned(engine, new GridKey(kind, namespace, name)));
  }

  /** Fails while the caches are not complete. */
  private static boolean isPlanned(GridEngine engine, GridKey grid) {
    return engine.reconcile(grid).handle((done, thrown) -> thrown == null).join();
  }

  /** Until everything rolled out and the engine, asked again, finds nothing to do. */
  void settle(GridKind kind, String name) {
    await(kind + " " + name + " is ready", () -> isReady(get(kind.type(), name)));
    await("all rolled out", this::isRolledOut);
    await(
        "nothing to do for " + name,
        () -> {
          reconcile(kind, name);
          return isNothingToDo(kind, name);
        });
  }

  void settle(String deploymentGrid) {
    settle(GridKind.DEPLOYMENT_GRID, deploymentGrid);
  }

  /** Whether the last plan of the grid asks for no write. */
  boolean isNothingToDo(GridKind kind, String name) {
    return Optional.ofNullable(plans.get(new GridKey(kind, namespace, name)))
        .filter(Made::isNothingToDo)
        .isPresent();
  }

  private static boolean isReady(Json grid) {
    Json ready = condition(grid, "Ready");
    return ready.get("status").asString("").equals("True")
        && ready.get("observedGeneration").asLong(-1)
            == grid.get("metadata", "generation").asLong(0);
  }

  private boolean isRolledOut() {
    return list(ResourceType.DEPLOYMENT).stream().allMatch(RealWorld::isRolledOut)
        && list(ResourceType.STATEFUL_SET).stream().allMatch(RealWorld::isRolledOut);
  }

  static boolean isRolledOut(Json workload) {
    long wanted = workload.get("spec", "replicas").asLong(1);
    Json status = workload.get("status");
    return workload.get("metadata", "generation").asLong(0)
            == status.get("observedGeneration").asLong(-1)
        && status.get("replicas").asLong(0) == wanted
        && status.get("readyReplicas").asLong(0) == wanted
        && status.get("availableReplicas").asLong(0) == wanted
        && status.get("updatedReplicas").asLong(0) == wanted
        && hasSettledRevision(workload);
  }

  private static boolean hasSettledRevision(Json workload) {
    Json status = workload.get("status");
    return workload.get("kind").asString("").equals("StatefulSet") || status.has("currentRevision")
        ? status.get("currentRevision").equals(status.get("updateRevision"))
        : condition(workload, "Progressing")
            .get("reason")
            .asString("")
            .equals("NewReplicaSetAvailable");
  }

  /** A condition of an object; null if it has none. */
  static Json condition(Json object, String type) {
    return object.get("status", "conditions").items().stream()
        .filter(condition -> condition.get("type").asString("").equals(type))
        .findFirst()
        .orElse(Json.ofNull());
  }

  /** Waits until a condition of a DeploymentGrid is true, and answers its message. */
  String awaitCondition(String grid, String type) {
    return awaitCondition(GridKind.DEPLOYMENT_GRID, grid, type);
  }

  /** Waits until a condition of a grid is true, and answers its message. */
  String awaitCondition(GridKind kind, String grid, String type) {
    awaitObject(
        kind.type(),
        grid,
        object -> condition(object, type).get("status").asString("").equals("True"));
    return condition(get(kind.type(), grid), type).get("message").asString("");
  }

  Json awaitObject(ResourceType type, String name, Predicate<Json> condition) {
    await(
        type.kind() + " " + name + " as expected",
        () -> find(type, name).filter(condition).isPresent());
    return get(type, name);
  }

  void awaitGone(ResourceType type, String name) {
    await(type.kind() + " " + name + " is gone", () -> find(type, name).isEmpty());
  }

  /** Until the garbage collector took what a workload left. */
  void awaitNoPods(String workload) {
    await(
        "no pod of " + workload,
        () -> names(POD).stream().noneMatch(pod -> pod.startsWith(workload + "-")));
  }

  void await(String what, BooleanSupplier condition) {
    Patience.until(what, condition, this::describe);
  }

  void await(CountDownLatch latch) {
    await("a signal", () -> latch.getCount() == 0);
  }

  private String describe() {
    StringBuilder text =
        new StringBuilder("the engine wrote ").append(writes).append("; there is\n");
    for (ResourceType type :
        List.of(
            GridKind.DEPLOYMENT_GRID.type(),
            GridKind.STATEFUL_SET_GRID.type(),
            GridKind.SERVICE_GRID.type(),
            ResourceType.DEPLOYMENT,
            ResourceType.STATEFUL_SET,
            ResourceType.SERVICE)) {
      for (Json object : list(type)) {
        text.append(type.kind())
            .append(' ')
            .append(object.withoutAt(List.of("metadata", "managedFields")))
            .append('\n');
      }
    }
    return text.append(running.map(engine -> engine.health().problems()).orElse(List.of()))
        .toString();
  }

  @Override
  public void close() throws Exception {
    running.ifPresent(GridEngine::close);
    for (AutoCloseable each : open) {
      each.close();
    }
  }
}
