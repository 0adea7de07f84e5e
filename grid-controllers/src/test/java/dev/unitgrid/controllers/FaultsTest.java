/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.testkit.Simulation;
import dev.unitgrid.testkit.Verb;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {
  private final SimulatedWorld world = SimulatedWorld.ofTwoUnits(1);

  @AfterEach
  void close() {
    world.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {409, 429, 500, 503})
  @Rule(14)
  void creates_that_are_refused_for_a_while_are_repeated(int status) {
    world.cluster.faults().on(Verb.CREATE, "deployments.apps").times(7).status(status);
    convergesWithOneChildAUnit();
  }

  @Test
  @Rule(14)
  void a_create_whose_answer_is_lost_makes_no_second_child() {
    world.cluster.faults().on(Verb.CREATE, "deployments.apps").times(2).resetAfter();
    convergesWithOneChildAUnit();
  }

  @Test
  @Rule(14)
  void a_create_that_never_arrives_is_repeated() {
    world.cluster.faults().on(Verb.CREATE, "deployments.apps").times(3).resetBefore();
    convergesWithOneChildAUnit();
  }

  @Test
  void a_server_that_asks_to_wait_is_left_in_peace() {
    world
        .cluster
        .faults()
        .on(Verb.CREATE, "deployments.apps")
        .times(1)
        .status(429, Duration.ofSeconds(40));
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.run(Duration.ofSeconds(30));
    long asked = world.childWrites().size();
    assertThat(asked).isBetween(1L, 2L);
    world.run(Duration.ofSeconds(60));
    assertThat(world.deployments()).hasSize(2);
  }

  @Test
  @Rule(26)
  void a_refused_write_shows_in_a_condition_in_the_servers_own_words_and_stops_no_other_unit() {
    world.cluster.faults().on(Verb.APPLY, "deployments.apps").named("demo-beijing").status(500);
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.settle();
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2"));
    world.settle();
    assertThat(world.condition("demo", "WriteFailed")).isEqualTo("True");
    assertThat(SimulatedWorld.condition(world.grid("demo"), "WriteFailed").toString())
        .contains("beijing");
    assertThat(world.deployment("demo-guangzhou").toString()).contains("echo:2");
    world.cluster.faults().clear();
    world.run(Duration.ofMinutes(10));
    assertThat(world.deployment("demo-beijing").toString()).contains("echo:2");
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(26)
  void a_failing_write_is_repeated_with_growing_pauses() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.settle();
    world.forget();
    world.cluster.faults().on(Verb.APPLY, "deployments.apps").status(500);
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2"));
    world.run(Duration.ofHours(1));
    assertThat(world.childWrites()).hasSizeBetween(2 * 12, 2 * 26);
  }

  @Test
  void every_watch_may_break_expire_or_end() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.settle();
    for (String resource : List.of("nodes", "deployments.apps", "deploymentgrids.superedge.io")) {
      world.cluster.faults().resetWatches(resource);
      world.cluster.faults().truncateWatches(resource);
      world.run(Duration.ofSeconds(7));
      world.cluster.faults().expireWatches(resource);
    }
    world.cluster.restart();
    world.cluster.compact();
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2"));
    world.cluster.nodes("location=shanghai", "sh-1");
    world.run(Duration.ofMinutes(3));
    assertThat(world.isReady("demo")).isTrue();
    assertThat(world.deployments()).hasSize(3);
  }

  @Test
  void a_poisoned_child_and_a_poisoned_grid_stop_nobody_else() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.settle();
    world.cluster.faults().poisonWatches("deployments.apps");
    world.cluster.delete(ResourceType.DEPLOYMENT, "default", "demo-guangzhou");
    world.run(Duration.ofSeconds(30));
    world.cluster.faults().poisonWatches("deploymentgrids.superedge.io");
    world.cluster.apply(Manifests.deploymentGrid("second", "echo:1"));
    world.cluster.apply(Manifests.deploymentGrid("third", "echo:1"));
    world.run(Duration.ofMinutes(3));
    assertThat(world.deployments()).contains("third-beijing", "third-guangzhou");
  }

  @Test
  @Rule(26)
  void a_plan_that_fails_for_a_bug_is_a_condition_and_an_event_and_stops_no_other_grid() {
    AtomicBoolean broken = new AtomicBoolean(true);
    world.cluster.apply(Manifests.deploymentGrid("bad", "echo:1"));
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start(
        world
            .engine()
            .planner(
                observed -> {
                  if (observed.grid().name().equals("bad") && broken.get()) {
                    throw new IllegalStateException("a bug");
                  }
                  return dev.unitgrid.core.plan.GridPlanner.plan(observed);
                }));
    world.runUntil(() -> world.isReady("demo"));
    assertThat(world.deployments()).containsExactly("demo-beijing", "demo-guangzhou");
    world.settle();
    for (String type : List.of("Degraded", "InternalError")) {
      assertThat(world.condition("bad", type)).isEqualTo("True");
    }
    assertThat(world.condition("bad", "Ready")).isEqualTo("False");
    assertThat(
            SimulatedWorld.condition(world.grid("bad"), "InternalError")
                .get("message")
                .asString(""))
        .contains("please report it: java.lang.IllegalStateException: a bug");
    assertThat(world.cluster.list(ResourceType.EVENT, "default"))
        .anyMatch(
            event ->
                event.get("involvedObject", "name").asString("").equals("bad")
                    && event.get("message").asString("").contains("please report it"));
    broken.set(false);
    world.run(Duration.ofMinutes(2));
    assertThat(world.isReady("bad")).isTrue();
    assertThat(world.condition("bad", "InternalError")).isEmpty();
  }

  @Test
  void without_crds_it_says_so_stays_unready_and_recovers() {
    try (Simulation bare = Simulation.of(3)) {
      bare.cluster().nodes("location=beijing", "bj-1");
      try (GridEngine engine =
          GridEngine.builder(bare.cluster().transport("unitgrid"))
              .scheduler(bare.scheduler())
              .random(new Random(3))
              .build()) {
        engine.start();
        bare.run(Duration.ofMinutes(1));
        assertThat(engine.health().isReady()).isFalse();
        assertThat(engine.health().problems()).anyMatch(line -> line.contains("DeploymentGrid"));
        bare.cluster().apply(Crds.yaml());
        bare.cluster().apply(Manifests.deploymentGrid("demo", "echo:1"));
        bare.run(Duration.ofMinutes(2));
        assertThat(engine.health().isReady()).isTrue();
        assertThat(engine.health().problems()).isEmpty();
        assertThat(bare.cluster().names(ResourceType.DEPLOYMENT, "default"))
            .containsExactly("demo-beijing");
      }
    }
  }

  @Test
  void without_rights_it_says_so_stays_unready_and_recovers() {
    world.cluster.faults().on(Verb.LIST, "statefulsets.apps").status(403);
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    GridEngine engine = world.start();
    world.settle();
    assertThat(engine.health().isReady()).isFalse();
    assertThat(engine.health().problems()).anyMatch(line -> line.contains("StatefulSet"));
    assertThat(world.writes()).isEmpty();
    world.cluster.faults().clear();
    world.settle();
    assertThat(engine.health().isReady()).isTrue();
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule({25, 26})
  void status_is_written_at_most_once_a_second_and_an_event_once_a_minute_for_a_condition() {
    for (int unit = 1; unit <= 30; unit++) {
      world.cluster.nodes("location=u" + unit, "n-" + unit);
    }
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    Instant begun = world.simulation.clock().instant();
    world.runUntil(() -> world.isReady("demo"));
    for (int change = 2; change < 7; change++) {
      world.cluster.apply(Manifests.deploymentGrid("demo", "echo:" + change));
      world.run(Duration.ofSeconds(7));
    }
    world.settle();
    long seconds = Duration.between(begun, world.simulation.clock().instant()).toSeconds();
    long status =
        world.writes().stream().filter(request -> request.subresource().equals("status")).count();
    assertThat(status).isBetween(10L, seconds + 1);
    for (Map.Entry<String, List<Long>> told : eventTimesByCondition().entrySet()) {
      List<Long> times = told.getValue();
      for (int i = 1; i < times.size(); i++) {
        assertThat(times.get(i) - times.get(i - 1)).as(told.getKey()).isGreaterThanOrEqualTo(59);
      }
    }
    assertThat(
            world.writes().stream()
                .filter(request -> request.resource().equals("deploymentgrids.superedge.io"))
                .filter(request -> !request.subresource().equals("status")))
        .isEmpty();
  }

  /** The seconds of events by what they are about; the reasons of Ready are its own. */
  private Map<String, List<Long>> eventTimesByCondition() {
    Map<String, List<Long>> times = new java.util.TreeMap<>();
    world.cluster.list(ResourceType.EVENT, "default").stream()
        .filter(event -> event.get("involvedObject", "kind").asString("").endsWith("Grid"))
        .forEach(
            event ->
                times
                    .computeIfAbsent(
                        event.get("reason").asString(""), any -> new java.util.ArrayList<>())
                    .add(Instant.parse(event.get("lastTimestamp").asString("")).getEpochSecond()));
    times.values().forEach(java.util.Collections::sort);
    assertThat(times).isNotEmpty();
    return times;
  }

  private void convergesWithOneChildAUnit() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.run(Duration.ofMinutes(20));
    assertThat(world.isReady("demo")).isTrue();
    assertThat(world.deployments()).containsExactly("demo-beijing", "demo-guangzhou");
    Json grid = world.cluster.get(GridKind.DEPLOYMENT_GRID.type(), "default", "demo");
    assertThat(SimulatedWorld.condition(grid, "WriteFailed").get("status").asString("False"))
        .isEqualTo("False");
  }

  @Test
  @Rule(14)
  void a_unit_whose_write_ends_while_the_next_plan_is_made_is_not_written_again() {
    for (int unit = 0; unit < 40; unit++) {
      world.cluster.nodes("location=unit-" + unit, "node-" + unit);
      world
          .cluster
          .faults()
          .on(Verb.CREATE, "deployments.apps")
          .nth(unit + 1)
          .latency(Duration.ofMillis(300 + 170L * unit));
    }
    world.start(world.engine().scheduler(new SlowThreads(world.simulation.scheduler())));
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.runUntil(() -> world.isReady("demo"));
    world.settle();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 42));
  }

  /** Threads that get to their tasks late, as on a busy machine. */
  private record SlowThreads(Scheduler simulated) implements Scheduler {
    @Override
    public Clock clock() {
      return simulated.clock();
    }

    @Override
    public void execute(Runnable task) {
      simulated.schedule(Duration.ofMillis(250), task);
    }

    @Override
    public Task schedule(Duration delay, Runnable task) {
      return simulated.schedule(delay, task);
    }
  }
}
