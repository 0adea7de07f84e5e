/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The values that the real server sets where a built-in object says none. Stateless. */
final class Defaults {
  private Defaults() {}

  static void set(ResourceKind kind, JsonObject object) {
    JsonObject spec = Trees.object(object, "spec");
    switch (kind.storage()) {
      case "deployments.apps" -> deployment(spec);
      case "statefulsets.apps" -> statefulSet(spec);
      case "replicasets.apps" -> replicaSet(spec);
      case "services" -> {
        service(spec);
        for (JsonObject ingress : Trees.objects(object, "status", "loadBalancer", "ingress")) {
          if (!Trees.string(ingress, "ip").isEmpty()) {
            Trees.setDefault(ingress, "ipMode", "VIP");
          }
        }
      }
      case "pods" -> pod(object, spec);
      case "nodes" -> node(object);
      case "persistentvolumeclaims" -> claim(object);
      case "endpoints" ->
          Trees.objects(object, "subsets").stream()
              .flatMap(subset -> Trees.objects(subset, "ports").stream())
              .forEach(port -> Trees.setDefault(port, "protocol", "TCP"));
      case "endpointslices.discovery.k8s.io" ->
          Trees.objects(object, "ports")
              .forEach(
                  port -> {
                    Trees.setDefault(port, "name", "");
                    Trees.setDefault(port, "protocol", "TCP");
                  });
      case "secrets" -> secret(object);
      case "namespaces" ->
          Trees.child(object, "metadata", "labels")
              .addProperty("kubernetes.io/metadata.name", Trees.string(object, "metadata", "name"));
      case "customresourcedefinitions.apiextensions.k8s.io" -> definition(spec);
      case "horizontalpodautoscalers.autoscaling" -> autoscaler(spec);
      case "rolebindings.rbac.authorization.k8s.io",
          "clusterrolebindings.rbac.authorization.k8s.io" ->
          binding(object);
      default -> {
        // The other kinds have no defaults that grids meet.
      }
    }
  }

  private static void autoscaler(JsonObject spec) {
    Trees.setDefault(spec, "minReplicas", 1);
    if (Trees.array(spec, "metrics").isEmpty()) {
      JsonObject target = Trees.objectOf("type", "Utilization", "averageUtilization", 80);
      spec.add(
          "metrics",
          Trees.arrayOf(
              Trees.objectOf(
                  "type",
                  "Resource",
                  "resource",
                  Trees.objectOf("name", "cpu", "target", target))));
    }
    JsonObject behavior = Trees.object(spec, "behavior");
    if (!behavior.isEmpty()) {
      scaling(Trees.child(behavior, "scaleUp"), 0, 4);
      scaling(Trees.child(behavior, "scaleDown"), -1, 0);
    }
  }

  /**
   * How an autoscaler moves one way: by 100% in 15 s, or by so many pods.
   *
   * @param window in seconds; negative for the cluster's own
   */
  private static void scaling(JsonObject rules, int window, int pods) {
    if (window >= 0) {
      Trees.setDefault(rules, "stabilizationWindowSeconds", window);
    }
    Trees.setDefault(rules, "selectPolicy", "Max");
    if (rules.has("policies")) {
      return;
    }
    JsonArray policies =
        Trees.arrayOf(Trees.objectOf("type", "Percent", "value", 100, "periodSeconds", 15));
    if (pods > 0) {
      policies =
          Trees.arrayOf(
              Trees.objectOf("type", "Pods", "value", pods, "periodSeconds", 15), policies.get(0));
    }
    rules.add("policies", policies);
  }

  private static void binding(JsonObject object) {
    String group = "rbac.authorization.k8s.io";
    Trees.setDefault(Trees.child(object, "roleRef"), "apiGroup", group);
    if (Trees.string(object, "roleRef", "apiGroup").isEmpty()) {
      Trees.child(object, "roleRef").addProperty("apiGroup", group);
    }
    for (JsonObject subject : Trees.objects(object, "subjects")) {
      if (List.of("User", "Group").contains(Trees.string(subject, "kind"))) {
        Trees.setDefault(subject, "apiGroup", group);
      }
    }
  }

  /** Of one address and of all of them the one is believed, as older kubelets say no more. */
  private static void addresses(JsonObject status) {
    String address = Trees.string(status, "podIP");
    List<JsonObject> all = Trees.objects(status, "podIPs");
    if (!address.isEmpty() && (all.isEmpty() || !Trees.string(all.get(0), "ip").equals(address))) {
      status.add("podIPs", Trees.arrayOf(Trees.objectOf("ip", address)));
    } else if (address.isEmpty() && !all.isEmpty()) {
      status.addProperty("podIP", Trees.string(all.get(0), "ip"));
    }
  }

  private static void node(JsonObject object) {
    JsonObject spec = Trees.object(object, "spec");
    String range = Trees.string(spec, "podCIDR");
    JsonArray ranges = Trees.array(spec, "podCIDRs");
    if (!range.isEmpty() && (ranges.isEmpty() || !ranges.get(0).getAsString().equals(range))) {
      spec.add("podCIDRs", Trees.arrayOf(range));
    } else if (range.isEmpty() && !ranges.isEmpty()) {
      spec.add("podCIDR", ranges.get(0));
    }
    JsonObject status = Trees.object(object, "status");
    if (status.has("capacity")) {
      Trees.setDefault(status, "allocatable", Trees.object(status, "capacity").deepCopy());
    }
  }

  private static void secret(JsonObject object) {
    Trees.setDefault(object, "type", "Opaque");
    Trees.strings(object, "stringData")
        .forEach(
            (key, text) ->
                Trees.child(object, "data")
                    .addProperty(
                        key,
                        Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
    object.remove("stringData");
  }

  private static void deployment(JsonObject spec) {
    Trees.setDefault(spec, "replicas", 1);
    Trees.setDefault(spec, "revisionHistoryLimit", 10);
    Trees.setDefault(spec, "progressDeadlineSeconds", 600);
    JsonObject strategy = Trees.child(spec, "strategy");
    Trees.setDefault(strategy, "type", "RollingUpdate");
    if (Trees.string(strategy, "type").equals("RollingUpdate")) {
      JsonObject rolling = Trees.child(strategy, "rollingUpdate");
      Trees.setDefault(rolling, "maxUnavailable", "25%");
      Trees.setDefault(rolling, "maxSurge", "25%");
    }
    template(spec);
  }

  private static void statefulSet(JsonObject spec) {
    Trees.setDefault(spec, "replicas", 1);
    Trees.setDefault(spec, "revisionHistoryLimit", 10);
    Trees.setDefault(spec, "podManagementPolicy", "OrderedReady");
    JsonObject retention = Trees.child(spec, "persistentVolumeClaimRetentionPolicy");
    Trees.setDefault(retention, "whenDeleted", "Retain");
    Trees.setDefault(retention, "whenScaled", "Retain");
    JsonObject strategy = Trees.child(spec, "updateStrategy");
    if (Trees.string(strategy, "type").isEmpty()) {
      strategy.addProperty("type", "RollingUpdate");
      Trees.child(strategy, "rollingUpdate");
    }
    // Who says the type and no roll-out has none.
    if (Trees.string(strategy, "type").equals("RollingUpdate")
        && strategy.get("rollingUpdate") instanceof JsonObject rolling) {
      Trees.setDefault(rolling, "partition", 0);
    }
    template(spec);
    for (JsonObject claim : Trees.objects(spec, "volumeClaimTemplates")) {
      claim.addProperty("kind", "PersistentVolumeClaim");
      claim.addProperty("apiVersion", "v1");
      claim(claim);
    }
  }

  private static void replicaSet(JsonObject spec) {
    Trees.setDefault(spec, "replicas", 1);
    template(spec);
  }

  private static void claim(JsonObject claim) {
    Trees.setDefault(Trees.child(claim, "spec"), "volumeMode", "Filesystem");
    Trees.setDefault(Trees.child(claim, "status"), "phase", "Pending");
  }

  private static void service(JsonObject spec) {
    Trees.setDefault(spec, "sessionAffinity", "None");
    Trees.setDefault(spec, "type", "ClusterIP");
    if (Trees.string(spec, "sessionAffinity").equals("None")) {
      spec.remove("sessionAffinityConfig");
    }
    if (Trees.string(spec, "sessionAffinity").equals("ClientIP")) {
      Trees.setDefault(
          Trees.child(spec, "sessionAffinityConfig", "clientIP"), "timeoutSeconds", 10800);
    }
    for (JsonObject port : Trees.objects(spec, "ports")) {
      Trees.setDefault(port, "protocol", "TCP");
      JsonElement target = port.get("targetPort");
      boolean unset =
          Trees.isNull(target)
              || (target.isJsonPrimitive()
                  && (target.getAsString().isEmpty() || target.getAsString().equals("0")));
      if (unset && !Trees.isNull(port.get("port"))) {
        port.add("targetPort", port.get("port"));
      }
    }
    String type = Trees.string(spec, "type");
    boolean external = type.equals("ClusterIP") && !Trees.array(spec, "externalIPs").isEmpty();
    if (type.equals("NodePort") || type.equals("LoadBalancer") || external) {
      Trees.setDefault(spec, "externalTrafficPolicy", "Cluster");
    }
    if (type.equals("LoadBalancer")) {
      Trees.setDefault(spec, "allocateLoadBalancerNodePorts", true);
    }
    if (!type.equals("ExternalName")) {
      Trees.setDefault(spec, "internalTrafficPolicy", "Cluster");
    }
  }

  private static void pod(JsonObject object, JsonObject spec) {
    podSpec(spec);
    Trees.setDefault(spec, "enableServiceLinks", true);
    addresses(Trees.child(object, "status"));
    Trees.objects(spec, "containers").forEach(Defaults::requestsFromLimits);
  }

  private static void requestsFromLimits(JsonObject container) {
    JsonObject resources = Trees.object(container, "resources");
    for (var limit : Trees.object(resources, "limits").entrySet()) {
      Trees.setDefault(
          Trees.child(resources, "requests"), limit.getKey(), limit.getValue().deepCopy());
    }
  }

  private static void template(JsonObject spec) {
    if (Trees.at(spec, "template", "spec") instanceof JsonObject pod) {
      podSpec(pod);
    }
  }

  private static void podSpec(JsonObject spec) {
    Trees.setDefault(spec, "restartPolicy", "Always");
    Trees.setDefault(spec, "terminationGracePeriodSeconds", 30);
    Trees.setDefault(spec, "dnsPolicy", "ClusterFirst");
    Trees.setDefault(spec, "securityContext", new JsonObject());
    Trees.setDefault(spec, "schedulerName", "default-scheduler");
    if (!Trees.string(spec, "serviceAccount").isEmpty()) {
      Trees.setDefault(spec, "serviceAccountName", Trees.string(spec, "serviceAccount"));
    }
    if (!Trees.string(spec, "serviceAccountName").isEmpty()) {
      Trees.setDefault(spec, "serviceAccount", Trees.string(spec, "serviceAccountName"));
    }
    boolean hostNetwork = Trees.isTrue(spec, "hostNetwork");
    for (String list : List.of("initContainers", "containers")) {
      Trees.objects(spec, list).forEach(container -> container(container, hostNetwork));
    }
    Trees.objects(spec, "volumes").forEach(Defaults::volume);
  }

  private static void container(JsonObject container, boolean hostNetwork) {
    Trees.setDefault(container, "terminationMessagePath", "/dev/termination-log");
    Trees.setDefault(container, "terminationMessagePolicy", "File");
    Trees.setDefault(container, "imagePullPolicy", pullPolicy(Trees.string(container, "image")));
    for (JsonObject port : Trees.objects(container, "ports")) {
      Trees.setDefault(port, "protocol", "TCP");
      if (hostNetwork) {
        Trees.setDefault(port, "hostPort", Trees.number(port, 0, "containerPort"));
      }
    }
    for (JsonObject env : Trees.objects(container, "env")) {
      if (Trees.at(env, "valueFrom", "fieldRef") instanceof JsonObject reference) {
        Trees.setDefault(reference, "apiVersion", "v1");
      }
      if (Trees.at(env, "valueFrom", "resourceFieldRef") instanceof JsonObject reference) {
        Trees.setDefault(reference, "divisor", "0");
      }
    }
    for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
      if (Trees.at(container, probe) instanceof JsonObject found) {
        probe(found);
      }
    }
    for (String hook : List.of("postStart", "preStop")) {
      if (Trees.at(container, "lifecycle", hook, "httpGet") instanceof JsonObject get) {
        httpGet(get);
      }
    }
  }

  private static String pullPolicy(String image) {
    String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
    String last = name.substring(name.lastIndexOf('/') + 1);
    String tag = last.contains(":") ? last.substring(last.indexOf(':') + 1) : "";
    boolean latest = tag.equals("latest") || (tag.isEmpty() && !image.contains("@"));
    return latest ? "Always" : "IfNotPresent";
  }

  private static void probe(JsonObject probe) {
    Trees.setDefault(probe, "timeoutSeconds", 1);
    Trees.setDefault(probe, "periodSeconds", 10);
    Trees.setDefault(probe, "successThreshold", 1);
    Trees.setDefault(probe, "failureThreshold", 3);
    if (Trees.at(probe, "httpGet") instanceof JsonObject get) {
      httpGet(get);
    }
    if (Trees.at(probe, "grpc") instanceof JsonObject grpc) {
      Trees.setDefault(grpc, "service", "");
    }
  }

  private static void httpGet(JsonObject get) {
    Trees.setDefault(get, "path", "/");
    Trees.setDefault(get, "scheme", "HTTP");
  }

  private static void volume(JsonObject volume) {
    if (volume.size() == 1 && volume.has("name")) {
      volume.add("emptyDir", new JsonObject());
    }
    for (String kind : List.of("configMap", "secret", "downwardAPI", "projected")) {
      if (Trees.at(volume, kind) instanceof JsonObject source) {
        Trees.setDefault(source, "defaultMode", 420);
      }
    }
    if (Trees.at(volume, "hostPath") instanceof JsonObject hostPath) {
      Trees.setDefault(hostPath, "type", "");
    }
    for (JsonObject item : Trees.objects(volume, "downwardAPI", "items")) {
      if (Trees.at(item, "fieldRef") instanceof JsonObject reference) {
        Trees.setDefault(reference, "apiVersion", "v1");
      }
    }
    for (JsonObject source : Trees.objects(volume, "projected", "sources")) {
      if (Trees.at(source, "serviceAccountToken") instanceof JsonObject token) {
        Trees.setDefault(token, "expirationSeconds", 3600);
      }
    }
  }

  private static void definition(JsonObject spec) {
    JsonObject names = Trees.child(spec, "names");
    String kind = Trees.string(names, "kind");
    Trees.setDefault(names, "singular", kind.toLowerCase(java.util.Locale.ROOT));
    Trees.setDefault(names, "listKind", kind + "List");
    Trees.setDefault(Trees.child(spec, "conversion"), "strategy", "None");
  }
}
