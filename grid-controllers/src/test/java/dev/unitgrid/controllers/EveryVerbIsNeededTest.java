/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.truth.RoleRules;
import dev.unitgrid.testkit.RecordedRequest;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The Roles of {@code deploy} are enforced while an engine does everything that it does; with one
 * verb less, something is refused. {@code truth.RightsTest} shows the same of a real API server.
 */
class EveryVerbIsNeededTest {
  /** Only an admission plugin asks for these, which the embedded server does not have. */
  private static final String FINALIZERS = "/finalizers";

  static Stream<String> deeds() {
    Set<String> deeds = new TreeSet<>();
    Deployed.objects("role").forEach(role -> deeds.addAll(RoleRules.deeds(role)));
    return deeds.stream().filter(deed -> !deed.endsWith(FINALIZERS));
  }

  @Test
  @Rule(26)
  void with_the_deployed_roles_nothing_is_forbidden_and_no_verb_is_left_over() {
    try (SimulatedWorld world = SimulatedWorld.ofTwoUnits(7)) {
      doEverything(world);
      assertThat(requests(world)).isNotEmpty().noneMatch(request -> request.status() == 403);
      Set<String> done = requests(world).map(RoleRules::deed).collect(Collectors.toSet());
      assertThat(deeds()).isSubsetOf(done);
    }
  }

  @ParameterizedTest(name = "without {0}")
  @MethodSource("deeds")
  @Rule(26)
  void one_verb_less_is_refused(String deed) {
    String verb = deed.substring(0, deed.indexOf(' '));
    String resource =
        deed.substring(deed.indexOf('/') < 0 ? deed.indexOf(' ') + 1 : deed.indexOf('/') + 1);
    try (SimulatedWorld world = SimulatedWorld.ofTwoUnits(7)) {
      Deployed.objects("role").stream()
          .map(
              role ->
                  RoleRules.deeds(role).contains(deed)
                      ? RoleRules.without(role, verb, resource)
                      : role)
          .forEach(role -> Deployed.apply(world.cluster, role));
      doEverything(world);
      assertThat(requests(world).filter(request -> request.status() == 403))
          .isNotEmpty()
          .allMatch(request -> RoleRules.deed(request).equals(deed));
    }
  }

  private static Stream<RecordedRequest> requests(SimulatedWorld world) {
    return world.cluster.requests().stream()
        .filter(request -> request.user().equals(SimulatedWorld.ENGINE));
  }

  /** What an engine meets in a cluster's life; each step goes on whatever the last one gave. */
  private static void doEverything(SimulatedWorld world) {
    world.start(world.engine().leadership(Deployed.LEADERSHIP));
    create(world);
    meetForeigners(world);
    prune(world);
    change(world);
    recreate(world);
    loseAUnit(world);
  }

  private static void create(SimulatedWorld world) {
    world.cluster.apply(
        Manifests.deploymentGrid("dep", "echo:1", "  emptyUnitGracePeriodSeconds: 60\n"));
    world.cluster.apply(Manifests.statefulSetGrid("set", "echo:1"));
    world.cluster.apply(Manifests.serviceGrid("web"));
    world.settle();
  }

  /** A name that is taken by what no cache holds is looked at. */
  private static void meetForeigners(SimulatedWorld world) {
    String workload =
        """
        apiVersion: apps/v1
        kind: KIND
        metadata: {name: NAME-beijing, namespace: default}
        spec:
          selector: {matchLabels: {app: foreign}}
          template:
            metadata: {labels: {app: foreign}}
            spec: {containers: [{name: c, image: "foreign:1"}]}
        """;
    world.cluster.apply(workload.replace("KIND", "Deployment").replace("NAME", "taken"));
    world.cluster.apply(workload.replace("KIND", "StatefulSet").replace("NAME", "taken"));
    world.cluster.apply(Manifests.deploymentGrid("taken", "echo:1"));
    world.cluster.apply(Manifests.statefulSetGrid("taken", "echo:1"));
    world.settle();
  }

  private static void prune(SimulatedWorld world) {
    for (GridKind kind : new GridKind[] {GridKind.DEPLOYMENT_GRID, GridKind.STATEFUL_SET_GRID}) {
      String name = kind == GridKind.DEPLOYMENT_GRID ? "dep" : "set";
      Json grid = world.cluster.get(kind.type(), "default", name);
      Json pool = Json.object("unused", grid.get("spec", "template"));
      Json spec = Json.object("templatePool", pool).with("autoDeleteUnusedTemplate", Json.of(true));
      world.cluster.merge(kind.type(), "default", name, Json.object("spec", spec));
    }
    world.settle();
  }

  private static void change(SimulatedWorld world) {
    world.cluster.apply(
        Manifests.deploymentGrid("dep", "echo:2", "  emptyUnitGracePeriodSeconds: 60\n"));
    world.cluster.apply(Manifests.statefulSetGrid("set", "echo:2"));
    world.cluster.apply(Manifests.serviceGrid("web").replace("port: 80", "port: 81"));
    world.settle();
  }

  private static void recreate(SimulatedWorld world) {
    world.cluster.apply(
        Manifests.serviceGrid("web").replace("    ports:", "    clusterIP: None\n    ports:"));
    world.settle();
    allowRecreation(world, ResourceType.SERVICE, "web-svc");
    world.cluster.apply(
        Manifests.statefulSetGrid("set", "echo:2")
            .replace("serviceName: set", "serviceName: other"));
    world.settle();
    allowRecreation(world, ResourceType.STATEFUL_SET, "set-beijing");
    world.settle();
  }

  private static void allowRecreation(SimulatedWorld world, ResourceType type, String child) {
    world
        .cluster
        .find(type, "default", child)
        .ifPresent(
            found ->
                world.cluster.merge(
                    type,
                    "default",
                    child,
                    Json.object(
                        "metadata",
                        Json.object(
                            "annotations",
                            Json.object(
                                Annotations.RECREATE,
                                found.get("metadata", "uid").asString(""))))));
  }

  private static void loseAUnit(SimulatedWorld world) {
    for (String node : new String[] {"bj-1", "bj-2", "bj-3"}) {
      world.cluster.unlabel(node, "location");
    }
    world.run(Duration.ofMinutes(10));
  }
}
