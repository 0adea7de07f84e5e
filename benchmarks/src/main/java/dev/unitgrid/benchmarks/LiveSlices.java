/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** EndpointSlices as the API server writes them, over nodes of ten units. */
final class LiveSlices {
  static final int NODES = 100;
  static final int ENDPOINTS = 50;
  private static final int UNITS = 10;

  private LiveSlices() {}

  static String node(int number) {
    return "edge-node-" + number % NODES;
  }

  /** Ten nodes in a row are a unit; {@code moved} units further on. */
  static Map<String, String> labels(int node, int moved) {
    String unit = "unit-" + (node % NODES * UNITS / NODES + moved) % UNITS;
    return Map.of(
        "location", unit, "kubernetes.io/hostname", node(node), "kubernetes.io/arch", "arm64");
  }

  static ServiceName service(int number) {
    return new ServiceName("edge", "service-" + number);
  }

  /**
   * The slice of a Service: {@value #ENDPOINTS} endpoints, each on the node after the last one's.
   *
   * @param unready the place of an endpoint that is not ready; -1 for none
   */
  static byte[] slice(int service, int unready) {
    List<Json> endpoints = new ArrayList<>();
    for (int place = 0; place < ENDPOINTS; place++) {
      endpoints.add(endpoint(service, place, place != unready));
    }
    Json slice =
        Json.object(
            "metadata",
            Json.object(
                "name",
                name(service),
                "generateName",
                "service-" + service + "-",
                "namespace",
                "edge",
                "uid",
                "5f4dcc3b-aa76-5d61-d832-" + service,
                "resourceVersion",
                Integer.toString(1000 + service),
                "generation",
                7,
                "labels",
                Json.object(
                    "endpointslice.kubernetes.io/managed-by",
                    "endpointslice-controller.k8s.io",
                    "kubernetes.io/service-name",
                    "service-" + service)),
            "addressType",
            "IPv4",
            "endpoints",
            Json.array(endpoints),
            "ports",
            Json.array(Json.object("name", "http", "port", 8080, "protocol", "TCP")));
    return slice.toBytes();
  }

  /** The same before it was created. */
  static Json manifest(int service) {
    return Json.parse(slice(service, -1))
        .with("apiVersion", Json.of("discovery.k8s.io/v1"))
        .with("kind", Json.of("EndpointSlice"))
        .withoutAt(List.of("metadata", "resourceVersion"))
        .withoutAt(List.of("metadata", "uid"))
        .withoutAt(List.of("metadata", "generation"));
  }

  /** The name of the slice of a Service. */
  static String name(int service) {
    return "service-" + service + "-x7k2p";
  }

  private static Json endpoint(int service, int place, boolean ready) {
    return Json.object(
        "addresses",
        Json.array(Json.of("10.244." + service % 250 + "." + place)),
        "conditions",
        Json.object("ready", ready, "serving", ready, "terminating", false),
        "targetRef",
        Json.object(
            "kind",
            "Pod",
            "namespace",
            "edge",
            "name",
            "service-" + service + "-6d4cf56db6-" + place,
            "uid",
            "c9f0f895-fb98-4b91-8d1e-" + (service * ENDPOINTS + place)),
        "nodeName",
        node(service + place),
        "zone",
        "zone-" + (service + place) % UNITS);
  }
}
