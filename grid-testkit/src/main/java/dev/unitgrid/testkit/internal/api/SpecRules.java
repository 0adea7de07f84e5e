/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the real server refuses of strategies, ports, taints and statuses, in its words. One object,
 * one thread.
 */
final class SpecRules {
  private static final String SERVICE_TYPES =
      "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"";

  private final JsonObject object;
  private final JsonObject spec;
  private final List<Cause> causes = new ArrayList<>();

  private SpecRules(JsonObject object) {
    this.object = object;
    this.spec = Trees.object(object, "spec");
  }

  static List<Cause> of(ResourceKind kind, JsonObject object, @Nullable JsonObject before) {
    SpecRules rules = new SpecRules(object);
    switch (kind.storage()) {
      case "deployments.apps" -> {
        rules.deployment();
        rules.counts("status.replicas", "availableReplicas", "updatedReplicas", "readyReplicas");
      }
      case "statefulsets.apps" -> {
        rules.statefulSet();
        rules.counts(
            "status.readyReplicas",
            "availableReplicas",
            "currentReplicas",
            "updatedReplicas",
            "readyReplicas");
      }
      case "services" -> rules.service();
      case "nodes" -> rules.node(before);
      default -> {
        // Nothing more than Validation has.
      }
    }
    return rules.causes;
  }

  private void deployment() {
    JsonObject strategy = Trees.object(spec, "strategy");
    String type = Trees.string(strategy, "type");
    JsonObject rolling = Trees.object(strategy, "rollingUpdate");
    if (type.equals("Recreate") && strategy.has("rollingUpdate")) {
      causes.add(
          Cause.forbidden(
              "spec.strategy.rollingUpdate",
              "may not be specified when strategy `type` is 'Recreate'"));
    } else if (type.equals("RollingUpdate")
        && isZero(rolling.get("maxSurge"))
        && isZero(rolling.get("maxUnavailable"))) {
      causes.add(
          Cause.invalid(
              "spec.strategy.rollingUpdate.maxUnavailable",
              rolling.get("maxUnavailable").toString(),
              "may not be 0 when `maxSurge` is 0"));
    } else if (!type.equals("Recreate") && !type.equals("RollingUpdate")) {
      causes.add(
          Cause.unsupported(
              "spec.strategy",
              "{\"Type\":\"" + type + "\",\"RollingUpdate\":" + rollingDeployment(strategy) + "}",
              "\"Recreate\", \"RollingUpdate\""));
    }
    long deadline = Trees.number(spec, 600, "progressDeadlineSeconds");
    if (deadline <= Trees.number(spec, 0, "minReadySeconds")) {
      causes.add(
          Cause.invalid(
              "spec.progressDeadlineSeconds",
              Long.toString(deadline),
              "must be greater than minReadySeconds"));
    }
    mounts();
  }

  private static String rollingDeployment(JsonObject strategy) {
    return strategy.has("rollingUpdate")
        ? "{\"MaxUnavailable\":"
            + orZero(Trees.at(strategy, "rollingUpdate", "maxUnavailable"))
            + ",\"MaxSurge\":"
            + orZero(Trees.at(strategy, "rollingUpdate", "maxSurge"))
            + "}"
        : "null";
  }

  private static JsonElement orZero(@Nullable JsonElement value) {
    return value == null ? new JsonPrimitive(0) : value;
  }

  private static boolean isZero(@Nullable JsonElement value) {
    return value instanceof JsonPrimitive primitive
        && (primitive.getAsString().equals("0") || primitive.getAsString().equals("0%"));
  }

  private void statefulSet() {
    String management = Trees.string(spec, "podManagementPolicy");
    if (!management.equals("OrderedReady") && !management.equals("Parallel")) {
      invalid(
          "spec.podManagementPolicy", quoted(management), "must be 'OrderedReady' or 'Parallel'");
    }
    JsonObject strategy = Trees.object(spec, "updateStrategy");
    String type = Trees.string(strategy, "type");
    String rolling =
        Trees.at(strategy, "rollingUpdate") instanceof JsonObject update
            ? "{\"Partition\":"
                + Trees.number(update, 0, "partition")
                + ",\"MaxUnavailable\":"
                + Trees.at(update, "maxUnavailable")
                + "}"
            : "null";
    if (type.equals("OnDelete") && !rolling.equals("null")) {
      invalid(
          "spec.updateStrategy.rollingUpdate",
          rolling,
          "only allowed for updateStrategy 'RollingUpdate'");
    } else if (!type.equals("OnDelete") && !type.equals("RollingUpdate")) {
      invalid(
          "spec.updateStrategy",
          "{\"Type\":" + quoted(type) + ",\"RollingUpdate\":" + rolling + "}",
          "must be 'RollingUpdate' or 'OnDelete'");
    }
    mounts();
  }

  private void nodeAffinity() {
    String[] path = {
      "template",
      "spec",
      "affinity",
      "nodeAffinity",
      "requiredDuringSchedulingIgnoredDuringExecution"
    };
    JsonElement required = Trees.at(spec, path);
    if (required != null && Trees.array(required, "nodeSelectorTerms").isEmpty()) {
      causes.add(
          Cause.required(
              "spec." + String.join(".", path) + ".nodeSelectorTerms",
              "must have at least one node selector term"));
    }
  }

  private void mounts() {
    nodeAffinity();
    Set<String> volumes = new HashSet<>();
    JsonObject pod = Trees.object(spec, "template", "spec");
    for (JsonObject volume : Trees.objects(pod, "volumes")) {
      volumes.add(Trees.string(volume, "name"));
    }
    for (JsonObject claim : Trees.objects(spec, "volumeClaimTemplates")) {
      volumes.add(Trees.string(claim, "metadata", "name"));
    }
    for (String list : List.of("initContainers", "containers")) {
      List<JsonObject> containers = Trees.objects(pod, list);
      for (int i = 0; i < containers.size(); i++) {
        mounts(containers.get(i), volumes, "spec.template.spec." + list + "[" + i + "]");
      }
    }
  }

  private void mounts(JsonObject container, Set<String> volumes, String path) {
    List<JsonObject> mounts = Trees.objects(container, "volumeMounts");
    for (int i = 0; i < mounts.size(); i++) {
      String name = Trees.string(mounts.get(i), "name");
      if (!volumes.contains(name)) {
        causes.add(
            new Cause(
                "FieldValueNotFound",
                "Not found: " + quoted(name),
                path + ".volumeMounts[" + i + "].name"));
      }
    }
  }

  private void counts(String readyName, String available, String... fields) {
    JsonObject status = Trees.object(object, "status");
    List<String> all = new ArrayList<>(List.of(fields));
    all.add(available);
    for (String field :
        List.of(
            "replicas",
            "readyReplicas",
            available,
            "updatedReplicas",
            "unavailableReplicas",
            "observedGeneration")) {
      long count = Trees.number(status, 0, field);
      if (count < 0) {
        invalid("status." + field, Long.toString(count), "must be greater than or equal to 0");
      }
    }
    long replicas = Trees.number(status, 0, "replicas");
    for (String field : all) {
      long count = Trees.number(status, 0, field);
      if (count > replicas) {
        invalid("status." + field, Long.toString(count), "cannot be greater than status.replicas");
      }
    }
    long ready = Trees.number(status, 0, "readyReplicas");
    long count = Trees.number(status, 0, available);
    if (count > ready) {
      invalid(
          "status." + available,
          Long.toString(count),
          "cannot be greater than "
              + (readyName.endsWith("readyReplicas") ? readyName : "readyReplicas"));
    }
  }

  private void service() {
    String type = Trees.string(spec, "type");
    if (!List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort").contains(type)) {
      causes.add(Cause.unsupported("spec.type", quoted(type), SERVICE_TYPES));
    }
    String affinity = Trees.string(spec, "sessionAffinity");
    if (!affinity.equals("None") && !affinity.equals("ClientIP")) {
      causes.add(
          Cause.unsupported("spec.sessionAffinity", quoted(affinity), "\"ClientIP\", \"None\""));
    }
    ports(Trees.objects(spec, "ports"));
    boolean balanced = type.equals("LoadBalancer");
    if (!balanced && !Trees.array(object, "status", "loadBalancer", "ingress").isEmpty()) {
      causes.add(
          Cause.forbidden(
              "status.loadBalancer.ingress",
              "may only be used when `spec.type` is 'LoadBalancer'"));
    }
  }

  private void ports(List<JsonObject> ports) {
    Set<String> names = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    for (int i = 0; i < ports.size(); i++) {
      JsonObject port = ports.get(i);
      String path = "spec.ports[" + i + "]";
      String name = Trees.string(port, "name");
      if (!name.isEmpty() && !names.add(name)) {
        causes.add(Cause.duplicate(path + ".name", quoted(name)));
      }
      String protocol = Trees.string(port, "protocol");
      if (!List.of("TCP", "UDP", "SCTP").contains(protocol)) {
        causes.add(
            Cause.unsupported(path + ".protocol", quoted(protocol), "\"SCTP\", \"TCP\", \"UDP\""));
      }
      long number = Trees.number(port, 0, "port");
      JsonElement target = port.get("targetPort");
      boolean noTarget =
          target == null
              || (target.getAsJsonPrimitive().isNumber()
                  && (target.getAsLong() < 1 || target.getAsLong() > 65535));
      if (noTarget) {
        invalid(
            path + ".targetPort",
            target == null ? "0" : target.toString(),
            "must be between 1 and 65535, inclusive");
      }
      if (!numbers.add(protocol + number)) {
        causes.add(
            Cause.duplicate(
                path,
                "{\"Name\":\"\",\"Protocol\":"
                    + quoted(protocol)
                    + ",\"AppProtocol\":null,\"Port\":"
                    + number
                    + ",\"TargetPort\":0,\"NodePort\":0}"));
      }
    }
  }

  private void node(@Nullable JsonObject before) {
    List<JsonObject> taints = Trees.objects(spec, "taints");
    for (int i = 0; i < taints.size(); i++) {
      taint(taints.get(i), "metadata.taints[" + i + "]");
    }
    List<JsonElement> ranges = Trees.array(spec, "podCIDRs").asList();
    for (int i = 0; i < ranges.size(); i++) {
      if (!Formats.fits("cidr", ranges.get(i).getAsJsonPrimitive())) {
        invalid(
            "spec.podCIDRs[" + i + "]",
            ranges.get(i).toString(),
            "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
      }
    }
    settled(before, "podCIDRs", "podCIDR");
    settled(before, "providerID", "providerID");
  }

  private void settled(@Nullable JsonObject before, String field, String shown) {
    JsonElement was = Trees.at(before, "spec", field);
    if (was != null && !Trees.same(was, Trees.at(spec, field))) {
      causes.add(
          Cause.forbidden(
              "spec." + field,
              "node updates may not change " + shown + " except from \"\" to valid"));
    }
  }

  private void taint(JsonObject taint, String path) {
    String key = Trees.string(taint, "key");
    for (String problem : Names.problemsOfKey(key)) {
      invalid(path + ".key", quoted(key), problem);
    }
    String effect = Trees.string(taint, "effect");
    if (!List.of("NoSchedule", "PreferNoSchedule", "NoExecute").contains(effect)) {
      causes.add(
          Cause.unsupported(
              path + ".effect",
              quoted(effect),
              "\"NoSchedule\", \"PreferNoSchedule\", \"NoExecute\""));
    }
  }

  private void invalid(String field, String value, String detail) {
    causes.add(Cause.invalid(field, value, detail));
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
