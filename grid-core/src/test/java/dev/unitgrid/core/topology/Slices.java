/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import dev.unitgrid.api.json.Json;
import java.util.Arrays;
import java.util.List;

/** EndpointSlices as the API server writes them. */
final class Slices {
  static final ServiceName DEMO = new ServiceName("default", "servicegrid-demo-svc");

  private Slices() {}

  /** A slice of the demo's Service. */
  static Json slice(Endpoint... endpoints) {
    return slice("IPv4", List.of("http"), endpoints);
  }

  static Json slice(String addressType, List<String> ports, Endpoint... endpoints) {
    return Json.object(
        "metadata",
        Json.object(
            "name",
            "servicegrid-demo-svc-x7k2p",
            "namespace",
            "default",
            "uid",
            "5f4d",
            "resourceVersion",
            "812",
            "generation",
            3,
            "labels",
            Json.object(
                "endpointslice.kubernetes.io/managed-by",
                "endpointslice-controller.k8s.io",
                "kubernetes.io/service-name",
                "servicegrid-demo-svc"),
            "annotations",
            Json.object("endpoints.kubernetes.io/last-change-trigger-time", "2026-11-01T00:00:00Z"),
            "managedFields",
            Json.array(Json.object("manager", "kube-controller-manager"))),
        "addressType",
        addressType,
        "endpoints",
        Json.array(Arrays.stream(endpoints).map(Endpoint::json).toList()),
        "ports",
        Json.array(ports.stream().map(Slices::port).toList()));
  }

  static Json port(String name) {
    return Json.object("name", name, "port", 8080 + name.length(), "protocol", "TCP");
  }

  static SliceShape shape(Json slice) {
    return SliceShape.read(slice.toBytes());
  }

  static SliceShape shape(Endpoint... endpoints) {
    return shape(slice(endpoints));
  }
}
