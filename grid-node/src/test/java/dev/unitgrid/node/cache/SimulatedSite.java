/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.Shown;
import dev.unitgrid.core.topology.SliceShape;
import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.core.topology.TopologyFilter;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.testkit.SimulatedCluster;
import dev.unitgrid.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A simulated cluster, and the cache of its node bj-1. Every version that is served is looked at as
 * it comes: what is served filtered looks different after a change, and versions only grow.
 */
final class SimulatedSite implements AutoCloseable {
  static final String NODE = "bj-1";
  static final ResourceType SLICE = ServedResource.ENDPOINT_SLICES.type();

  private final Simulation simulation;
  private final Map<ServedResource, Map<ObjectKey, ServedObject>> seen = new HashMap<>();
  private final Map<ServedResource, Long> starts = new HashMap<>();
  private final Map<ServedResource, Long> currents = new HashMap<>();
  private final List<String> events = new ArrayList<>();
  private NodeCache cache;

  SimulatedSite(long seed) {
    this.simulation = Simulation.of(seed);
    this.cache = newCache();
  }

  Simulation simulation() {
    return simulation;
  }

  SimulatedCluster cluster() {
    return simulation.cluster();
  }

  NodeCache cache() {
    return cache;
  }

  NodeCache.Builder builder() {
    return NodeCache.builder(
        NODE, cluster().transport(), simulation.scheduler(), new Random(simulation.seed()));
  }

  private NodeCache newCache() {
    return builder().build();
  }

  /** Another process in place of the one before. */
  void replaceBy(NodeCache other) {
    cache.close();
    cache = other;
    seen.clear();
    starts.clear();
    currents.clear();
  }

  /** Events since the last call, as {@code Kind key}. */
  List<String> events() {
    List<String> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  void node(String name, String location) {
    cluster().node(name, Map.of("location", location));
  }

  void service(String name, String topologyKeys) {
    Map<String, Json> annotations = new LinkedHashMap<>();
    if (!topologyKeys.isEmpty()) {
      annotations.put(Annotations.TOPOLOGY_KEYS, Json.of(topologyKeys));
    }
    cluster()
        .apply(
            Json.object(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                Json.object("name", name, "annotations", Json.object(annotations)),
                "spec",
                Json.object("ports", Json.array(Json.object("port", 80L, "name", "http")))));
  }

  void slice(String name, String service, String... nodes) {
    List<Json> endpoints = new ArrayList<>();
    for (int i = 0; i < nodes.length; i++) {
      endpoints.add(
          Json.object(
              "addresses",
              Json.array(Json.of("10.0." + nodes[i].length() + "." + (i + 1))),
              "conditions",
              Json.object("ready", true),
              "hints",
              Json.object("forZones", Json.array(Json.object("name", "z" + i))),
              "nodeName",
              nodes[i]));
    }
    cluster()
        .apply(
            Json.object(
                "apiVersion",
                "discovery.k8s.io/v1",
                "kind",
                "EndpointSlice",
                "metadata",
                Json.object(
                    "name", name, "labels", Json.object("kubernetes.io/service-name", service)),
                "addressType",
                "IPv4",
                "endpoints",
                Json.array(endpoints),
                "ports",
                Json.array(Json.object("name", "http", "port", 80L))));
  }

  /** Lets time pass, and looks at everything that is served meanwhile. */
  void run(Duration duration) {
    java.time.Instant end = simulation.clock().instant().plus(duration);
    simulation.scheduler().schedule(duration, () -> {});
    simulation.runUntil(
        () -> {
          observe();
          return !simulation.clock().instant().isBefore(end);
        },
        duration.plusSeconds(1));
  }

  void runUntil(BooleanSupplier condition) {
    simulation.runUntil(
        () -> {
          observe();
          return condition.getAsBoolean();
        },
        Duration.ofMinutes(3));
  }

  void start() {
    cache.start();
    runUntil(() -> cache.state().serving());
  }

  List<String> addressesOf(String slice) {
    Json json =
        Json.parse(
            cache
                .kind(ServedResource.ENDPOINT_SLICES)
                .object(new ObjectKey("default", slice))
                .orElseThrow()
                .json());
    return json.get("endpoints").items().stream()
        .map(endpoint -> endpoint.get("nodeName").asString(""))
        .toList();
  }

  private void observe() {
    for (ServedResource resource : ServedResource.values()) {
      ServedKind kind = cache.kind(resource);
      if (kind.isReady()) {
        observe(resource, kind);
      }
    }
  }

  private void observe(ServedResource resource, ServedKind kind) {
    Map<ObjectKey, ServedObject> before = seen.computeIfAbsent(resource, key -> new HashMap<>());
    boolean listed = !Long.valueOf(kind.versions().start()).equals(starts.get(resource));
    starts.put(resource, kind.versions().start());
    // Of two changes at once the second may undo the first.
    long current = kind.versions().current();
    long changes = current - currents.getOrDefault(resource, current);
    currents.put(resource, current);
    Map<ObjectKey, ServedObject> now = new HashMap<>();
    for (ServedObject object : kind.all()) {
      now.put(object.key(), object);
      ServedObject old = before.get(object.key());
      if (old == object || listed) {
        continue;
      }
      events.add(resource.type().kind() + " " + object.key().name());
      assertThat(object.version()).isLessThanOrEqualTo(kind.versions().current());
      if (old != null) {
        assertThat(object.version()).isGreaterThan(old.version());
        if (resource.filtered() && changes < 2) {
          assertThat(withoutVersion(object))
              .as("seed %s: %s changed its version only", simulation.seed(), object.key())
              .isNotEqualTo(withoutVersion(old));
        }
      }
    }
    for (ObjectKey key : before.keySet()) {
      if (!now.containsKey(key) && !listed) {
        events.add(resource.type().kind() + " " + key.name() + " gone");
      }
    }
    seen.put(resource, now);
  }

  private static Json withoutVersion(ServedObject object) {
    return Json.parse(object.json()).withoutAt(List.of("metadata", "resourceVersion"));
  }

  /** What is served is what the rules say of what the server has. */
  void assertTruth() {
    assertThat(served(ServedResource.SERVICES))
        .as("seed %s: Services", simulation.seed())
        .isEqualTo(truth(ServedResource.SERVICES));
    assertThat(served(ServedResource.ENDPOINT_SLICES))
        .as("seed %s: slices", simulation.seed())
        .isEqualTo(filtered());
  }

  private Map<String, Json> served(ServedResource resource) {
    Map<String, Json> served = new TreeMap<>();
    for (ServedObject object : cache.kind(resource).all()) {
      Json json = Json.parse(object.json());
      assertThat(json.get("metadata", "resourceVersion").asString(""))
          .isEqualTo(Long.toString(object.version()));
      served.put(object.key().toString(), resource.filtered() ? comparable(json) : json);
    }
    return served;
  }

  private Map<String, Json> truth(ServedResource resource) {
    Map<String, Json> truth = new TreeMap<>();
    for (Json object : cluster().list(resource.type(), "")) {
      truth.put(keyOf(object), whole(resource, object));
    }
    return truth;
  }

  private Map<String, Json> filtered() {
    TopologyFilter filter = filter();
    Map<String, Json> filtered = new TreeMap<>();
    Map<String, List<Json>> byService = new TreeMap<>();
    for (Json slice : cluster().list(SLICE, "")) {
      byService.computeIfAbsent(serviceOf(slice), key -> new ArrayList<>()).add(slice);
    }
    byService.forEach(
        (service, slices) -> {
          List<Shown> shown = shown(filter, service, slices);
          for (int i = 0; i < slices.size(); i++) {
            filtered.put(keyOf(slices.get(i)), comparable(shownOf(slices.get(i), shown.get(i))));
          }
        });
    return filtered;
  }

  private TopologyFilter filter() {
    Map<String, Map<String, String>> labels = new HashMap<>();
    for (Json node : cluster().list(ResourceType.NODE, "")) {
      Map<String, String> ofNode = new HashMap<>();
      node.get("metadata", "labels")
          .fields()
          .forEach((name, value) -> ofNode.put(name, value.asString("")));
      labels.put(node.get("metadata", "name").asString(""), ofNode);
    }
    return TopologyFilter.forNode(labels.getOrDefault(NODE, Map.of()), labels::get);
  }

  private List<Shown> shown(TopologyFilter filter, String service, List<Json> slices) {
    if (service.endsWith("/")) {
      return slices.stream().map(slice -> Shown.unchanged()).toList();
    }
    String name = service.substring(service.indexOf('/') + 1);
    String namespace = service.substring(0, service.indexOf('/'));
    return cluster()
        .find(ResourceType.SERVICE, namespace, name)
        .map(
            found -> {
              Map<String, String> annotations = new HashMap<>();
              found
                  .get("metadata", "annotations")
                  .fields()
                  .forEach((key, value) -> annotations.put(key, value.asString("")));
              Topology topology = ((Topology.Reading.Stated) Topology.read(annotations)).topology();
              List<SliceShape> shapes =
                  slices.stream().map(slice -> SliceShape.read(slice.toBytes())).toList();
              return (List<Shown>) filter.show(topology, shapes);
            })
        .orElseGet(() -> slices.stream().map(slice -> Shown.nothing()).toList());
  }

  /** By trees, which what is tested never builds. */
  private static Json shownOf(Json slice, Shown shown) {
    Json whole = whole(ServedResource.ENDPOINT_SLICES, slice);
    if (!shown.filtered() || !slice.has("endpoints")) {
      return whole;
    }
    List<Json> kept = new ArrayList<>();
    List<Json> endpoints = slice.get("endpoints").items();
    for (int place = 0; place < endpoints.size(); place++) {
      if (shown.keeps(place)) {
        kept.add(endpoints.get(place).without("hints"));
      }
    }
    return whole.with("endpoints", Json.array(kept));
  }

  private static Json whole(ServedResource resource, Json object) {
    return object
        .withoutAt(List.of("metadata", "managedFields"))
        .with("kind", Json.of(resource.type().kind()))
        .with("apiVersion", Json.of(resource.type().apiVersion()));
  }

  /**
   * What moves with endpoints of other units is no part of what a node is shown; no endpoints and
   * an empty list of them are one.
   */
  private static Json comparable(Json slice) {
    boolean empty = slice.get("endpoints").items().isEmpty();
    return (empty ? slice.without("endpoints") : slice)
        .withoutAt(List.of("metadata", "resourceVersion"))
        .withoutAt(List.of("metadata", "generation"));
  }

  private static String serviceOf(Json slice) {
    return slice.get("metadata", "namespace").asString("")
        + "/"
        + slice.get("metadata", "labels", "kubernetes.io/service-name").asString("");
  }

  private static String keyOf(Json object) {
    String namespace = object.get("metadata", "namespace").asString("");
    String name = object.get("metadata", "name").asString("");
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  static ImmutableList<String> nodes() {
    return ImmutableList.of(NODE, "bj-2", "bj-3", "gz-1", "gz-2", "ghost");
  }

  @Override
  public void close() {
    cache.close();
    simulation.close();
  }
}
