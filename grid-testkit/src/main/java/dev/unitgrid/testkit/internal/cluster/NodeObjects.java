/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Map;

/** Nodes as kubelets would register them. Stateless. */
public final class NodeObjects {
  private NodeObjects() {}

  /** A ready node with {@code labels} and those that every node has. */
  public static JsonObject ready(String name, Map<String, String> labels) {
    JsonObject all =
        Trees.objectOf(
            "kubernetes.io/hostname", name,
            "kubernetes.io/os", "linux",
            "kubernetes.io/arch", "amd64");
    labels.forEach(all::addProperty);
    int hash = Math.floorMod(name.hashCode(), 62_500);
    JsonObject room = Trees.objectOf("cpu", "32", "memory", "256Gi", "pods", "1000");
    return Trees.objectOf(
        "apiVersion",
        "v1",
        "kind",
        "Node",
        "metadata",
        Trees.objectOf("name", name, "labels", all),
        "status",
        Trees.objectOf(
            "capacity", room,
            "allocatable", room.deepCopy(),
            "addresses",
                Trees.arrayOf(
                    Trees.objectOf(
                        "type",
                        "InternalIP",
                        "address",
                        "172.31." + hash / 250 + "." + (hash % 250 + 1)),
                    Trees.objectOf("type", "Hostname", "address", name)),
            "conditions",
                Trees.arrayOf(
                    Trees.objectOf(
                        "type", "Ready",
                        "status", "True",
                        "reason", "KubeletReady",
                        "message", "simulated"))));
  }
}
