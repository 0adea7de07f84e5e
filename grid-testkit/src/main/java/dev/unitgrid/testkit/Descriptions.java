/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is there, in lines. Stateless. */
final class Descriptions {
  private static final int LINES = 200;
  private static final int RECENT = 15;
  private static final ResourceType DEFINITION =
      new ResourceType(
          "apiextensions.k8s.io",
          "v1",
          "CustomResourceDefinition",
          "customresourcedefinitions",
          false);
  private static final List<ResourceType> BUILT_IN =
      List.of(
          new ResourceType("", "v1", "ConfigMap", "configmaps", true),
          DEFINITION,
          ResourceType.DEPLOYMENT,
          new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true),
          new ResourceType(
              "autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true),
          ResourceType.LEASE,
          ResourceType.NODE,
          ResourceType.PERSISTENT_VOLUME_CLAIM,
          new ResourceType("", "v1", "Pod", "pods", true),
          new ResourceType("", "v1", "Secret", "secrets", true),
          ResourceType.SERVICE,
          ResourceType.STATEFUL_SET);

  private Descriptions() {}

  /** Every object of the kinds that tests are about, the problems, events and requests. */
  static String of(Cluster cluster) {
    return of(cluster, List.of());
  }

  /** The same, the objects of {@code type} first. */
  static String of(Cluster cluster, ResourceType type) {
    return of(cluster, List.of(type));
  }

  private static String of(Cluster cluster, List<ResourceType> first) {
    Set<ResourceType> types = new LinkedHashSet<>(first);
    types.addAll(BUILT_IN);
    types.addAll(custom(cluster));
    List<String> lines = new ArrayList<>();
    types.forEach(type -> lines.addAll(objects(cluster, type)));
    StringBuilder text = new StringBuilder(lines.isEmpty() ? "  nothing\n" : "");
    lines.stream().limit(LINES).forEach(line -> append(text, line));
    if (lines.size() > LINES) {
      append(text, "and " + (lines.size() - LINES) + " more");
    }
    cluster.backend().problems().forEach(problem -> append(text, problem));
    appendRecent(text, cluster);
    return text.toString();
  }

  private static List<ResourceType> custom(Cluster cluster) {
    List<ResourceType> types = new ArrayList<>();
    for (Json definition : cluster.list(DEFINITION, "")) {
      Json spec = definition.get("spec");
      spec.get("versions").items().stream()
          .filter(version -> version.get("served").equals(Json.of(true)))
          .findFirst()
          .map(version -> type(spec, version.get("name").asString("")))
          .ifPresent(types::add);
    }
    return types;
  }

  private static ResourceType type(Json spec, String version) {
    return new ResourceType(
        spec.get("group").asString(""),
        version,
        spec.get("names", "kind").asString(""),
        spec.get("names", "plural").asString(""),
        spec.get("scope").equals(Json.of("Namespaced")));
  }

  /** Also of a type that is not served any more. */
  private static List<String> objects(Cluster cluster, ResourceType type) {
    return cluster
        .read(type.path())
        .map(list -> list.get("items").items())
        .orElse(List.of())
        .stream()
        .map(object -> line(type, object))
        .toList();
  }

  private static String line(ResourceType type, Json object) {
    String namespace = object.get("metadata", "namespace").asString("");
    String name = object.get("metadata", "name").asString("");
    String line = type.kind() + " " + (namespace.isEmpty() ? "" : namespace + "/") + name;
    Json status = object.get("status");
    String state =
        switch (type.kind()) {
          case "Deployment", "StatefulSet" -> workload(object, status);
          case "Pod" ->
              " "
                  + status.get("phase").asString("")
                  + " on "
                  + object.get("spec", "nodeName").asString("no node");
          case "Node" -> " " + object.get("metadata", "labels");
          default -> "";
        };
    String leaving = object.get("metadata").has("deletionTimestamp") ? " terminating" : "";
    return line + state + leaving + conditions(status);
  }

  /** All that {@link Await.Workload#isAvailable} looks at. */
  private static String workload(Json object, Json status) {
    return " %d/%d (replicas %d, updated %d, generation %d, observed %d)"
        .formatted(
            status.get("readyReplicas").asLong(0),
            object.get("spec", "replicas").asLong(1),
            status.get("replicas").asLong(0),
            status.get("updatedReplicas").asLong(0),
            object.get("metadata", "generation").asLong(0),
            status.get("observedGeneration").asLong(0));
  }

  private static String conditions(Json status) {
    StringBuilder text = new StringBuilder();
    for (Json condition : status.get("conditions").items()) {
      text.append(' ')
          .append(condition.get("type").asString("?"))
          .append('=')
          .append(condition.get("status").asString("?"));
      if (!condition.get("status").equals(Json.of("True"))) {
        text.append(" (")
            .append(condition.get("reason").asString(""))
            .append(": ")
            .append(condition.get("message").asString(""))
            .append(')');
      }
    }
    return text.toString();
  }

  private static void appendRecent(StringBuilder text, Cluster cluster) {
    List<String> events =
        cluster.list(ResourceType.EVENT, "").stream()
            .sorted(Comparator.comparing(Descriptions::lastSeen))
            .map(Descriptions::event)
            .toList();
    last(events).forEach(event -> append(text, event));
    cluster.faults().unused().forEach(rule -> append(text, "fault without a request: " + rule));
    List<String> requests = cluster.requests().stream().map(RecordedRequest::toString).toList();
    last(requests).forEach(request -> append(text, "request " + request));
  }

  private static String lastSeen(Json event) {
    return event
        .get("lastTimestamp")
        .asString(event.get("metadata", "creationTimestamp").asString(""));
  }

  private static String event(Json event) {
    return "Event "
        + event.get("type").asString("")
        + " "
        + event.get("reason").asString("")
        + " of "
        + event.get("involvedObject", "kind").asString("")
        + " "
        + event.get("involvedObject", "name").asString("")
        + ": "
        + event.get("message").asString("");
  }

  private static List<String> last(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - RECENT), lines.size());
  }

  private static void append(StringBuilder text, String line) {
    text.append("  ").append(line).append('\n');
  }
}
