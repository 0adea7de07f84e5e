/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.json.Json;

/** DeploymentGrids of the walkthrough's shape. */
final class Grids {
  private Grids() {}

  /** The grid number {@code i}; a negative {@code replicas} is left out. */
  static Json grid(int i, int replicas, String image) {
    Json template =
        Json.object(
            "selector",
            Json.object("matchLabels", Json.object("appGrid", "echo-" + i)),
            "template",
            Json.object(
                "metadata",
                Json.object("labels", Json.object("appGrid", "echo-" + i)),
                "spec",
                Json.object(
                    "containers",
                    Json.array(
                        Json.object(
                            "name",
                            "echo",
                            "image",
                            image,
                            "ports",
                            Json.array(Json.object("containerPort", 8080, "protocol", "TCP")),
                            "resources",
                            Json.emptyObject())))));
    return Json.object(
        "apiVersion",
        "superedge.io/v1",
        "kind",
        "DeploymentGrid",
        "metadata",
        Json.object("name", name(i), "namespace", Stage.NAMESPACE),
        "spec",
        Json.object(
            "gridUniqKey",
            "location",
            "template",
            replicas < 0 ? template : template.with("replicas", Json.of(replicas))));
  }

  static String name(int i) {
    return "grid-" + i;
  }
}
