/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.testkit.RecordedRequest;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeadershipTest {
  private static final int UNITS = 40;

  private SimulatedWorld world = new SimulatedWorld(1);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  @Rule(26)
  void an_engine_that_does_not_lead_warms_its_caches_and_writes_nothing() {
    grid();
    GridEngine engine = world.start(world.engine().leadership(Leadership.external()));
    world.settle();
    assertThat(engine.health().isReady()).isTrue();
    assertThat(engine.isLeading()).isFalse();
    assertThat(world.writes()).isEmpty();
    engine.lead();
    world.runUntil(() -> world.isReady("demo"));
    assertThat(world.deployments()).hasSize(UNITS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  @Rule(26)
  void a_term_that_ends_in_the_middle_of_a_plan_drops_the_tail(long seed) {
    GridEngine engine = leadsInTheMiddleOfAPlan(seed);
    engine.standby();
    world.settle();
    assertThat(world.childWrites()).hasSizeBetween(5, 5 + 16);
    assertThat(world.deployments()).hasSizeLessThan(UNITS);

    engine.lead();
    world.runUntil(() -> world.isReady("demo"));
    assertThat(world.deployments()).hasSize(UNITS);
    assertThat(world.childWriteCounts()).containsOnlyKeys("CREATE deployments.apps 201");
    assertThat(world.childWrites()).hasSize(UNITS);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  @Rule(26)
  void a_new_term_that_begins_at_once_takes_up_what_the_former_one_dropped(long seed) {
    GridEngine engine = leadsInTheMiddleOfAPlan(seed);
    engine.standby();
    engine.lead();
    world.settle();
    assertThat(world.isReady("demo")).isTrue();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", UNITS));
  }

  @Test
  @Rule(26)
  void at_most_sixteen_writes_of_a_grid_are_under_way() {
    grid();
    world.cluster.faults().on(Verb.CREATE, "deployments.apps").hang();
    world.start();
    world.run(Duration.ofSeconds(10));
    assertThat(world.childWrites()).hasSize(16);
  }

  @Test
  @Rule(26)
  void when_the_leader_cannot_renew_the_other_one_takes_over_and_the_first_stays_silent() {
    GridEngine first = leadsFirst();
    GridEngine second = world.start(engine("second"));
    world.runUntil(() -> world.isReady("demo"));
    assertThat(second.isLeading()).isFalse();

    world
        .cluster
        .faults()
        .on(Verb.UPDATE, "leases.coordination.k8s.io")
        .byUser("first")
        .status(500);
    world.runUntil(second::isLeading);
    assertThat(first.isLeading()).isFalse();
    world.settle();
    world.forget();
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2"));
    world.settle();
    assertThat(writesToDeployments("first")).isEmpty();
    assertThat(writesToDeployments("second")).hasSize(UNITS);
  }

  @Test
  @Rule(26)
  void a_closed_leader_hands_the_lease_back() {
    GridEngine first = leadsFirst();
    GridEngine second = world.start(engine("second"));
    world.settle();
    first.close();
    world.run(Duration.ofSeconds(5));
    assertThat(second.isLeading()).isTrue();
  }

  @Test
  void who_leads_is_the_embedders_decision_only_if_it_said_so() {
    GridEngine engine = world.start();
    assertThatThrownBy(engine::lead).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(engine::standby).isInstanceOf(IllegalStateException.class);
  }

  /** An engine of a world of its own, in the middle of its first plan. */
  private GridEngine leadsInTheMiddleOfAPlan(long seed) {
    world.close();
    world = new SimulatedWorld(seed);
    grid();
    GridEngine engine = world.start(world.engine().leadership(Leadership.external()));
    engine.lead();
    world.runUntil(() -> world.childWrites().size() >= 5);
    return engine;
  }

  private GridEngine leadsFirst() {
    grid();
    GridEngine first = world.start(engine("first"));
    world.runUntil(first::isLeading);
    return first;
  }

  private GridEngine.Builder engine(String user) {
    Deployed.allow(world.cluster, user);
    return GridEngine.builder(world.cluster.transport(user))
        .scheduler(world.simulation.scheduler())
        .random(new Random(user.hashCode()))
        .identity(user)
        .leadership(Deployed.LEADERSHIP);
  }

  private List<RecordedRequest> writesToDeployments(String user) {
    return world.cluster.writes().stream()
        .filter(request -> request.user().equals(user))
        .filter(request -> request.resource().equals("deployments.apps"))
        .toList();
  }

  private void grid() {
    for (int unit = 1; unit <= UNITS; unit++) {
      world.cluster.nodes("location=u" + unit, "n-" + unit);
    }
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
  }
}
