/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What happens when somebody else is quicker. */
class RacesTest {
  private static final String GRIDS = "deploymentgrids.superedge.io";

  private final SimulatedWorld world = SimulatedWorld.ofTwoUnits(1);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  @Rule({14, 23})
  void a_child_that_goes_with_its_grid_is_not_made_again_although_its_end_is_seen_first() {
    converge("demo");
    world.cluster.faults().silenceWatches(GRIDS);
    world.cluster.delete(GridKind.DEPLOYMENT_GRID.type(), "default", "demo");
    world.settle();
    assertThat(world.deployments()).isEmpty();
    assertThat(world.childWrites()).isEmpty();
  }

  @Test
  @Rule({14, 23})
  void a_child_that_goes_with_its_grid_is_not_made_again_for_a_successor_of_the_grid() {
    converge("demo");
    world.cluster.faults().silenceWatches(GRIDS);
    world.cluster.delete(GridKind.DEPLOYMENT_GRID.type(), "default", "demo");
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2"));
    String uid = world.grid("demo").get("metadata", "uid").asString("");
    world.run(Duration.ofMinutes(20));
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 2));
    assertThat(world.deployment("demo-beijing").get("metadata", "ownerReferences").toString())
        .contains(uid);
  }

  @Test
  @Rule(14)
  void a_child_that_somebody_deleted_is_made_again_once_its_grid_was_read() {
    converge("demo");
    world.cluster.delete(ResourceType.DEPLOYMENT, "default", "demo-beijing");
    world.settle();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 1));
    assertThat(readsOfGrids()).isEqualTo(1);
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(14)
  void a_child_that_was_deleted_before_any_cache_showed_it_is_made_again() {
    converge("demo");
    world.cluster.faults().silenceWatches("deployments.apps");
    world.cluster.nodes("location=shanghai", "sh-1");
    world.settle();
    world.cluster.delete(ResourceType.DEPLOYMENT, "default", "demo-shanghai");
    world.cluster.compact();
    world.run(Duration.ofMinutes(20));
    assertThat(world.deployments()).contains("demo-shanghai");
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 2));
  }

  @Test
  @Rule(14)
  void the_first_child_of_a_unit_costs_no_read_of_the_grid() {
    converge("demo");
    world.cluster.nodes("location=shanghai", "sh-1");
    world.settle();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 1));
    assertThat(readsOfGrids()).isZero();
  }

  @Test
  @Rule({14, 26})
  void a_child_is_not_made_again_while_its_grid_cannot_be_read() {
    converge("demo");
    world.cluster.faults().on(Verb.GET, GRIDS).status(500);
    world.cluster.delete(ResourceType.DEPLOYMENT, "default", "demo-beijing");
    world.settle();
    assertThat(world.childWrites()).isEmpty();
    assertThat(world.condition("demo", "WriteFailed")).isEqualTo("True");
    world.cluster.faults().clear();
    world.run(Duration.ofMinutes(10));
    assertThat(world.isReady("demo")).isTrue();
    assertThat(world.deployments()).hasSize(2);
  }

  private long readsOfGrids() {
    return world.cluster.requests().stream()
        .filter(request -> request.user().equals(SimulatedWorld.ENGINE))
        .filter(request -> request.verb() == Verb.GET && request.resource().equals(GRIDS))
        .count();
  }

  @Test
  @Rule(14)
  void an_apply_that_meets_a_successor_of_its_child_is_planned_again_and_blames_no_field() {
    converge("demo");
    world
        .cluster
        .faults()
        .on(Verb.APPLY, "deployments.apps")
        .named("demo-beijing")
        .times(1)
        .latency(Duration.ofSeconds(5));
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2"));
    world.run(Duration.ofSeconds(2));
    succeed("demo-beijing");
    world.run(Duration.ofSeconds(4));
    assertThat(world.childWriteCounts()).containsEntry("APPLY deployments.apps 422", 1);
    assertThat(world.condition("demo", "ImmutableField")).isNotEqualTo("True");
    assertThat(world.condition("demo", "WriteFailed")).isNotEqualTo("True");
    world.settle();
    assertThat(world.deployment("demo-beijing").toString()).contains("echo:2");
    assertThat(world.isReady("demo")).isTrue();
  }

  /** As a former leader would: the same child once more, with another uid. */
  private void succeed(String name) {
    Json child = world.deployment(name);
    Json metadata = child.get("metadata");
    for (String field : List.of("uid", "resourceVersion", "creationTimestamp", "managedFields")) {
      metadata = metadata.without(field);
    }
    world.cluster.delete(ResourceType.DEPLOYMENT, "default", name);
    world.cluster.create(child.without("status").with("metadata", metadata).toString());
  }

  @Test
  void a_log_line_names_a_service_by_its_name_and_a_workload_by_its_unit_too() {
    Logger log = (Logger) LoggerFactory.getLogger(Execution.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    try {
      world.cluster.apply(Manifests.serviceGrid("web"));
      converge("demo");
      assertThat(lines.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .anyMatch(line -> line.contains("Create web-svc: the grid has no Service"))
          .anyMatch(line -> line.contains("Create demo-beijing of unit beijing: the unit has none"))
          .noneMatch(line -> line.contains("of unit :"));
    } finally {
      log.detachAppender(lines);
    }
  }

  private void converge(String grid) {
    world.cluster.apply(Manifests.deploymentGrid(grid, "echo:1"));
    world.start();
    world.settle();
    assertThat(world.isReady(grid)).isTrue();
    world.forget();
  }
}
