/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.RecordedRequest;
import dev.unitgrid.testkit.SimulatedCluster;
import dev.unitgrid.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;

/** A simulated cluster with the CRDs, and engines that run in it, in virtual time. */
final class SimulatedWorld implements AutoCloseable {
  /** The user that engines are; what it may do, the deployed Roles say. */
  static final String ENGINE = Deployed.ACCOUNT;

  private static final Set<String> CHILDREN =
      Set.of("deployments.apps", "statefulsets.apps", "services");

  final Simulation simulation;
  final SimulatedCluster cluster;
  final Set<String> planned = new ConcurrentSkipListSet<>();
  private final List<GridEngine> engines = new ArrayList<>();
  private final Random seeds;

  SimulatedWorld(long seed) {
    this.simulation = Simulation.of(seed);
    this.cluster = simulation.cluster();
    this.seeds = new Random(seed);
    cluster.apply(Crds.yaml());
    Deployed.enforce(cluster);
  }

  /** A cluster with six nodes in beijing and guangzhou. */
  static SimulatedWorld ofTwoUnits(long seed) {
    SimulatedWorld world = new SimulatedWorld(seed);
    world.cluster.nodes("location=beijing", "bj-1", "bj-2", "bj-3");
    world.cluster.nodes("location=guangzhou", "gz-1", "gz-2", "gz-3");
    return world;
  }

  /** How engines are made here. */
  GridEngine.Builder engine() {
    return GridEngine.builder(cluster.transport(ENGINE))
        .scheduler(simulation.scheduler())
        .random(new Random(seeds.nextLong()))
        .onPlan((grid, observed, plan) -> planned.add(grid.name()));
  }

  GridEngine start() {
    return start(engine());
  }

  GridEngine start(GridEngine.Builder builder) {
    GridEngine engine = builder.build();
    engines.add(engine);
    engine.start();
    return engine;
  }

  void run(Duration duration) {
    simulation.run(duration);
  }

  void runUntil(BooleanSupplier condition) {
    simulation.runUntil(condition, Duration.ofMinutes(10));
  }

  /** Lets a minute pass: longer than status, events and simulated pods need. */
  void settle() {
    run(Duration.ofMinutes(1));
  }

  /** Begins the request log anew. */
  void forget() {
    cluster.server().forgetRequests();
    planned.clear();
  }

  /** Writes of engines, oldest first. */
  List<RecordedRequest> writes() {
    return cluster.writes().stream().filter(request -> request.user().equals(ENGINE)).toList();
  }

  /** Writes of engines to children. */
  List<RecordedRequest> childWrites() {
    return writes().stream().filter(request -> CHILDREN.contains(request.resource())).toList();
  }

  /** How often engines did what to children, e.g. {@code APPLY deployments.apps 200}. */
  Map<String, Integer> childWriteCounts() {
    Map<String, Integer> counts = new TreeMap<>();
    childWrites()
        .forEach(
            request ->
                counts.merge(
                    request.verb() + " " + request.resource() + " " + request.status(),
                    1,
                    Integer::sum));
    return counts;
  }

  List<String> deployments() {
    return cluster.names(ResourceType.DEPLOYMENT, "default");
  }

  Json deployment(String name) {
    return cluster.get(ResourceType.DEPLOYMENT, "default", name);
  }

  Json grid(String name) {
    return cluster.get(GridKind.DEPLOYMENT_GRID.type(), "default", name);
  }

  /** The status of a condition of a DeploymentGrid; empty if it has none. */
  String condition(String grid, String type) {
    return condition(grid(grid), type).get("status").asString("");
  }

  static Json condition(Json grid, String type) {
    return grid.get("status", "conditions").items().stream()
        .filter(condition -> condition.get("type").asString("").equals(type))
        .findFirst()
        .orElse(Json.ofNull());
  }

  boolean isReady(String grid) {
    return condition(grid, "Ready").equals("True");
  }

  @Override
  public void close() {
    engines.forEach(GridEngine::close);
    simulation.close();
  }
}
