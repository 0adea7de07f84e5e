/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.schema.Quantities;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the real server adds to a new pod, and refuses of one, before it validates it: priority,
 * tolerations, runtime class and the first status. Stateless.
 */
final class PodAdmission {
  private static final Map<String, Integer> SYSTEM_PRIORITIES =
      Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

  private PodAdmission() {}

  /** Admits {@code pod}, and gives it its first status. */
  static void admit(ResourceKind kind, JsonObject pod, String now) {
    JsonObject spec = Trees.child(pod, "spec");
    pod.add("status", status(pod, now));
    tolerateLostNodes(spec);
    String name = Trees.string(pod, "metadata", "name");
    prioritise(kind, name, spec);
    checkRuntime(kind, name, spec);
  }

  private static JsonObject status(JsonObject pod, String now) {
    JsonObject status = Trees.objectOf("phase", "Pending", "qosClass", qos(pod));
    if (!Trees.array(pod, "spec", "schedulingGates").isEmpty()) {
      status.add(
          "conditions",
          Trees.arrayOf(
              Trees.objectOf(
                  "type",
                  "PodScheduled",
                  "status",
                  "False",
                  "lastProbeTime",
                  JsonNull.INSTANCE,
                  "lastTransitionTime",
                  now,
                  "reason",
                  "SchedulingGated",
                  "message",
                  "Scheduling is blocked due to non-empty scheduling gates")));
    }
    return status;
  }

  /** Guaranteed is who has equal requests and limits of both resources in every container. */
  private static String qos(JsonObject pod) {
    Map<String, BigDecimal> requests = new HashMap<>();
    Map<String, BigDecimal> limits = new HashMap<>();
    boolean limited = true;
    for (String list : List.of("containers", "initContainers")) {
      for (JsonObject container : Trees.objects(pod, "spec", list)) {
        add(Trees.object(container, "resources", "requests"), requests);
        limited &= add(Trees.object(container, "resources", "limits"), limits) == 2;
      }
    }
    if (requests.isEmpty() && limits.isEmpty()) {
      return "BestEffort";
    }
    return limited && requests.equals(limits) ? "Guaranteed" : "Burstable";
  }

  /** How many of the two resources {@code amounts} says. */
  private static int add(JsonObject amounts, Map<String, BigDecimal> sums) {
    int said = 0;
    for (String resource : List.of("cpu", "memory")) {
      String amount = Trees.string(amounts, resource);
      BigDecimal value = amount.isEmpty() ? BigDecimal.ZERO : Quantities.value(amount);
      if (value.signum() > 0) {
        said++;
        sums.merge(resource, value.stripTrailingZeros(), PodAdmission::sum);
      }
    }
    return said;
  }

  private static BigDecimal sum(BigDecimal one, BigDecimal other) {
    return one.add(other).stripTrailingZeros();
  }

  /** As the admission plugin DefaultTolerationSeconds does. */
  static void tolerateLostNodes(JsonObject spec) {
    for (String key : List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")) {
      boolean tolerated =
          Trees.objects(spec, "tolerations").stream()
              .anyMatch(
                  toleration ->
                      List.of(key, "").contains(Trees.string(toleration, "key"))
                          && List.of("NoExecute", "").contains(Trees.string(toleration, "effect")));
      if (!tolerated) {
        JsonArray tolerations = Trees.array(spec, "tolerations");
        tolerations.add(
            Trees.objectOf(
                "key", key, "operator", "Exists", "effect", "NoExecute", "tolerationSeconds", 300));
        spec.add("tolerations", tolerations);
      }
    }
  }

  private static void prioritise(ResourceKind kind, String name, JsonObject spec) {
    String priorityClass = Trees.string(spec, "priorityClassName");
    int priority = SYSTEM_PRIORITIES.getOrDefault(priorityClass, 0);
    if (!priorityClass.isEmpty() && priority == 0) {
      throw StatusException.forbidden(
          kind, name, "no PriorityClass with name " + priorityClass + " was found");
    }
    if (Trees.number(spec, priority, "priority") != priority) {
      throw StatusException.forbidden(
          kind,
          name,
          "the integer value of priority ("
              + Trees.number(spec, 0, "priority")
              + ") must not be provided in pod spec; priority admission controller computed "
              + priority
              + " from the given PriorityClass name");
    }
    spec.addProperty("priority", priority);
    String policy = Trees.string(spec, "preemptionPolicy");
    if (!policy.isEmpty() && !policy.equals("PreemptLowerPriority")) {
      throw StatusException.forbidden(
          kind,
          name,
          "the string value of PreemptionPolicy ("
              + policy
              + ") must not be provided in pod spec; priority admission controller computed"
              + " PreemptLowerPriority from the given PriorityClass name");
    }
    spec.addProperty("preemptionPolicy", "PreemptLowerPriority");
  }

  /** No RuntimeClass is served, so none is found. */
  private static void checkRuntime(ResourceKind kind, String name, JsonObject spec) {
    String runtime = Trees.string(spec, "runtimeClassName");
    if (!runtime.isEmpty()) {
      throw StatusException.forbidden(
          kind, name, "pod rejected: RuntimeClass \"" + runtime + "\" not found");
    }
    if (!Trees.object(spec, "overhead").isEmpty()) {
      throw StatusException.forbidden(
          kind,
          name,
          "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
  }
}
