/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.federation.FederationChild;
import dev.unitgrid.controllers.federation.FederationParent;
import dev.unitgrid.testkit.RecordedRequest;
import dev.unitgrid.testkit.SimulatedCluster;
import dev.unitgrid.testkit.Simulation;
import dev.unitgrid.testkit.cluster.ClusterPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What one grid over many clusters writes, counted: a parent and its children in one process, on
 * embedded servers, in virtual time. Workloads have no pods.
 */
@Command(name = "federation", description = "Writes of many clusters and grids in one process.")
final class FederationFigures implements Callable<Integer> {
  private static final String PARENT = "parent";
  private static final String CHILD = "child";
  private static final Duration QUIET = Duration.ofMinutes(10);

  @Option(names = "--clusters", defaultValue = "100", description = "Children; default 100")
  private int clusters;

  @Option(names = "--grids", defaultValue = "50", description = "Distributed grids; default 50")
  private int grids;

  private final List<AutoCloseable> controllers = new ArrayList<>();
  private final List<SimulatedCluster> all = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    try (Simulation simulation = Simulation.of(1)) {
      start(simulation);
      long begun = System.nanoTime();
      apply();
      while (!areAllObserved()) { // not looked at after each of millions of tasks
        simulation.run(Duration.ofSeconds(30));
      }
      simulation.run(Duration.ofMinutes(2));
      report("%d grids carried to %d clusters", begun);
      begun = System.nanoTime();
      simulation.run(QUIET);
      report("ten minutes in which nothing changes (%d grids, %d clusters)", begun);
      begun = System.nanoTime();
      change();
      simulation.run(Duration.ofMinutes(2));
      report("one of %d grids changed, %d clusters", begun);
      for (AutoCloseable controller : controllers) {
        controller.close();
      }
    }
    return 0;
  }

  private void start(Simulation simulation) {
    SimulatedCluster parent = simulation.cluster();
    all.add(parent);
    parent.apply(Crds.yaml());
    FederationParent top =
        FederationParent.builder(parent.transport(PARENT))
            .scheduler(simulation.scheduler())
            .build();
    controllers.add(top);
    top.start();
    for (int i = 0; i < clusters; i++) {
      start(simulation, parent, "cluster-" + i);
    }
    simulation.run(Duration.ofMinutes(2));
  }

  private void start(Simulation simulation, SimulatedCluster parent, String name) {
    parent.apply(
        Json.object(
            "apiVersion",
            "v1",
            "kind",
            "Namespace",
            "metadata",
            Json.object("name", name, "labels", Json.object(Labels.CLUSTER_ID, name))));
    SimulatedCluster child = simulation.anotherCluster();
    all.add(child);
    child.around().turnOff(ClusterPart.values());
    child.apply(Crds.yaml());
    child.nodes("location=" + name, "node-1");
    FederationChild started =
        FederationChild.builder(child.transport(CHILD), parent.transport(CHILD), name)
            .scheduler(simulation.scheduler())
            .build();
    controllers.add(started);
    started.start();
  }

  private void apply() {
    forget();
    for (int i = 0; i < grids; i++) {
      all.get(0)
          .apply(
              Grids.grid(i, 1, "echo:1")
                  .withAt(List.of("metadata", "labels"), Json.object(Labels.FED, "yes")));
    }
  }

  private boolean areAllObserved() {
    return IntStream.range(0, grids).allMatch(this::isObserved);
  }

  private boolean isObserved(int grid) {
    Json status =
        all.get(0)
            .get(GridKind.DEPLOYMENT_GRID.type(), Stage.NAMESPACE, Grids.name(grid))
            .get("status");
    return status.get("observedGeneration").asLong(0) == 1
        && status.get("units").asLong(0) == clusters;
  }

  private void change() {
    Json patch = Json.object("spec", Json.object("emptyUnitGracePeriodSeconds", 60));
    all.get(0).merge(GridKind.DEPLOYMENT_GRID.type(), Stage.NAMESPACE, Grids.name(0), patch);
  }

  private void report(String what, long begun) {
    System.out.printf(what + ":%n", grids, clusters);
    System.out.printf(
        "  copies: %d writes of the parent, %d finalizers of children, %d statuses%n",
        count(PARENT, false, 0), count(CHILD, false, 0), count(CHILD, true, 0));
    System.out.printf(
        "  grids of the children: %d writes; sources: %d statuses; %.1f s of this machine%n",
        IntStream.range(1, all.size()).mapToLong(i -> count(CHILD, false, i)).sum() - workloads(),
        count(PARENT, true, 0),
        (System.nanoTime() - begun) / 1e9);
    forget();
  }

  private long workloads() {
    return IntStream.range(1, all.size())
        .mapToLong(
            i ->
                writes(i).stream()
                    .filter(
                        write ->
                            write.resource().startsWith(ResourceType.DEPLOYMENT.plural() + "."))
                    .count())
        .sum();
  }

  /** Leases and events aside. */
  private long count(String user, boolean status, int cluster) {
    return writes(cluster).stream()
        .filter(write -> write.user().equals(user))
        .filter(write -> write.subresource().isEmpty() != status)
        .count();
  }

  private List<RecordedRequest> writes(int cluster) {
    return all.get(cluster).writes().stream()
        .filter(write -> !write.resource().startsWith("leases"))
        .filter(write -> !write.resource().startsWith("events"))
        .toList();
  }

  private void forget() {
    all.forEach(cluster -> cluster.server().forgetRequests());
  }
}
