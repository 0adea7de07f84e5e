/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Deployed;
import dev.unitgrid.controllers.Manifests;
import dev.unitgrid.testkit.RecordedRequest;
import dev.unitgrid.testkit.SimulatedCluster;
import dev.unitgrid.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * A parent cluster and its children in one virtual time, each with the rights that {@code deploy}
 * gives: a child's in the parent end at its namespace.
 */
final class SimulatedFederation implements AutoCloseable {
  static final String ENGINE = Deployed.ACCOUNT;

  final Simulation simulation;
  final SimulatedCluster parent;
  final Map<String, SimulatedCluster> children = new TreeMap<>();
  private final Map<String, AutoCloseable> running = new TreeMap<>();
  private final Random seeds;

  SimulatedFederation(long seed, String... clusters) {
    this.simulation = Simulation.of(seed);
    this.seeds = new Random(seed);
    this.parent = simulation.cluster();
    prepare(parent, "federation-parent");
    for (String cluster : clusters) {
      SimulatedCluster child = simulation.anotherCluster();
      children.put(cluster, child);
      prepare(child, "federation-child");
      register(cluster);
    }
  }

  private static void prepare(SimulatedCluster cluster, String folder) {
    cluster.apply(Crds.yaml());
    Deployed.enforce(cluster);
    for (String file : List.of("role", "role-binding")) {
      Deployed.objects(folder, file).forEach(object -> Deployed.apply(cluster, object));
    }
  }

  /** Makes a cluster namespace with the child's account in the parent. */
  void register(String cluster) {
    for (String file : List.of("namespace", "service-account", "role", "role-binding")) {
      Deployed.objects("cluster-namespace", file)
          .forEach(
              object ->
                  parent.apply(
                      Json.parse(object.toString().replace("cluster-a", cluster))
                          .withAt(List.of("metadata", "namespace"), Json.of(cluster))));
    }
  }

  static String childUser(String cluster) {
    return "system:serviceaccount:" + cluster + ":unitgrid-child";
  }

  /** The parent and all children run, zone1 is in the first child, zone2 in the second, ... */
  static SimulatedFederation running(long seed, String... clusters) {
    SimulatedFederation federation = new SimulatedFederation(seed, clusters);
    federation.startParent();
    int zone = 0;
    for (String cluster : clusters) {
      zone++;
      federation.child(cluster).nodes("zone=zone" + zone, "node-" + zone);
      federation.startChild(cluster);
    }
    federation.runUntil(() -> federation.children.keySet().stream().allMatch(federation::isHeld));
    return federation;
  }

  FederationParent startParent() {
    return startParent(parentBuilder());
  }

  FederationParent.Builder parentBuilder() {
    return FederationParent.builder(parent.transport(ENGINE))
        .scheduler(simulation.scheduler())
        .random(new Random(seeds.nextLong()));
  }

  FederationParent startParent(FederationParent.Builder builder) {
    FederationParent started = builder.build();
    running.put("", started);
    started.start();
    return started;
  }

  FederationChild startChild(String cluster) {
    return startChild(cluster, childBuilder(cluster, cluster));
  }

  /** The child of {@code cluster} that wants {@code namespace} of the parent. */
  FederationChild.Builder childBuilder(String cluster, String namespace) {
    return FederationChild.builder(
            child(cluster).transport(ENGINE), parent.transport(childUser(namespace)), namespace)
        .scheduler(simulation.scheduler())
        .random(new Random(seeds.nextLong()));
  }

  FederationChild startChild(String cluster, FederationChild.Builder builder) {
    FederationChild started = builder.build();
    running.put(cluster, started);
    started.start();
    return started;
  }

  void stopParent() {
    stop("");
  }

  void stopChild(String cluster) {
    stop(cluster);
  }

  boolean runs(String who) {
    return running.containsKey(who);
  }

  private void stop(String who) {
    AutoCloseable stopped = running.remove(who);
    if (stopped != null) {
      close(stopped);
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  private boolean isHeld(String cluster) {
    return running.get(cluster) instanceof FederationChild child && child.isClusterHeld();
  }

  FederationChild childOf(String cluster) {
    return (FederationChild) running.get(cluster);
  }

  SimulatedCluster child(String name) {
    return children.get(name);
  }

  void run(Duration duration) {
    simulation.run(duration);
  }

  void settle() {
    run(Duration.ofMinutes(2));
  }

  void runUntil(BooleanSupplier condition) {
    simulation.runUntil(condition, Duration.ofMinutes(20));
  }

  void forgetRequests() {
    parent.server().forgetRequests();
    children.values().forEach(child -> child.server().forgetRequests());
  }

  /** All writes of controllers in all clusters, leases and what kubelets and such do aside. */
  List<RecordedRequest> writes() {
    List<RecordedRequest> writes = new ArrayList<>(writes(parent));
    children.values().forEach(child -> writes.addAll(writes(child)));
    return writes;
  }

  static List<RecordedRequest> writes(SimulatedCluster cluster) {
    return cluster.writes().stream()
        .filter(request -> request.user().startsWith("system:serviceaccount:"))
        .filter(request -> !request.resource().startsWith("leases"))
        .filter(request -> !request.resource().startsWith("events"))
        .toList();
  }

  static String federated() {
    return Manifests.walkthrough("federated.yaml");
  }

  /** A DeploymentGrid by zone that is for all clusters. */
  static String grid(String name, String image) {
    return fed(Manifests.deploymentGrid(name, image));
  }

  static String fed(String manifest) {
    return manifest
        .replace("gridUniqKey: location", "gridUniqKey: zone")
        .replaceFirst(
            "  namespace: default\n",
            "  namespace: default\n  labels: {" + Labels.FED + ": \"yes\"}\n");
  }

  Json source(String name) {
    return parent.get(GridKind.DEPLOYMENT_GRID.type(), "default", name);
  }

  Json copy(String cluster, String name) {
    return parent.get(GridKind.DEPLOYMENT_GRID.type(), cluster, name);
  }

  List<String> copies(String cluster) {
    return parent.names(GridKind.DEPLOYMENT_GRID.type(), cluster);
  }

  List<String> deployments(String cluster) {
    return child(cluster).names(ResourceType.DEPLOYMENT, "default");
  }

  List<String> grids(String cluster) {
    return child(cluster).names(GridKind.DEPLOYMENT_GRID.type(), "default");
  }

  static Json condition(Json grid, String type) {
    return grid.get("status", "conditions").items().stream()
        .filter(condition -> condition.get("type").asString("").equals(type))
        .findFirst()
        .orElse(Json.ofNull());
  }

  static boolean holds(Json grid, String type) {
    return condition(grid, type).get("status").asString("").equals("True");
  }

  boolean isReady(String name) {
    Json source = source(name);
    return holds(source, "Ready")
        && source.get("status", "observedGeneration").equals(source.get("metadata", "generation"));
  }

  static TreeSet<String> states(Json grid) {
    return new TreeSet<>(grid.get("status", "states").fields().keySet());
  }

  @Override
  public void close() {
    List.copyOf(running.keySet()).forEach(this::stop);
    simulation.close();
  }
}
