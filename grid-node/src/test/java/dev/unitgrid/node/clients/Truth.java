/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.TestCluster;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What clients of the node bj-1 must come to see, from what the API server has (RULE 27). */
final class Truth {
  static final String NODE = "bj-1";
  static final ResourceType SLICE =
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);

  private final TestCluster cluster;

  Truth(TestCluster cluster) {
    this.cluster = cluster;
  }

  /** The slices, as text that tells the difference. */
  Map<String, String> slices() {
    Map<String, String> units = new HashMap<>();
    for (Json node : cluster.list(ResourceType.NODE, "")) {
      units.put(name(node), location(node));
    }
    Map<String, Boolean> closed = new HashMap<>();
    for (Json service : cluster.list(ResourceType.SERVICE, "default")) {
      String keys = service.get("metadata", "annotations", "topologyKeys").asString("");
      closed.put(name(service), keys.contains("location"));
    }
    Map<String, String> slices = new TreeMap<>();
    for (Json slice : cluster.list(SLICE, "default")) {
      slices.put(name(slice), shown(slice, closed, units));
    }
    return slices;
  }

  private static String shown(Json slice, Map<String, Boolean> closed, Map<String, String> units) {
    String service = slice.get("metadata", "labels", "kubernetes.io/service-name").asString("");
    List<Json> kept = new ArrayList<>();
    for (Json endpoint : slice.get("endpoints").items()) {
      Boolean filtered = closed.get(service);
      if (filtered != null && (!filtered || sameUnit(endpoint, units))) {
        kept.add(endpoint);
      }
    }
    return text(service, kept);
  }

  private static boolean sameUnit(Json endpoint, Map<String, String> units) {
    String local = units.getOrDefault(NODE, "");
    return !local.isEmpty() && local.equals(units.get(endpoint.get("nodeName").asString("")));
  }

  /** The Services that kube-proxy asks for. */
  Map<String, String> services() {
    Map<String, String> services = new TreeMap<>();
    for (Json service : cluster.list(ResourceType.SERVICE, "default")) {
      if (!service.get("metadata", "labels").has("service.kubernetes.io/headless")) {
        services.put(name(service), keys(service));
      }
    }
    return services;
  }

  /** The own Node. */
  Map<String, String> nodes() {
    Map<String, String> nodes = new TreeMap<>();
    cluster.find(ResourceType.NODE, "", NODE).ifPresent(node -> nodes.put(NODE, location(node)));
    return nodes;
  }

  private static String location(Json node) {
    return node.get("metadata", "labels", "location").asString("");
  }

  private static String keys(Json service) {
    return service.get("metadata", "annotations", "topologyKeys").asString("");
  }

  private static String name(Json object) {
    return object.get("metadata", "name").asString("");
  }

  /** The text of a slice of JSON. */
  static String slice(Json slice) {
    return text(
        slice.get("metadata", "labels", "kubernetes.io/service-name").asString(""),
        slice.get("endpoints").items());
  }

  /** The text of a Service of JSON. */
  static String service(Json service) {
    return keys(service);
  }

  private static String text(String service, List<Json> endpoints) {
    StringBuilder text = new StringBuilder(service);
    for (Json endpoint : endpoints) {
      line(
          text,
          endpoint.get("addresses").items().get(0).asString(""),
          endpoint.get("nodeName").asString(""),
          endpoint.get("conditions", "ready").asBoolean(true));
    }
    return text.toString();
  }

  /** One endpoint of a slice's text. */
  static void line(StringBuilder text, String address, String node, boolean ready) {
    text.append(' ').append(address).append('@').append(node).append(ready ? '+' : '-');
  }
}
