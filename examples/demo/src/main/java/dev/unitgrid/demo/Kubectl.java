/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.Cluster;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Prints what kubectl would print for the same command. */
final class Kubectl {
  static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);
  static final String NAMESPACE = "default";
  private static final ResourceType SLICE =
      new ResourceType("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);
  private static final String SERVICE_NAME = "kubernetes.io/service-name";

  private final Cluster cluster;
  private final PrintWriter out;
  private final Clock clock;

  Kubectl(Cluster cluster, PrintWriter out, Clock clock) {
    this.cluster = cluster;
    this.out = out;
    this.clock = clock;
  }

  void nodes(String... labels) {
    List<Column> columns =
        new ArrayList<>(
            List.of(
                new Column("NAME", Kubectl::name),
                new Column("STATUS", Kubectl::nodeStatus),
                new Column("AGE", this::age)));
    for (String label : labels) {
      columns.add(
          new Column(
              label.toUpperCase(java.util.Locale.ROOT),
              node -> node.get("metadata", "labels", label).asString("")));
    }
    table(
        "kubectl get nodes -L " + String.join(",", labels),
        cluster.list(ResourceType.NODE, ""),
        columns);
  }

  void grids(GridKind kind) {
    table(
        "kubectl get " + kind.shortName(),
        cluster.list(kind.type(), NAMESPACE),
        List.of(
            new Column("NAME", Kubectl::name),
            new Column("UNITS", grid -> number(grid.get("status", "units"))),
            new Column("READY", grid -> number(grid.get("status", "readyUnits"))),
            new Column("AGE", this::age)));
  }

  void deployments() {
    table(
        "kubectl get deployment",
        cluster.list(ResourceType.DEPLOYMENT, NAMESPACE),
        List.of(
            new Column("NAME", Kubectl::name),
            new Column("READY", Kubectl::readyOfWanted),
            new Column("UP-TO-DATE", each -> number(each.get("status", "updatedReplicas"))),
            new Column("AVAILABLE", each -> number(each.get("status", "availableReplicas"))),
            new Column("AGE", this::age),
            new Column("IMAGES", Kubectl::images)));
  }

  void statefulSets() {
    table(
        "kubectl get statefulset",
        cluster.list(ResourceType.STATEFUL_SET, NAMESPACE),
        List.of(
            new Column("NAME", Kubectl::name),
            new Column("READY", Kubectl::readyOfWanted),
            new Column("AGE", this::age)));
  }

  void pods() {
    table(
        "kubectl get pods -o wide",
        cluster.list(POD, NAMESPACE),
        List.of(
            new Column("NAME", Kubectl::name),
            new Column("READY", Kubectl::readyContainers),
            new Column("STATUS", pod -> pod.get("status", "phase").asString("")),
            new Column("AGE", this::age),
            new Column("IP", pod -> pod.get("status", "podIP").asString("<none>")),
            new Column("NODE", pod -> pod.get("spec", "nodeName").asString("<none>"))));
  }

  void services() {
    table(
        "kubectl get svc",
        cluster.list(ResourceType.SERVICE, NAMESPACE),
        List.of(
            new Column("NAME", Kubectl::name),
            new Column("TYPE", service -> service.get("spec", "type").asString("")),
            new Column("CLUSTER-IP", service -> service.get("spec", "clusterIP").asString("")),
            new Column("PORT(S)", Kubectl::ports),
            new Column("AGE", this::age)));
  }

  void describeService(String name) {
    out.println("$ kubectl describe svc " + name);
    cluster.find(ResourceType.SERVICE, NAMESPACE, name).ifPresent(this::describeService);
    out.println();
  }

  /** The slices of a Service that a node's clients are given. */
  void slices(String service, ProxiedNode node) {
    table(
        "kubectl --server "
            + node.url()
            + " get endpointslices -l kubernetes.io/service-name="
            + service
            + "   # on "
            + node.name(),
        node.slices(service),
        List.of(
            new Column("NAME", Kubectl::name),
            new Column("ADDRESSTYPE", slice -> slice.get("addressType").asString("")),
            new Column("PORTS", Kubectl::slicePorts),
            new Column("ENDPOINTS", Kubectl::addresses),
            new Column("AGE", this::age)));
  }

  private static String slicePorts(Json slice) {
    return slice.get("ports").items().stream()
        .map(port -> number(port.get("port")))
        .collect(Collectors.joining(","));
  }

  /** The addresses of all endpoints of a Service, as the API server has them. */
  Set<String> addresses(String service) {
    return cluster.list(SLICE, NAMESPACE).stream()
        .filter(slice -> slice.get("metadata", "labels", SERVICE_NAME).asString("").equals(service))
        .flatMap(slice -> slice.get("endpoints").items().stream())
        .map(endpoint -> endpoint.get("addresses").items().get(0).asString(""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String addresses(Json slice) {
    return slice.get("endpoints").items().stream()
        .map(endpoint -> endpoint.get("addresses").items().get(0).asString(""))
        .collect(Collectors.joining(","));
  }

  private void describeService(Json service) {
    described("Name", List.of(name(service)));
    described("Labels", pairs(service.get("metadata", "labels"), "="));
    described(
        "Annotations",
        pairs(service.get("metadata", "annotations"), ": ").stream()
            .filter(line -> !line.startsWith("unitgrid.dev/"))
            .toList());
    described("Selector", List.of(String.join(",", pairs(service.get("spec", "selector"), "="))));
    described("IP", List.of(service.get("spec", "clusterIP").asString("")));
    described("Endpoints", List.of(String.join(",", addresses(name(service)))));
  }

  private void described(String field, List<String> lines) {
    for (int i = 0; i < lines.size(); i++) {
      out.printf("%-14s%s%n", i == 0 ? field + ":" : "", lines.get(i));
    }
  }

  private static List<String> pairs(Json object, String between) {
    return object.asStrings().entrySet().stream()
        .map(entry -> entry.getKey() + between + entry.getValue())
        .sorted()
        .toList();
  }

  /** One column of a table. */
  private record Column(String title, Function<Json, String> value) {}

  private void table(String command, List<Json> rows, List<Column> columns) {
    out.println("$ " + command);
    if (rows.isEmpty()) {
      out.println("No resources found in " + NAMESPACE + " namespace.");
    } else {
      List<List<String>> lines = new ArrayList<>();
      lines.add(columns.stream().map(Column::title).toList());
      rows.forEach(
          row -> lines.add(columns.stream().map(each -> each.value().apply(row)).toList()));
      lines.forEach(line -> out.println(padded(line, lines)));
    }
    out.println();
    out.flush();
  }

  private static String padded(List<String> line, List<List<String>> all) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < line.size(); i++) {
      int column = i;
      int width = all.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
      text.append(line.get(i)).append(" ".repeat(width - line.get(i).length() + 3));
    }
    return text.toString().stripTrailing();
  }

  static String name(Json object) {
    return object.get("metadata", "name").asString("");
  }

  static String readyOfWanted(Json workload) {
    return number(workload.get("status", "readyReplicas"))
        + "/"
        + workload.get("spec", "replicas").asLong(1);
  }

  static String images(Json workload) {
    return workload.get("spec", "template", "spec", "containers").items().stream()
        .map(container -> container.get("image").asString(""))
        .collect(Collectors.joining(","));
  }

  static String ports(Json service) {
    return service.get("spec", "ports").items().stream()
        .map(port -> number(port.get("port")) + "/" + port.get("protocol").asString("TCP"))
        .collect(Collectors.joining(","));
  }

  private static String nodeStatus(Json node) {
    boolean ready =
        node.get("status", "conditions").items().stream()
            .anyMatch(
                condition ->
                    condition.get("type").asString("").equals("Ready")
                        && condition.get("status").asString("").equals("True"));
    return ready ? "Ready" : "NotReady";
  }

  private static String readyContainers(Json pod) {
    List<Json> statuses = pod.get("status", "containerStatuses").items();
    long ready = statuses.stream().filter(each -> each.get("ready").asBoolean(false)).count();
    return ready + "/" + pod.get("spec", "containers").items().size();
  }

  private String age(Json object) {
    String created = object.get("metadata", "creationTimestamp").asString("");
    if (created.isEmpty()) {
      return "<unknown>";
    }
    long seconds = Duration.between(Instant.parse(created), clock.instant()).toSeconds();
    return Math.max(0, seconds) + "s";
  }

  private static String number(Json value) {
    return String.valueOf(value.asLong(0));
  }
}
