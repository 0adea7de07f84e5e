/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletionSafetyTest {
  private SimulatedWorld world = new SimulatedWorld(1);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  @Rule({17, 20})
  void a_unit_whose_last_node_leaves_is_deleted_after_the_grace_and_only_once_confirmed() {
    units(3);
    converge(60);
    world.cluster.unlabel("n-1", "location");
    world.run(Duration.ofSeconds(50));
    assertThat(world.deployments()).hasSize(3);
    world.run(Duration.ofMinutes(3));
    assertThat(world.deployments()).containsExactly("demo-u2", "demo-u3");
    assertThat(world.cluster.requests())
        .filteredOn(request -> request.user().equals(SimulatedWorld.ENGINE))
        .anyMatch(
            request ->
                request.verb() == Verb.LIST
                    && request.query().getOrDefault("labelSelector", "").equals("location=u1"));
    assertThat(world.grid("demo").get("status", "recentlyDeleted").items()).hasSize(1);
  }

  @Test
  @Rule(20)
  void a_node_that_returns_within_the_grace_keeps_its_child() {
    units(3);
    converge(60);
    world.cluster.unlabel("n-1", "location");
    world.run(Duration.ofSeconds(30));
    world.cluster.label("n-1", Map.of("location", "u1"));
    world.run(Duration.ofMinutes(10));
    assertThat(world.deployments()).hasSize(3);
    assertThat(world.childWriteCounts()).doesNotContainKey("DELETE deployments.apps 200");
    assertThat(
            world
                .deployment("demo-u1")
                .get("metadata", "annotations")
                .has("unitgrid.dev/empty-since"))
        .isFalse();
  }

  @Test
  @Rule({2, 17})
  void a_silent_node_watch_deletes_nothing_whose_node_left_and_came_back() {
    units(3);
    converge(60);
    world.cluster.unlabel("n-1", "location");
    world.run(Duration.ofSeconds(5));
    world.cluster.faults().silenceWatches("nodes");
    world.cluster.label("n-1", Map.of("location", "u1"));
    String uid = uid("demo-u1");
    world.run(Duration.ofMinutes(10));
    assertThat(uid("demo-u1")).isEqualTo(uid);
    assertThat(world.childWriteCounts()).doesNotContainKey("DELETE deployments.apps 200");
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(17)
  void without_a_grace_period_a_confirmed_deletion_does_not_wait_for_a_quiet_node_watch() {
    units(3);
    converge(0);
    world.cluster.unlabel("n-1", "location");
    world.run(Duration.ofSeconds(5));
    assertThat(world.deployments()).containsExactly("demo-u2", "demo-u3");
  }

  @Test
  @Rule({17, 26})
  void the_status_says_that_a_deletion_waits_for_the_node_cache() {
    units(3);
    converge(10);
    world.cluster.unlabel("n-1", "location");
    world.run(Duration.ofSeconds(2));
    world.cluster.faults().silenceWatches("nodes");
    world.run(Duration.ofSeconds(20));
    assertThat(world.deployments()).hasSize(3);
    assertThat(world.condition("demo", "Progressing")).isEqualTo("True");
    assertThat(
            SimulatedWorld.condition(world.grid("demo"), "Progressing").get("message").asString(""))
        .contains("to be deleted", "node cache", "u1");
    world.cluster.faults().clear();
    world.run(Duration.ofMinutes(15));
    assertThat(world.deployments()).hasSize(2);
    assertThat(world.condition("demo", "Progressing")).isEqualTo("False");
  }

  @Test
  @Rule({2, 17})
  void a_restart_whose_first_list_comes_from_a_lagging_server_deletes_nothing() {
    world.cluster.node("n-0", Map.of());
    String before =
        world
            .cluster
            .get(ResourceType.NODE, "", "n-0")
            .get("metadata", "resourceVersion")
            .asString("");
    units(3);
    GridEngine engine = converge(0);
    engine.close();
    world
        .cluster
        .faults()
        .on(Verb.LIST, "nodes")
        .byUser(SimulatedWorld.ENGINE)
        .nth(1)
        .lagging(before);
    world.start();
    world.run(Duration.ofMinutes(30));
    assertThat(world.deployments()).containsExactly("demo-u1", "demo-u2", "demo-u3");
    assertThat(world.childWriteCounts()).doesNotContainKey("DELETE deployments.apps 200");
  }

  @Test
  @Rule(2)
  void a_list_that_breaks_on_its_second_page_deletes_and_plans_nothing() {
    for (int i = 0; i < 520; i++) {
      world.cluster.node("filler-" + i, Map.of());
    }
    units(3);
    GridEngine engine = converge(0);
    world.cluster.faults().on(Verb.LIST, "nodes").page(2).times(5).status(500);
    world.cluster.faults().expireWatches("nodes");
    world.run(Duration.ofMinutes(5));
    assertThat(world.writes()).isEmpty();
    engine.close();
    world.cluster.faults().on(Verb.LIST, "nodes").page(2).times(3).status(500);
    GridEngine restarted = world.start();
    world.run(Duration.ofSeconds(2));
    assertThat(restarted.health().isReady()).isFalse();
    world.run(Duration.ofMinutes(5));
    assertThat(restarted.health().isReady()).isTrue();
    assertThat(world.deployments()).hasSize(3);
    assertThat(world.childWrites()).isEmpty();
  }

  @Test
  @Rule(17)
  void a_grid_that_cannot_be_read_keeps_its_children() {
    units(3);
    converge(0);
    world.cluster.faults().on(Verb.GET, "deploymentgrids.superedge.io").status(500);
    world.cluster.unlabel("n-1", "location");
    world.run(Duration.ofMinutes(10));
    assertThat(world.deployments()).hasSize(3);
    world.cluster.faults().clear();
    world.run(Duration.ofMinutes(10));
    assertThat(world.deployments()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "100, 0", "301, 0", "1, 300", "100, 300", "301, 300"})
  @Rule(21)
  void of_ten_units_that_lose_their_labels_three_are_deleted_in_a_day(int seconds, int grace) {
    units(10);
    GridEngine engine = converge(grace);
    for (int unit = 1; unit <= 10; unit++) {
      world.cluster.unlabel("n-" + unit, "location");
      world.run(Duration.ofSeconds(seconds));
      if (unit == 5) {
        engine.close();
        engine = world.start();
      }
    }
    world.run(Duration.ofHours(23));
    assertThat(world.deployments()).hasSize(7);
    assertThat(world.condition("demo", "DeletionBlocked")).isEqualTo("True");
    assertThat(world.childWriteCounts().get("DELETE deployments.apps 200")).isEqualTo(3);
  }

  @Test
  @Rule(21)
  void ten_units_that_come_back_within_the_grace_lose_nothing() {
    units(10);
    converge(300);
    for (int unit = 1; unit <= 10; unit++) {
      world.cluster.unlabel("n-" + unit, "location");
      world.run(Duration.ofSeconds(10));
    }
    for (int unit = 1; unit <= 10; unit++) {
      world.cluster.label("n-" + unit, Map.of("location", "u" + unit));
    }
    world.run(Duration.ofHours(2));
    assertThat(world.deployments()).hasSize(10);
    assertThat(world.childWriteCounts()).doesNotContainKey("DELETE deployments.apps 200");
  }

  private void units(int number) {
    for (int unit = 1; unit <= number; unit++) {
      world.cluster.nodes("location=u" + unit, "n-" + unit);
    }
  }

  private GridEngine converge(int graceSeconds) {
    world.cluster.apply(
        Manifests.deploymentGrid(
            "demo", "echo:1", "  emptyUnitGracePeriodSeconds: " + graceSeconds + "\n"));
    GridEngine engine = world.start();
    world.runUntil(() -> world.isReady("demo"));
    world.run(Duration.ofMinutes(3));
    world.forget();
    return engine;
  }

  private String uid(String deployment) {
    return world.deployment(deployment).get("metadata", "uid").asString("");
  }
}
