/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import static dev.unitgrid.demo.Kubectl.NAMESPACE;
import static dev.unitgrid.demo.Kubectl.POD;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.testkit.TestCluster;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The walkthrough of ServiceGroup, step by step, on an embedded cluster: applies the manifests as
 * they are documented, shows what kubectl would show, and checks that each step holds. The engine
 * talks HTTP to the cluster, as it would to a real one.
 */
final class Walkthrough {
  private static final String GRID = "deploymentgrid-demo";
  private static final String STATEFUL = "statefulsetgrid-demo";
  private static final String SERVICE = "servicegrid-demo-svc";

  private final TestCluster cluster;
  private final PrintWriter out;
  private final Steps steps;
  private final Kubectl kubectl;

  /**
   * A walkthrough on an empty cluster.
   *
   * @param patience how long to wait for each check
   */
  Walkthrough(TestCluster cluster, PrintWriter out, Duration patience) {
    this.cluster = cluster;
    this.out = out;
    this.steps = new Steps(out, patience);
    this.kubectl = new Kubectl(cluster, out, Clock.systemUTC());
  }

  /** Runs all steps; answers the sentence of the first that does not hold, if any. */
  Optional<String> run() {
    return steps.run(
        () -> {
          try (GridEngine engine = GridEngine.builder(cluster.apiClient()).build();
              ProxiedNode beijing = ProxiedNode.start(cluster, "bj-1");
              ProxiedNode guangzhou = ProxiedNode.start(cluster, "gz-1")) {
            Map<String, ProxiedNode> units = new TreeMap<>();
            units.put("beijing", beijing);
            units.put("guangzhou", guangzhou);
            prepare();
            engine.start();
            stateless();
            closedLoop(units);
            headless();
            stateful();
            closedLoop(units);
            byName();
            endStateful();
            canary();
          }
        });
  }

  private void prepare() {
    steps.title("An embedded API server, six simulated nodes at two sites, and the grid engine");
    cluster.apply(Crds.yaml());
    cluster.nodes("location=beijing", "bj-1", "bj-2", "bj-3");
    cluster.nodes("location=guangzhou", "gz-1", "gz-2", "gz-3");
    kubectl.nodes("location");
  }

  private void stateless() {
    steps.title(
        "1. Stateless: one DeploymentGrid is a Deployment in every unit, one ServiceGrid a"
            + " Service");
    steps.apply(cluster, "deploymentgrid.yaml", "servicegrid.yaml");
    steps.check(
        Check.equal(
            "every unit has its Deployment, 2/2",
            Map.of(GRID + "-beijing", "2/2", GRID + "-guangzhou", "2/2"),
            () -> ready(ResourceType.DEPLOYMENT)),
        eachPodInItsUnit("location"),
        Check.equal(
            "the grid says that both units are ready",
            2L,
            () -> readyUnits(GridKind.DEPLOYMENT_GRID, GRID)),
        Check.equal(
            "the Service is a ClusterIP on 80/TCP", "ClusterIP 80/TCP", this::serviceTypeAndPorts),
        Check.equal(
            "it carries the labels of its grid",
            Map.of(Labels.GRID_SELECTOR, "servicegrid-demo", Labels.GRID_UNIQ_KEY, "location"),
            () -> service().get("metadata", "labels").asStrings()),
        Check.equal(
            "its annotation keeps traffic in the unit",
            "[\"location\"]",
            () -> service().get("metadata", "annotations", "topologyKeys").asString("")),
        Check.equal(
            "it selects the pods of all units",
            Map.of("appGrid", "echo"),
            () -> service().get("spec", "selector").asStrings()),
        Check.equal("and has four endpoints", 4, () -> kubectl.addresses(SERVICE).size()));
    kubectl.grids(GridKind.DEPLOYMENT_GRID);
    kubectl.deployments();
    kubectl.pods();
    kubectl.services();
    kubectl.describeService(SERVICE);
  }

  /**
   * What kube-proxy on a node of each unit is given of the Service, by the endpoint proxy there.
   */
  private void closedLoop(Map<String, ProxiedNode> units) {
    units.forEach(
        (unit, node) -> {
          Set<String> own = addressesOf(unit);
          steps.check(
              Check.equal(
                  "kube-proxy on "
                      + node.name()
                      + " is given the "
                      + own.size()
                      + " endpoints of "
                      + unit,
                  own,
                  () -> addressesOn(node)));
          kubectl.slices(SERVICE, node);
        });
  }

  private Set<String> addressesOf(String unit) {
    Set<String> addresses = new TreeSet<>();
    for (Json pod : cluster.list(POD, NAMESPACE)) {
      if (pod.get("spec", "nodeSelector", "location").asString("").equals(unit)) {
        addresses.add(pod.get("status", "podIP").asString(""));
      }
    }
    return addresses;
  }

  private static Set<String> addressesOn(ProxiedNode node) {
    Set<String> addresses = new TreeSet<>();
    for (Json slice : node.slices(SERVICE)) {
      for (Json endpoint : slice.get("endpoints").items()) {
        addresses.add(endpoint.get("addresses").items().get(0).asString(""));
      }
    }
    return addresses;
  }

  private void headless() {
    steps.title("2. Headless: the same ServiceGrid without a cluster IP");
    delete(GridKind.SERVICE_GRID, "servicegrid-demo");
    steps.check(
        Check.equal(
            "the Service went with its grid",
            List.of(),
            () -> cluster.names(ResourceType.SERVICE, NAMESPACE)));
    steps.apply(cluster, "servicegrid-headless.yaml");
    steps.check(
        Check.equal(
            "the Service is headless",
            "None",
            () -> service().get("spec", "clusterIP").asString("")));
    kubectl.services();
  }

  private void stateful() {
    steps.title("3. Stateful: one StatefulSetGrid is a StatefulSet in every unit");
    delete(GridKind.SERVICE_GRID, "servicegrid-demo");
    delete(GridKind.DEPLOYMENT_GRID, GRID);
    steps.check(
        Check.equal(
            "the Deployments went with their grid", Map.of(), () -> ready(ResourceType.DEPLOYMENT)),
        Check.equal("their pods too", List.of(), () -> cluster.names(POD, NAMESPACE)),
        Check.equal(
            "and the Service", List.of(), () -> cluster.names(ResourceType.SERVICE, NAMESPACE)));
    steps.apply(cluster, "statefulsetgrid.yaml", "servicegrid.yaml");
    steps.check(
        Check.equal(
            "every unit has its StatefulSet, 3/3",
            Map.of(STATEFUL + "-beijing", "3/3", STATEFUL + "-guangzhou", "3/3"),
            () -> ready(ResourceType.STATEFUL_SET)),
        Check.equal(
            "the pods have their names",
            List.of(
                STATEFUL + "-beijing-0",
                STATEFUL + "-beijing-1",
                STATEFUL + "-beijing-2",
                STATEFUL + "-guangzhou-0",
                STATEFUL + "-guangzhou-1",
                STATEFUL + "-guangzhou-2"),
            () -> cluster.names(POD, NAMESPACE)),
        eachPodInItsUnit("location"),
        Check.equal(
            "the grid says that both units are ready",
            2L,
            () -> readyUnits(GridKind.STATEFUL_SET_GRID, STATEFUL)));
    kubectl.grids(GridKind.STATEFUL_SET_GRID);
    kubectl.statefulSets();
    kubectl.pods();
  }

  private void byName() {
    steps.title("4. Stateful, by name: in each unit a name without the unit is the unit's own pod");
    delete(GridKind.SERVICE_GRID, "servicegrid-demo");
    steps.check(
        Check.equal(
            "the Service went with its grid",
            List.of(),
            () -> cluster.names(ResourceType.SERVICE, NAMESPACE)));
    steps.apply(cluster, "servicegrid-headless.yaml");
    try (NodeDns beijing = NodeDns.start("bj-1", cluster);
        NodeDns guangzhou = NodeDns.start("gz-1", cluster)) {
      names(beijing, guangzhou);
    }
  }

  private void endStateful() {
    delete(GridKind.STATEFUL_SET_GRID, STATEFUL);
    steps.check(
        Check.equal(
            "the StatefulSets went with their grid",
            List.of(),
            () -> cluster.names(POD, NAMESPACE)));
  }

  private void names(NodeDns beijing, NodeDns guangzhou) {
    steps.check(
        Check.equal(
            "in beijing the names are beijing's pods",
            podAddresses("beijing"),
            () -> unitFree(beijing)),
        Check.equal(
            "in guangzhou the same names are guangzhou's pods",
            podAddresses("guangzhou"),
            () -> unitFree(guangzhou)),
        Check.equal(
            "a pod's own name is the same in both",
            List.of(podAddresses("guangzhou").get(0), podAddresses("guangzhou").get(0)),
            () ->
                List.of(
                    String.join(" ", beijing.addresses(name(STATEFUL + "-guangzhou-0."))),
                    String.join(" ", guangzhou.addresses(name(STATEFUL + "-guangzhou-0."))))),
        Check.equal(
            "the Service's name is all pods of all units",
            6,
            () -> beijing.addresses(name("")).size()));
    for (NodeDns node : List.of(beijing, guangzhou)) {
      node.nslookup(name(STATEFUL + "-0."), out);
      node.nslookup(name(STATEFUL + "-guangzhou-0."), out);
    }
    out.println();
  }

  private static String name(String host) {
    return host + SERVICE + "." + NAMESPACE + ".svc.cluster.local";
  }

  private static List<String> unitFree(NodeDns node) {
    return IntStream.range(0, 3)
        .mapToObj(ordinal -> String.join(" ", node.addresses(name(STATEFUL + "-" + ordinal + "."))))
        .toList();
  }

  private List<String> podAddresses(String unit) {
    return IntStream.range(0, 3)
        .mapToObj(ordinal -> cluster.get(POD, NAMESPACE, STATEFUL + "-" + unit + "-" + ordinal))
        .map(pod -> pod.get("status", "podIP").asString(""))
        .toList();
  }

  private void canary() {
    steps.title("5. Canary by unit: zone1 runs template test1, zone2 runs template test2");
    cluster.nodes("zone=zone1", "z1-1", "z1-2");
    cluster.nodes("zone=zone2", "z2-1", "z2-2");
    kubectl.nodes("zone");
    steps.apply(cluster, "canary.yaml");
    steps.check(
        Check.equal(
            "zone1 has 2/2 of 2.2, zone2 has 3/3 of 2.3",
            Map.of(
                GRID + "-zone1",
                "2/2 superedge/echoserver:2.2",
                GRID + "-zone2",
                "3/3 superedge/echoserver:2.3"),
            this::readyImages),
        eachPodInItsUnit("zone"));
    kubectl.deployments();

    Json untouched = deployment("zone1").get("metadata");
    out.println(
        "$ kubectl patch dg "
            + GRID
            + " --type merge -p '{\"spec\":{\"templates\":{\"zone2\":\"test1\"}}}'");
    cluster.merge(
        GridKind.DEPLOYMENT_GRID.type(),
        NAMESPACE,
        GRID,
        Json.object("spec", Json.object("templates", Json.object("zone2", "test1"))));
    steps.check(
        Check.equal(
            "zone2 moved to 2/2 of 2.2",
            Map.of(
                GRID + "-zone1",
                "2/2 superedge/echoserver:2.2",
                GRID + "-zone2",
                "2/2 superedge/echoserver:2.2"),
            this::readyImages),
        Check.equal(
            "zone1's Deployment was not touched",
            List.of(untouched.get("uid"), untouched.get("generation")),
            () ->
                List.of(
                    deployment("zone1").get("metadata", "uid"),
                    deployment("zone1").get("metadata", "generation"))));
    kubectl.deployments();
  }

  private void delete(GridKind kind, String name) {
    out.println("$ kubectl delete " + kind.shortName() + " " + name);
    cluster.delete(kind.type(), NAMESPACE, name);
  }

  private Check eachPodInItsUnit(String key) {
    return new Check(
        "each pod runs on a node of its unit",
        () ->
            cluster.list(POD, NAMESPACE).stream()
                .filter(pod -> !onNodeOfItsUnit(pod, key))
                .findFirst()
                .map(
                    pod ->
                        Kubectl.name(pod)
                            + " is on "
                            + pod.get("spec", "nodeName").asString("no node")));
  }

  private boolean onNodeOfItsUnit(Json pod, String key) {
    String unit = pod.get("spec", "nodeSelector", key).asString("");
    String node = pod.get("spec", "nodeName").asString("");
    return !unit.isEmpty()
        && Kubectl.name(pod).contains("-" + unit + "-")
        && cluster
            .find(ResourceType.NODE, "", node)
            .filter(found -> found.get("metadata", "labels", key).asString("").equals(unit))
            .isPresent();
  }

  private Map<String, String> ready(ResourceType type) {
    Map<String, String> ready = new TreeMap<>();
    cluster
        .list(type, NAMESPACE)
        .forEach(each -> ready.put(Kubectl.name(each), Kubectl.readyOfWanted(each)));
    return ready;
  }

  private Map<String, String> readyImages() {
    Map<String, String> ready = new TreeMap<>();
    cluster
        .list(ResourceType.DEPLOYMENT, NAMESPACE)
        .forEach(
            each ->
                ready.put(
                    Kubectl.name(each), Kubectl.readyOfWanted(each) + " " + Kubectl.images(each)));
    return ready;
  }

  private long readyUnits(GridKind kind, String name) {
    return cluster.get(kind.type(), NAMESPACE, name).get("status", "readyUnits").asLong(0);
  }

  private Json deployment(String unit) {
    return cluster.get(ResourceType.DEPLOYMENT, NAMESPACE, GRID + "-" + unit);
  }

  private Json service() {
    return cluster.find(ResourceType.SERVICE, NAMESPACE, SERVICE).orElse(Json.emptyObject());
  }

  private String serviceTypeAndPorts() {
    return service().get("spec", "type").asString("") + " " + Kubectl.ports(service());
  }
}
