/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.json.Json;
import java.util.Locale;

/** Nodes whose kubelet is kwok. */
final class FakeNodes {
  private FakeNodes() {}

  /** The node number {@code i}, in the unit {@code i % units}. */
  static Json node(int i, int units) {
    String name = name(i);
    Json capacity = Json.object("cpu", "32", "memory", "256Gi", "pods", "1000");
    return Json.object(
        "apiVersion",
        "v1",
        "kind",
        "Node",
        "metadata",
        Json.object(
            "name",
            name,
            "annotations",
            Json.object("kwok.x-k8s.io/node", "fake", "node.alpha.kubernetes.io/ttl", "0"),
            "labels",
            Json.object("kubernetes.io/hostname", name, "location", unit(i % units))),
        "status",
        Json.object("allocatable", capacity, "capacity", capacity));
  }

  static String name(int i) {
    return String.format(Locale.ROOT, "node-%04d", i);
  }

  static String unit(int i) {
    return String.format(Locale.ROOT, "unit-%03d", i);
  }
}
