/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The walkthrough's steps 1, 2, 3 and 5, its manifests unchanged, the same in every world. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Walkthrough {
  private World world;
  private GridEngine engine;

  abstract World open();

  @BeforeAll
  void openWorld() {
    world = open();
  }

  @AfterAll
  void closeWorld() {
    world.close();
  }

  @BeforeEach
  void startEngine() {
    engine = world.engine().build();
    engine.start();
  }

  @AfterEach
  void clear() {
    world.clear();
    engine.close();
  }

  @Test
  @Rule({1, 10, 11, 13, 25})
  void step_1_every_site_gets_its_deployment_and_the_grid_its_service() {
    sites();
    world.apply(Manifests.walkthrough("deploymentgrid.yaml"));
    world.apply(Manifests.walkthrough("servicegrid.yaml"));
    awaitReady(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo");
    awaitReady(GridKind.SERVICE_GRID, "servicegrid-demo");

    assertThat(world.names(ResourceType.DEPLOYMENT))
        .containsExactly("deploymentgrid-demo-beijing", "deploymentgrid-demo-guangzhou");
    assertThat(ready(ResourceType.DEPLOYMENT, "deploymentgrid-demo-beijing")).isEqualTo("2/2");
    assertThat(ready(ResourceType.DEPLOYMENT, "deploymentgrid-demo-guangzhou")).isEqualTo("2/2");
    assertPodsRunOn("deploymentgrid-demo-beijing-", 2, "bj-");
    assertPodsRunOn("deploymentgrid-demo-guangzhou-", 2, "gz-");

    Json service = world.get(ResourceType.SERVICE, "servicegrid-demo-svc");
    assertThat(service.get("metadata", "labels").asStrings())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "superedge.io/grid-selector",
                "servicegrid-demo",
                "superedge.io/grid-uniq-key",
                "location"));
    assertThat(service.get("metadata", "annotations", "topologyKeys"))
        .isEqualTo(Json.of("[\"location\"]"));
    assertThat(service.get("spec", "selector").asStrings()).isEqualTo(Map.of("appGrid", "echo"));
    assertThat(service.get("spec", "ports").items().get(0).get("port")).isEqualTo(Json.of(80));
    assertThat(service.get("spec", "clusterIP").asString("")).matches("[0-9.]+");
  }

  @Test
  @Rule(25)
  void step_1_the_status_has_every_units_state() {
    sites();
    world.apply(Manifests.walkthrough("deploymentgrid.yaml"));
    awaitReady(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo");
    Json status = world.get(GridKind.DEPLOYMENT_GRID.type(), "deploymentgrid-demo").get("status");
    assertThat(status.get("units")).isEqualTo(Json.of(2));
    assertThat(status.get("readyUnits")).isEqualTo(Json.of(2));
    assertThat(status.get("states").fields()).containsOnlyKeys("beijing", "guangzhou");
    Json beijing = status.get("states", "beijing");
    assertThat(beijing.get("replicas")).isEqualTo(Json.of(2));
    assertThat(beijing.get("readyReplicas")).isEqualTo(Json.of(2));
    assertThat(beijing.get("conditions").items())
        .anyMatch(
            condition ->
                condition.get("type").asString("").equals("Available")
                    && condition.get("status").asString("").equals("True"));
  }

  @Test
  void step_2_a_headless_grid_makes_a_headless_service() {
    sites();
    world.apply(Manifests.walkthrough("servicegrid-headless.yaml"));
    awaitReady(GridKind.SERVICE_GRID, "servicegrid-demo");
    Json service = world.get(ResourceType.SERVICE, "servicegrid-demo-svc");
    assertThat(service.get("spec", "clusterIP")).isEqualTo(Json.of("None"));
    assertThat(service.get("metadata", "annotations", "topologyKeys"))
        .isEqualTo(Json.of("[\"location\"]"));
  }

  @Test
  @Rule(18)
  void step_2_a_service_cannot_switch_and_a_condition_says_so() {
    sites();
    world.apply(Manifests.walkthrough("servicegrid.yaml"));
    awaitReady(GridKind.SERVICE_GRID, "servicegrid-demo");
    world.apply(Manifests.walkthrough("servicegrid-headless.yaml"));
    world.await(
        "the condition ImmutableField",
        () ->
            condition(GridKind.SERVICE_GRID, "servicegrid-demo", "ImmutableField").equals("True"));
    assertThat(
            world
                .get(ResourceType.SERVICE, "servicegrid-demo-svc")
                .get("spec", "clusterIP")
                .asString(""))
        .isNotEqualTo("None");
  }

  @Test
  @Rule(10)
  void step_3_every_site_gets_its_stateful_set() {
    sites();
    world.apply(Manifests.walkthrough("statefulsetgrid.yaml"));
    awaitReady(GridKind.STATEFUL_SET_GRID, "statefulsetgrid-demo");
    assertThat(world.names(ResourceType.STATEFUL_SET))
        .containsExactly("statefulsetgrid-demo-beijing", "statefulsetgrid-demo-guangzhou");
    assertThat(ready(ResourceType.STATEFUL_SET, "statefulsetgrid-demo-beijing")).isEqualTo("3/3");
    assertThat(ready(ResourceType.STATEFUL_SET, "statefulsetgrid-demo-guangzhou")).isEqualTo("3/3");
    assertThat(world.names(World.POD))
        .contains(
            "statefulsetgrid-demo-beijing-0",
            "statefulsetgrid-demo-beijing-1",
            "statefulsetgrid-demo-beijing-2");
    assertPodsRunOn("statefulsetgrid-demo-beijing-", 3, "bj-");
    assertPodsRunOn("statefulsetgrid-demo-guangzhou-", 3, "gz-");
  }

  @Test
  @Rule({5, 6})
  void step_5_each_zone_runs_the_template_that_the_grid_names_for_it() {
    zones();
    world.apply(Manifests.walkthrough("canary.yaml"));
    awaitReady(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo");
    assertThat(ready(ResourceType.DEPLOYMENT, "deploymentgrid-demo-zone1")).isEqualTo("2/2");
    assertThat(ready(ResourceType.DEPLOYMENT, "deploymentgrid-demo-zone2")).isEqualTo("3/3");
    assertThat(image("deploymentgrid-demo-zone1")).isEqualTo("superedge/echoserver:2.2");
    assertThat(image("deploymentgrid-demo-zone2")).isEqualTo("superedge/echoserver:2.3");
  }

  @Test
  @Rule(5)
  void step_5_moving_zone2_to_test1_touches_only_zone2() {
    zones();
    world.apply(Manifests.walkthrough("canary.yaml"));
    awaitReady(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo");
    String zone1 = version("deploymentgrid-demo-zone1");
    useTemplate("zone2", "test1");
    world.await(
        "zone2 runs test1",
        () ->
            image("deploymentgrid-demo-zone2").equals("superedge/echoserver:2.2")
                && ready(ResourceType.DEPLOYMENT, "deploymentgrid-demo-zone2").equals("2/2"));
    awaitReady(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo");
    assertThat(version("deploymentgrid-demo-zone1")).isEqualTo(zone1);
  }

  @Test
  @Rule(5)
  void step_5_an_unknown_template_touches_nothing() {
    zones();
    world.apply(Manifests.walkthrough("canary.yaml"));
    awaitReady(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo");
    List<String> versions =
        List.of(version("deploymentgrid-demo-zone1"), version("deploymentgrid-demo-zone2"));
    useTemplate("zone2", "nowhere");
    world.await(
        "the condition UnknownTemplate",
        () ->
            condition(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo", "UnknownTemplate")
                .equals("True"));
    assertThat(List.of(version("deploymentgrid-demo-zone1"), version("deploymentgrid-demo-zone2")))
        .isEqualTo(versions);
  }

  @Test
  @Rule(6)
  void step_5_unused_templates_go_only_when_the_grid_says_so() {
    zones();
    String unowned =
        Manifests.walkthrough("canary.yaml").replace("    zone2: test2", "    zone2: test1");
    world.apply(unowned);
    awaitReady(GridKind.DEPLOYMENT_GRID, "deploymentgrid-demo");
    Json spec = world.get(GridKind.DEPLOYMENT_GRID.type(), "deploymentgrid-demo").get("spec");
    assertThat(spec.get("templatePool").fields()).containsOnlyKeys("test1", "test2");
    world.delete(GridKind.DEPLOYMENT_GRID.type(), "deploymentgrid-demo");
    world.await("no grid", () -> world.list(GridKind.DEPLOYMENT_GRID.type()).isEmpty());
    world.create(
        unowned.replace("spec:\n  default", "spec:\n  autoDeleteUnusedTemplate: true\n  default"));
    world.await(
        "only test1 in the pool",
        () ->
            world
                .get(GridKind.DEPLOYMENT_GRID.type(), "deploymentgrid-demo")
                .get("spec", "templatePool")
                .fields()
                .keySet()
                .equals(java.util.Set.of("test1")));
    Json written = World.documents(unowned).get(0).get("spec");
    Json pruned = world.get(GridKind.DEPLOYMENT_GRID.type(), "deploymentgrid-demo").get("spec");
    assertThat(pruned.without("autoDeleteUnusedTemplate"))
        .isEqualTo(written.withoutAt(List.of("templatePool", "test2")));
  }

  private void sites() {
    world.nodes("location=beijing", "bj-1", "bj-2", "bj-3");
    world.nodes("location=guangzhou", "gz-1", "gz-2", "gz-3");
  }

  private void zones() {
    world.nodes("zone=zone1", "z1-1", "z1-2");
    world.nodes("zone=zone2", "z2-1", "z2-2");
  }

  private void useTemplate(String unit, String template) {
    world.merge(
        GridKind.DEPLOYMENT_GRID.type(),
        "deploymentgrid-demo",
        Json.object("spec", Json.object("templates", Json.object(unit, template))));
  }

  /** Of two units: a grid whose nodes the engine has not seen yet is ready with none. */
  private void awaitReady(GridKind kind, String name) {
    world.await(
        kind + " " + name + " is ready",
        () -> {
          Json grid = world.get(kind.type(), name);
          return SimulatedWorld.condition(grid, "Ready").get("status").equals(Json.of("True"))
              && grid.get("status", "units").equals(Json.of(2))
              && grid.get("status", "observedGeneration")
                  .equals(grid.get("metadata", "generation"));
        });
  }

  private String condition(GridKind kind, String name, String type) {
    return SimulatedWorld.condition(world.get(kind.type(), name), type).get("status").asString("");
  }

  private String ready(ResourceType type, String name) {
    Json workload = world.get(type, name);
    return workload.get("status", "readyReplicas").asLong(0)
        + "/"
        + workload.get("spec", "replicas").asLong(1);
  }

  private String image(String deployment) {
    return world
        .get(ResourceType.DEPLOYMENT, deployment)
        .get("spec", "template", "spec", "containers")
        .items()
        .get(0)
        .get("image")
        .asString("");
  }

  /** Changes whenever somebody writes to it; its status does not count. */
  private String version(String deployment) {
    Json metadata = world.get(ResourceType.DEPLOYMENT, deployment).get("metadata");
    return metadata.get("uid")
        + " "
        + metadata.get("generation")
        + " "
        + metadata.get("annotations", "unitgrid.dev/hash");
  }

  private void assertPodsRunOn(String prefix, int pods, String nodes) {
    assertThat(
            world.list(World.POD).stream()
                .filter(pod -> World.name(pod).startsWith(prefix))
                .map(pod -> pod.get("spec", "nodeName").asString("")))
        .hasSize(pods)
        .allMatch(node -> node.startsWith(nodes));
  }
}
