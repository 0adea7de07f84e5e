/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import static dev.unitgrid.demo.Kubectl.NAMESPACE;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.federation.FederationChild;
import dev.unitgrid.controllers.federation.FederationParent;
import dev.unitgrid.testkit.TestCluster;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Step 6 of the walkthrough, on three embedded clusters: one grid of a parent cluster, whose units
 * are in two child clusters. All controllers talk HTTP, as they would to real ones.
 */
final class FederatedWalkthrough {
  private static final String GRID = "deploymentgrid-demo";

  private final TestCluster parent;
  private final TestCluster first;
  private final TestCluster second;
  private final PrintWriter out;
  private final Steps steps;

  FederatedWalkthrough(
      TestCluster parent,
      TestCluster first,
      TestCluster second,
      PrintWriter out,
      Duration patience) {
    this.parent = parent;
    this.first = first;
    this.second = second;
    this.out = out;
    this.steps = new Steps(out, patience);
  }

  /** Runs all steps; answers the sentence of the first that does not hold, if any. */
  Optional<String> run() {
    return steps.run(
        () -> {
          prepare();
          try (FederationParent top = FederationParent.builder(parent.apiClient()).build();
              FederationChild a = child(first, "cluster-a");
              FederationChild b = child(second, "cluster-b")) {
            top.start();
            a.start();
            b.start();
            carry();
            canary();
            end();
          }
        });
  }

  private FederationChild child(TestCluster cluster, String namespace) {
    return FederationChild.builder(cluster.apiClient(), parent.apiClient(), namespace).build();
  }

  private void prepare() {
    steps.title("6. Many clusters: a parent, cluster-a with nodes of zone1, cluster-b with zone2");
    for (TestCluster cluster : List.of(parent, first, second)) {
      cluster.apply(Crds.yaml());
    }
    for (String name : List.of("cluster-a", "cluster-b")) {
      parent.apply(
          "{apiVersion: v1, kind: Namespace, metadata: {name: "
              + name
              + ", labels: {"
              + Labels.CLUSTER_ID
              + ": "
              + name
              + "}}}");
    }
    first.nodes("zone=zone1", "a-1", "a-2");
    second.nodes("zone=zone2", "b-1", "b-2");
    in("cluster-a", first).nodes("zone");
    in("cluster-b", second).nodes("zone");
  }

  private Kubectl in(String name, TestCluster cluster) {
    out.println("# in " + name);
    return new Kubectl(cluster, out, Clock.systemUTC());
  }

  private void carry() {
    out.println("# in the parent");
    steps.apply(parent, "federated.yaml");
    steps.check(
        Check.equal("cluster-a has zone1, 2/2", Map.of(GRID + "-zone1", "2/2"), () -> ready(first)),
        Check.equal(
            "cluster-b has zone2, 3/3", Map.of(GRID + "-zone2", "3/3"), () -> ready(second)),
        Check.equal("the parent itself has no workload", Map.of(), () -> ready(parent)),
        Check.equal(
            "the parent's grid shows both",
            Map.of("zone1", "2 ready, available", "zone2", "3 ready, available"),
            this::states),
        Check.equal("it is ready", "True", () -> condition("Ready")));
    in("cluster-a", first).deployments();
    in("cluster-b", second).deployments();
    in("the parent", parent).grids(GridKind.DEPLOYMENT_GRID);
    showStates();
  }

  private void canary() {
    out.println(
        "$ kubectl patch dg "
            + GRID
            + " --type merge -p '{\"spec\":{\"templates\":{\"zone2\":\"test1\"}}}'");
    parent.merge(
        GridKind.DEPLOYMENT_GRID.type(),
        NAMESPACE,
        GRID,
        Json.object("spec", Json.object("templates", Json.object("zone2", "test1"))));
    steps.check(
        Check.equal("cluster-b moved to 2/2", Map.of(GRID + "-zone2", "2/2"), () -> ready(second)),
        Check.equal(
            "the parent knows",
            Map.of("zone1", "2 ready, available", "zone2", "2 ready, available"),
            this::states));
  }

  private void end() {
    out.println("$ kubectl delete dg " + GRID);
    parent.delete(GridKind.DEPLOYMENT_GRID.type(), NAMESPACE, GRID);
    steps.check(
        Check.equal("the workloads of both clusters went with it", 0, this::workloads),
        Check.equal("and the copies", 0, this::copies));
  }

  private int workloads() {
    return ready(first).size() + ready(second).size();
  }

  private int copies() {
    ResourceType type = GridKind.DEPLOYMENT_GRID.type();
    return parent.names(type, "cluster-a").size() + parent.names(type, "cluster-b").size();
  }

  private static Map<String, String> ready(TestCluster cluster) {
    Map<String, String> ready = new TreeMap<>();
    cluster
        .list(ResourceType.DEPLOYMENT, NAMESPACE)
        .forEach(each -> ready.put(Kubectl.name(each), Kubectl.readyOfWanted(each)));
    return ready;
  }

  private Json status() {
    return parent.get(GridKind.DEPLOYMENT_GRID.type(), NAMESPACE, GRID).get("status");
  }

  private Map<String, String> states() {
    Map<String, String> states = new TreeMap<>();
    status()
        .get("states")
        .fields()
        .forEach(
            (unit, state) ->
                states.put(
                    unit,
                    state.get("readyReplicas").asLong(0)
                        + " ready"
                        + (holds(state, "Available") ? ", available" : "")));
    return states;
  }

  private static boolean holds(Json has, String type) {
    return has.get("conditions").items().stream()
        .anyMatch(
            condition ->
                condition.get("type").asString("").equals(type)
                    && condition.get("status").asString("").equals("True"));
  }

  private String condition(String type) {
    return holds(status(), type) ? "True" : "False";
  }

  private void showStates() {
    out.println("$ kubectl get dg " + GRID + " -o jsonpath='{.status}'");
    for (String field : List.of("clusters", "states")) {
      out.println("  " + field + ": " + status().get(field));
    }
    out.println();
    out.flush();
  }
}
