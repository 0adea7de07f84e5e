/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpecChangesTest {
  private final SimulatedWorld world = SimulatedWorld.ofTwoUnits(1);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  @Rule(4)
  void a_unit_that_the_spec_deselects_goes_without_grace_once_the_grid_was_read_again() {
    world.cluster.nodes("location=shanghai", "sh-1");
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    start();
    world.cluster.apply(
        Manifests.deploymentGrid(
            "demo", "echo:1", "  unitSelector:\n    names: [beijing, guangzhou]\n"));
    world.settle();
    assertThat(world.deployments()).containsExactly("demo-beijing", "demo-guangzhou");
    assertThat(world.cluster.requests())
        .anyMatch(
            request ->
                request.verb() == Verb.GET
                    && request.resource().equals("deploymentgrids.superedge.io"));
  }

  @Test
  @Rule(4)
  void a_unit_that_a_nodes_label_deselected_keeps_its_grace_through_edits_and_restarts() {
    for (String node : List.of("bj-1", "gz-1")) {
      world.cluster.label(node, Map.of("edge", "yes"));
    }
    String selector = "  unitSelector:\n    nodeSelector:\n      matchLabels: {edge: 'yes'}\n";
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1", selector));
    GridEngine first = world.start();
    world.settle();
    world.cluster.unlabel("gz-1", "edge");
    world.settle();
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2", selector));
    world.settle();
    first.close();
    world.start();
    world.settle();
    assertThat(world.deployments()).containsExactly("demo-beijing", "demo-guangzhou");
    world.run(Duration.ofMinutes(4));
    assertThat(world.deployments()).containsExactly("demo-beijing");
  }

  @Test
  @Rule({4, 21})
  void what_the_spec_deselected_is_blocked_by_the_brake_across_a_restart_until_it_is_allowed() {
    world.cluster.label("bj-1", Map.of("edge", "yes"));
    world.cluster.nodes("location=shanghai", "sh-1");
    world.cluster.nodes("location=hefei", "hf-1");
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    GridEngine first = world.start();
    world.settle();
    String selected =
        Manifests.deploymentGrid(
            "demo",
            "echo:1",
            "  unitSelector:\n    nodeSelector:\n      matchLabels: {edge: 'yes'}\n");
    world.cluster.apply(selected);
    world.settle();
    first.close();
    world.start();
    world.settle();
    assertThat(world.deployments()).hasSize(3).contains("demo-beijing");
    String blocked =
        SimulatedWorld.condition(world.grid("demo"), "DeletionBlocked").get("message").asString("");
    String allowed = blocked.substring(blocked.lastIndexOf('=') + 1);
    world.cluster.merge(
        GridKind.DEPLOYMENT_GRID.type(),
        "default",
        "demo",
        Json.parse(
            "{\"metadata\":{\"annotations\":{\"unitgrid.dev/allow-deletion\":\""
                + allowed
                + "\"}}}"));
    world.settle();
    assertThat(world.deployments()).containsExactly("demo-beijing");
  }

  @Test
  @Rule(22)
  void a_changed_key_keeps_the_old_children_until_the_new_ones_are_available() {
    for (String node : List.of("bj-1", "bj-2", "bj-3", "gz-1", "gz-2", "gz-3")) {
      world.cluster.label(node, Map.of("zone", node.startsWith("bj") ? "north" : "south"));
    }
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    start();
    world.cluster.server().pauseControllers(true);
    String byZone =
        Manifests.deploymentGrid("demo", "echo:1")
            .replace("gridUniqKey: location", "gridUniqKey: zone");
    world.cluster.apply(byZone);
    world.run(Duration.ofMinutes(5));
    assertThat(world.deployments())
        .containsExactly("demo-beijing", "demo-guangzhou", "demo-north", "demo-south");
    world.cluster.server().pauseControllers(false);
    world.run(Duration.ofMinutes(5));
    assertThat(world.deployments()).containsExactly("demo-north", "demo-south");
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(22)
  void a_key_that_no_node_has_deletes_nothing() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    start();
    world.cluster.apply(
        Manifests.deploymentGrid("demo", "echo:1")
            .replace("gridUniqKey: location", "gridUniqKey: nowhere"));
    world.run(Duration.ofHours(2));
    assertThat(world.deployments()).containsExactly("demo-beijing", "demo-guangzhou");
  }

  @Test
  @Rule(15)
  void a_template_that_stops_naming_replicas_hands_the_live_number_over() {
    String named = Manifests.deploymentGrid("demo", "echo:1").replace("replicas: 1", "replicas: 3");
    world.cluster.apply(named);
    start();
    world.cluster.apply(named.replace("    replicas: 3\n", ""));
    world.settle();
    Json live = world.deployment("demo-beijing");
    assertThat(live.get("spec", "replicas")).isEqualTo(Json.of(3));
    assertThat(live.get("metadata", "managedFields").items())
        .anyMatch(
            entry ->
                entry.get("manager").asString("").equals("unitgrid-handover")
                    && entry.get("fieldsV1", "f:spec").has("f:replicas"));
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(20)
  void scale_to_zero_keeps_the_child_of_an_empty_unit_and_its_number() {
    world.cluster.apply(
        Manifests.deploymentGrid(
                "demo",
                "echo:1",
                "  emptyUnitPolicy: ScaleToZero\n  emptyUnitGracePeriodSeconds: 10\n")
            .replace("    replicas: 1\n", ""));
    start();
    world.cluster.merge(
        ResourceType.DEPLOYMENT,
        "default",
        "demo-beijing",
        Json.parse("{\"spec\":{\"replicas\":4}}"));
    for (String node : List.of("bj-1", "bj-2", "bj-3")) {
      world.cluster.unlabel(node, "location");
    }
    world.settle();
    assertThat(replicas("demo-beijing")).isZero();
    world.cluster.label("bj-1", Map.of("location", "beijing"));
    world.settle();
    assertThat(replicas("demo-beijing")).isEqualTo(4);
  }

  @Test
  @Rule(16)
  void a_second_writer_of_the_same_field_is_named_and_left_alone_for_a_while() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    start();
    for (int i = 0; i < 30; i++) {
      world.cluster.merge(
          ResourceType.DEPLOYMENT,
          "default",
          "demo-beijing",
          Json.parse("{\"spec\":{\"replicas\":5}}"));
      world.run(Duration.ofSeconds(10));
    }
    assertThat(world.childWrites()).hasSizeBetween(3, 6);
    assertThat(world.condition("demo", "Contested")).isEqualTo("True");
    assertThat(SimulatedWorld.condition(world.grid("demo"), "Contested").toString())
        .contains("kubectl");
  }

  private void start() {
    world.start();
    world.settle();
    world.forget();
  }

  private long replicas(String deployment) {
    return world.deployment(deployment).get("spec", "replicas").asLong(-1);
  }
}
