/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a pod may run on a node, by the rules of the real scheduler's filters. Stateless. */
final class NodeFit {
  static final String AFFINITY = "node(s) didn't match Pod's node affinity/selector";

  private static final String GONE = "node(s) were gone";
  private static final String UNSCHEDULABLE = "node(s) were unschedulable";
  private static final String TAINTED = "node(s) had untolerated taint(s)";

  private NodeFit() {}

  /** Why the pod does not fit, in the real scheduler's words; empty if it does. */
  static List<String> obstacles(JsonObject pod, JsonObject node, Resources used) {
    Optional<String> closed = closed(pod, NodeIndex.Gate.of(node));
    if (closed.isPresent()) {
      return List.of(closed.get());
    }
    if (!isSelected(pod, node)) {
      return List.of(AFFINITY);
    }
    return shortages(Resources.of(pod), Resources.allocatable(node).minus(used));
  }

  /** What closes a node to the pod, whatever the pod selects. */
  static Optional<String> closed(JsonObject pod, NodeIndex.Gate gate) {
    List<JsonObject> tolerations = Trees.objects(pod, "spec", "tolerations");
    if (gate.gone()) {
      return Optional.of(GONE);
    }
    if (gate.unschedulable() && !Taints.tolerates(tolerations, Taints.UNSCHEDULABLE)) {
      return Optional.of(UNSCHEDULABLE);
    }
    return Trees.objects(gate.taints()).stream()
        .filter(taint -> !Trees.string(taint, "effect").equals("PreferNoSchedule"))
        .filter(taint -> !Taints.tolerates(tolerations, taint))
        .findFirst()
        .map(taint -> TAINTED);
  }

  /** Whether an obstacle closes a node whatever the pod selects. */
  static boolean isOfGate(String obstacle) {
    return Set.of(GONE, UNSCHEDULABLE, TAINTED).contains(obstacle);
  }

  /** Whether the pod's selector and its affinity to nodes name a node. */
  static boolean isSelected(JsonObject pod, JsonObject node) {
    return isSelected(Trees.strings(pod, "spec", "nodeSelector"), node) && isAttracted(pod, node);
  }

  /** Whether an obstacle would stay if other pods made room. */
  static boolean isLasting(String obstacle) {
    return obstacle.startsWith("node(s)") && !Neighbours.areInTheWay(obstacle);
  }

  private static List<String> shortages(Resources asked, Resources free) {
    List<String> missing = new ArrayList<>();
    if (asked.pods() > free.pods()) {
      missing.add("Too many pods");
    }
    if (asked.cpu() > 0 && asked.cpu() > free.cpu()) {
      missing.add("Insufficient cpu");
    }
    if (asked.memory() > 0 && asked.memory() > free.memory()) {
      missing.add("Insufficient memory");
    }
    return missing;
  }

  private static boolean isSelected(Map<String, String> selector, JsonObject node) {
    return Trees.strings(node, "metadata", "labels").entrySet().containsAll(selector.entrySet());
  }

  private static boolean isAttracted(JsonObject pod, JsonObject node) {
    Optional<JsonElement> required =
        Optional.ofNullable(
            Trees.at(
                pod,
                "spec",
                "affinity",
                "nodeAffinity",
                "requiredDuringSchedulingIgnoredDuringExecution"));
    return required.isEmpty()
        || Trees.objects(required.get(), "nodeSelectorTerms").stream()
            .anyMatch(term -> matches(term, node));
  }

  private static boolean matches(JsonObject term, JsonObject node) {
    List<JsonObject> expressions = Trees.objects(term, "matchExpressions");
    List<JsonObject> fields = Trees.objects(term, "matchFields");
    Map<String, String> labels = Trees.strings(node, "metadata", "labels");
    Map<String, String> name = Map.of("metadata.name", Trees.string(node, "metadata", "name"));
    return !(expressions.isEmpty() && fields.isEmpty())
        && expressions.stream().allMatch(expression -> holds(expression, labels))
        && fields.stream().allMatch(field -> holds(field, name));
  }

  private static boolean holds(JsonObject requirement, Map<String, String> values) {
    Optional<String> value = Optional.ofNullable(values.get(Trees.string(requirement, "key")));
    List<String> wanted =
        Trees.array(requirement, "values").asList().stream().map(JsonElement::getAsString).toList();
    return switch (Trees.string(requirement, "operator")) {
      case "In" -> value.filter(wanted::contains).isPresent();
      case "NotIn" -> value.filter(wanted::contains).isEmpty();
      case "Exists" -> value.isPresent();
      case "DoesNotExist" -> value.isEmpty();
      case "Gt" -> compare(value, wanted) > 0;
      case "Lt" -> compare(value, wanted) < 0;
      default -> false;
    };
  }

  private static int compare(Optional<String> value, List<String> wanted) {
    boolean comparable =
        wanted.size() == 1
            && wanted.get(0).matches("-?[0-9]{1,18}")
            && value.filter(number -> number.matches("-?[0-9]{1,18}")).isPresent();
    return comparable
        ? Long.compare(Long.parseLong(value.orElse("0")), Long.parseLong(wanted.get(0)))
        : 0;
  }
}
