/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * The children of StatefulSetGrids and their headless ServiceGrids: {@value #PODS} pods in each
 * unit, the first of which is the local one.
 *
 * @param grids how many there are
 * @param units how many units have pods
 */
record LiveGrids(int grids, int units) {
  static final int PODS = 10;
  static final String NAMESPACE = "grids";

  private static final ResourceType SLICES =
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
  private static final String UID = "5f4dcc3b-aa76-5d61-d832-7eb2ee2f2f1a";

  /** Creates them all. */
  void create(Admin admin) {
    admin.create(
        new ResourceType("", "v1", "Namespace", "namespaces", false),
        "",
        1,
        i -> Json.object("metadata", Json.object("name", NAMESPACE)));
    admin.create(ResourceType.SERVICE, NAMESPACE, grids, LiveGrids::service);
    admin.create(
        ResourceType.STATEFUL_SET,
        NAMESPACE,
        grids * units,
        i -> statefulSet(i / units, "unit-" + i % units));
    admin.create(SLICES, NAMESPACE, grids, this::slice);
  }

  /** Gives the first pod of a unit of each of {@code count} grids in turn another address. */
  void change(Admin admin, int unit, int count, int perSecond, int round) {
    admin.sendAtRate(
        count,
        perSecond,
        i -> {
          Json operation =
              Json.object(
                  "op",
                  "replace",
                  "path",
                  "/endpoints/" + unit * PODS + "/addresses/0",
                  "value",
                  "10.99." + round + "." + i / grids);
          return ApiRequest.patch(
              SLICES.path(NAMESPACE, slice(i % grids).get("metadata", "name").asString("")),
              ApiRequest.JSON_PATCH,
              Json.array(operation).toBytes());
        });
  }

  private static String grid(int number) {
    return "statefulsetgrid-" + number;
  }

  private static Json metadata(String name, GridKind kind, String grid, String unit) {
    Json annotations =
        Json.object(
            Annotations.GRID,
            grid,
            Annotations.UNIT_KEY,
            "location",
            Annotations.TOPOLOGY_KEYS,
            "[\"location\"]");
    return Json.object(
        "name",
        name,
        "labels",
        Json.object(Labels.GRID_SELECTOR, grid, Labels.GRID_UNIQ_KEY, "location"),
        "annotations",
        unit.isEmpty() ? annotations : annotations.with(Annotations.UNIT, Json.of(unit)),
        "ownerReferences",
        Json.array(
            Json.object(
                "apiVersion",
                kind.type().apiVersion(),
                "kind",
                kind.type().kind(),
                "name",
                grid,
                "uid",
                UID,
                "controller",
                true)));
  }

  private static Json service(int number) {
    String grid = grid(number);
    return Json.object(
        "metadata",
        metadata(grid + "-svc", GridKind.SERVICE_GRID, grid, ""),
        "spec",
        Json.object(
            "clusterIP",
            "None",
            "ports",
            Json.array(Json.object("name", "http", "port", 80, "targetPort", 8080))));
  }

  private static Json statefulSet(int number, String unit) {
    String grid = grid(number);
    Json labels = Json.object("app", grid, "unit", unit);
    Json container =
        Json.object(
            "name",
            "web",
            "image",
            "registry.example/web:1",
            "resources",
            Json.object("limits", Json.object("cpu", "1", "memory", "256Mi")));
    return Json.object(
        "metadata",
        metadata(grid + "-" + unit, GridKind.STATEFUL_SET_GRID, grid, unit),
        "spec",
        Json.object(
            "replicas",
            PODS,
            "serviceName",
            grid + "-svc",
            "selector",
            Json.object("matchLabels", labels),
            "template",
            Json.object(
                "metadata",
                Json.object("labels", labels),
                "spec",
                Json.object(
                    "nodeSelector",
                    Json.object("location", unit),
                    "containers",
                    Json.array(container)))));
  }

  private Json slice(int number) {
    String grid = grid(number);
    List<Json> endpoints = new ArrayList<>();
    for (int i = 0; i < units * PODS; i++) {
      endpoints.add(endpoint(number, grid + "-unit-" + i / PODS + "-" + i % PODS, i));
    }
    Json labels =
        Json.object(
            "endpointslice.kubernetes.io/managed-by",
            "endpointslice-controller.k8s.io",
            Labels.SERVICE_NAME,
            grid + "-svc",
            Labels.HEADLESS,
            "",
            Labels.GRID_SELECTOR,
            grid,
            Labels.GRID_UNIQ_KEY,
            "location");
    return Json.object(
        "metadata",
        Json.object("name", grid + "-svc-x7k2p", "labels", labels),
        "addressType",
        "IPv4",
        "endpoints",
        Json.array(endpoints),
        "ports",
        Json.array(Json.object("name", "http", "port", 8080, "protocol", "TCP")));
  }

  /** On a node of its unit: of a hundred nodes ten in a row are one. */
  private static Json endpoint(int grid, String pod, int place) {
    return Json.object(
        "addresses",
        Json.array(Json.of("10." + (100 + place / PODS) + "." + grid % 250 + "." + place % PODS)),
        "conditions",
        Json.object("ready", true, "serving", true, "terminating", false),
        "hostname",
        pod,
        "nodeName",
        LiveSlices.node(place / PODS * 10 + place % PODS),
        "targetRef",
        Json.object("kind", "Pod", "namespace", NAMESPACE, "name", pod, "uid", UID));
  }
}
