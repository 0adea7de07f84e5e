/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.naming.ChildMetadata;
import dev.unitgrid.core.naming.ChildNames;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A headless ServiceGrid, and StatefulSets whose pods have names below its Service. */
public final class Headless {
  public static final String SERVICE = "servicegrid-demo-svc";

  private Headless() {}

  /** The demo's Service, without a cluster IP. */
  public static Json service() {
    return service(SERVICE, "location");
  }

  public static Json service(String name, String unitKey) {
    Grid grid =
        Grids.of(
            GridKind.SERVICE_GRID,
            name.replace("-svc", ""),
            Grids.spec(unitKey, Json.object("clusterIP", "None")));
    return Json.object(
        "metadata",
        ChildMetadata.of(grid, "", name, Map.of()),
        "spec",
        Json.object("clusterIP", "None"));
  }

  /** The demo's StatefulSet of {@code unit}. */
  public static Json statefulSet(String unit) {
    return statefulSet(grid("statefulsetgrid-demo", "location", SERVICE), unit);
  }

  public static Grid grid(String name, String unitKey, String service) {
    return Grids.of(
        GridKind.STATEFUL_SET_GRID,
        name,
        Grids.spec(unitKey, Grids.statefulSet().with("serviceName", Json.of(service))));
  }

  public static Json statefulSet(Grid grid, String unit) {
    return Json.object(
        "metadata",
        ChildMetadata.of(grid, unit, childName(grid, unit), Map.of()),
        "spec",
        grid.spec().template());
  }

  /** The name that the engine gives the child of {@code unit}. */
  public static String childName(Grid grid, String unit) {
    return ChildNames.of(grid, Set.of(unit), List.of(), List.of()).of(unit);
  }

  /** The demo's slice with the first pod of {@code unit}. */
  public static Json slice(String unit) {
    return slice(SERVICE, pod("statefulsetgrid-demo-" + unit + "-0", "10.244.0.7"));
  }

  public static Json slice(String service, Json... endpoints) {
    return slice("IPv4", service, endpoints);
  }

  public static Json slice(String addressType, String service, Json... endpoints) {
    return Json.object(
        "metadata",
        Json.object(
            "name",
            service + "-x7k2p",
            "namespace",
            "default",
            "labels",
            Json.object(
                "kubernetes.io/service-name",
                service,
                "service.kubernetes.io/headless",
                "",
                Labels.GRID_SELECTOR,
                service.replace("-svc", ""))),
        "addressType",
        addressType,
        "endpoints",
        Json.array(endpoints));
  }

  /** A ready pod of a StatefulSet. */
  public static Json pod(String name, String... addresses) {
    return Json.object(
        "addresses",
        Json.array(Arrays.stream(addresses).map(Json::of).toList()),
        "conditions",
        Json.object("ready", true, "serving", true, "terminating", false),
        "hostname",
        name,
        "nodeName",
        "bj-1",
        "targetRef",
        Json.object("kind", "Pod", "namespace", "default", "name", name, "uid", "u-" + name));
  }
}
