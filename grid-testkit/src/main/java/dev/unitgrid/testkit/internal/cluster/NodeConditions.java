/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Map;

/** What kubelets and the node lifecycle controller write into the status of nodes. Stateless. */
final class NodeConditions {
  private static final Map<String, String> PRESSURES =
      Map.of(
          "MemoryPressure", "node.kubernetes.io/memory-pressure",
          "DiskPressure", "node.kubernetes.io/disk-pressure",
          "PIDPressure", "node.kubernetes.io/pid-pressure");

  private NodeConditions() {}

  /** The taint of each condition that is bad when true. */
  static Map<String, String> pressures() {
    return PRESSURES;
  }

  /** A kubelet says that its node is well; the other conditions only if they were there. */
  static void report(JsonObject node, String now) {
    for (String type : PRESSURES.keySet()) {
      if (World.condition(node, type) != null) {
        set(node, type, "False", "KubeletHas" + sufficient(type), "", now, true);
      }
    }
    set(node, "Ready", "True", "KubeletReady", "kubelet is posting ready status", now, true);
  }

  private static String sufficient(String type) {
    return switch (type) {
      case "MemoryPressure" -> "SufficientMemory";
      case "DiskPressure" -> "NoDiskPressure";
      default -> "SufficientPID";
    };
  }

  /** Nobody has heard of the kubelet for too long. */
  static void lose(JsonObject node, String now) {
    for (String type : new String[] {"Ready", "MemoryPressure", "DiskPressure", "PIDPressure"}) {
      if (World.condition(node, type) == null) {
        set(
            node,
            type,
            "Unknown",
            "NodeStatusNeverUpdated",
            "Kubelet never posted node status.",
            now,
            false);
      } else {
        set(
            node,
            type,
            "Unknown",
            NodeLifecycleController.UNKNOWN,
            "Kubelet stopped posting node status.",
            now,
            false);
      }
    }
  }

  private static void set(
      JsonObject node,
      String type,
      String status,
      String reason,
      String message,
      String now,
      boolean heartbeat) {
    String last = Trees.string(World.condition(node, type), "lastHeartbeatTime");
    Conditions.set(node, type, status, reason, message, now);
    JsonArray conditions = new JsonArray();
    for (JsonObject condition : Trees.objects(node, "status", "conditions")) {
      if (Trees.string(condition, "type").equals(type) && (heartbeat || !last.isEmpty())) {
        condition.addProperty("lastHeartbeatTime", heartbeat ? now : last);
      }
      conditions.add(condition);
    }
    Trees.child(node, "status").add("conditions", conditions);
  }
}
