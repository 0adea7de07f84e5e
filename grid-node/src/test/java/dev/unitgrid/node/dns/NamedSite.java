/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.dns.DnsSettings;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.files.FragileDisk;
import dev.unitgrid.node.snapshot.CountedMetrics;
import dev.unitgrid.testkit.SimulatedCluster;
import dev.unitgrid.testkit.Simulation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A simulated cluster with two units and the children that an engine would have made of a
 * StatefulSetGrid and a headless ServiceGrid; and the agent of its node bj-1 on a disk in memory.
 */
final class NamedSite implements AutoCloseable {
  static final Path HOSTS = Path.of("/run/unitgrid/hosts");
  static final String BELOW = ".web-svc.default.svc.cluster.local";

  private final Simulation simulation;
  private final FragileDisk disk = new FragileDisk();
  private final CountedMetrics metrics = new CountedMetrics();
  private final List<Exception> bugs = new ArrayList<>();
  private DnsAgent agent;

  NamedSite(long seed) {
    this.simulation = Simulation.of(seed);
    cluster().apply(Crds.yaml());
    cluster().nodes("location=beijing", "bj-1", "bj-2");
    cluster().nodes("location=guangzhou", "gz-1", "gz-2");
    service("web");
    statefulSet("web", "beijing", 2);
    statefulSet("web", "guangzhou", 2);
    run(Duration.ofSeconds(20));
    this.agent = agent(DnsSettings.of("cluster.local"));
  }

  Simulation simulation() {
    return simulation;
  }

  SimulatedCluster cluster() {
    return simulation.cluster();
  }

  FragileDisk disk() {
    return disk;
  }

  DnsAgent agent() {
    return agent;
  }

  DnsAgent agent(DnsSettings settings) {
    return DnsAgent.builder(
            "bj-1", cluster().transport(), simulation.scheduler(), new Random(simulation.seed()))
        .hostsFile(HOSTS)
        .disk(disk)
        .writer(this::write)
        .settings(settings)
        .metrics(metrics)
        .build();
  }

  /** A real scheduler reports what a task throws, and goes on; a simulated one fails the test. */
  private void write(Runnable task) {
    simulation
        .scheduler()
        .execute(
            () -> {
              try {
                task.run();
              } catch (IllegalStateException bug) {
                bugs.add(bug);
              }
            });
  }

  List<Exception> bugs() {
    return bugs;
  }

  /** Another process in place of the one before. */
  void replaceBy(DnsAgent other) {
    agent.close();
    agent = other;
  }

  void start() {
    agent.start();
    runUntil(() -> agent.state().current());
  }

  int writes() {
    return metrics.of(NodeMetrics.HOSTS_WRITES);
  }

  int failures() {
    return metrics.of(NodeMetrics.HOSTS_WRITE_FAILURES);
  }

  /** The headless Service of a ServiceGrid. */
  void service(String grid) {
    Json template = Json.object("clusterIP", "None", "selector", Json.object("app", grid));
    Json owner = grid(GridKind.SERVICE_GRID, grid, template);
    cluster()
        .apply(
            Json.object(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                metadata(grid + "-svc", grid, "", owner),
                "spec",
                template.with("ports", Json.array(Json.object("port", 80L)))));
  }

  /** The StatefulSet of a unit of a StatefulSetGrid. */
  void statefulSet(String grid, String unit, int replicas) {
    Json owner = grid(GridKind.STATEFUL_SET_GRID, grid, Json.emptyObject());
    Json labels = Json.object("app", grid, "unit", unit);
    cluster()
        .apply(
            Json.object(
                "apiVersion",
                "apps/v1",
                "kind",
                "StatefulSet",
                "metadata",
                metadata(grid + "-" + unit, grid, unit, owner),
                "spec",
                Json.object(
                    "replicas",
                    (long) replicas,
                    "serviceName",
                    grid + "-svc",
                    "podManagementPolicy",
                    "Parallel",
                    "selector",
                    Json.object("matchLabels", labels),
                    "template",
                    Json.object(
                        "metadata",
                        Json.object("labels", labels),
                        "spec",
                        Json.object(
                            "nodeSelector",
                            Json.object("location", unit),
                            "terminationGracePeriodSeconds",
                            1L,
                            "containers",
                            Json.array(Json.object("name", "web", "image", "web:1")))))));
  }

  void scale(String set, int replicas) {
    cluster()
        .merge(
            ResourceType.STATEFUL_SET,
            "default",
            set,
            Json.object("spec", Json.object("replicas", (long) replicas)));
  }

  private Json grid(GridKind kind, String name, Json template) {
    return cluster()
        .apply(
            Json.object(
                "apiVersion",
                kind.type().apiVersion(),
                "kind",
                kind.type().kind(),
                "metadata",
                Json.object("name", name, "namespace", "default"),
                "spec",
                Json.object("gridUniqKey", "location", "template", template)));
  }

  private static Json metadata(String name, String grid, String unit, Json owner) {
    Json annotations = Json.object(Annotations.GRID, grid, Annotations.UNIT_KEY, "location");
    return Json.object(
        "name",
        name,
        "namespace",
        "default",
        "labels",
        Json.object(Labels.GRID_SELECTOR, grid, Labels.GRID_UNIQ_KEY, "location"),
        "annotations",
        unit.isEmpty() ? annotations : annotations.with(Annotations.UNIT, Json.of(unit)),
        "ownerReferences",
        Json.array(
            Json.object(
                "apiVersion",
                owner.get("apiVersion"),
                "kind",
                owner.get("kind"),
                "name",
                grid,
                "uid",
                owner.get("metadata", "uid"),
                "controller",
                true)));
  }

  void run(Duration duration) {
    simulation.run(duration);
  }

  void runUntil(BooleanSupplier condition) {
    simulation.runUntil(condition, Duration.ofMinutes(3));
  }

  boolean hasFile() {
    return !disk.names(HOSTS.getParent()).isEmpty();
  }

  String text() {
    return new String(disk.bytes(HOSTS), UTF_8);
  }

  /** Addresses by name, without what is below which all names are. */
  Map<String, String> names() {
    Map<String, String> names = new TreeMap<>();
    text()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split(" "))
        .forEach(
            parts ->
                names.merge(
                    parts[1].endsWith(BELOW)
                        ? parts[1].substring(0, parts[1].length() - BELOW.length())
                        : parts[1],
                    parts[0],
                    (one, other) -> one + "," + other));
    return names;
  }

  String addressOf(String pod) {
    return cluster()
        .get(new ResourceType("", "v1", "Pod", "pods", true), "default", pod)
        .get("status", "podIP")
        .asString("");
  }

  /** What the pods of the unit are, said by the pods themselves. */
  Map<String, String> truth(String unit, int... ordinals) {
    Map<String, String> truth = new TreeMap<>();
    for (int ordinal : ordinals) {
      String address = addressOf("web-" + unit + "-" + ordinal);
      truth.put("web-" + unit + "-" + ordinal, address);
      truth.put("web-" + ordinal, address);
    }
    return truth;
  }

  List<String> problems() {
    return agent.state().problems();
  }

  @Override
  public void close() {
    agent.close();
    simulation.close();
  }
}
