/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static dev.unitgrid.core.plan.World.aServiceGrid;
import static dev.unitgrid.core.plan.World.aStatefulSetGrid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The planner as a whole: what is made, what is changed, and that it ends. */
class GridPlannerTest {
  @Test
  @Rule({1, 14})
  void every_unit_gets_a_child_and_then_nothing_is_left_to_do() {
    World world =
        aDeploymentGrid().withNodes("beijing", "bj-1", "bj-2").withNodes("guangzhou", "gz-1");
    assertThat(world.actionsOf("beijing")).hasOnlyElementsOfType(Action.Create.class).hasSize(1);
    world.settled();
    assertThat(world.units()).containsExactly("beijing", "guangzhou");
    assertThat(world.plan().isEmpty()).isTrue();
    assertThat(world.writes).isEqualTo(2);
    assertThat(world.gridStatus().readyUnits()).isEqualTo(2);
  }

  @Test
  @Rule({14, 16})
  void a_changed_template_is_one_apply_a_unit() {
    World world = aDeploymentGrid().withUnits(5).settled();
    int before = world.writes;
    world.image("echo:2").settled();
    assertThat(world.writes - before).isEqualTo(5);
    assertThat(world.child("u3").object.get("spec", "template", "spec", "containers").items())
        .containsExactly(Json.object("name", "echo", "image", "echo:2"));
  }

  @Test
  @Rule(16)
  void a_restart_writes_nothing() {
    World world = aStatefulSetGrid().withUnits(3).settled();
    int before = world.writes;
    world.restarted().settled();
    assertThat(world.writes).isEqualTo(before);
  }

  @Test
  @Rule(10)
  void a_service_grid_has_one_service_for_all_units() {
    World world = aServiceGrid().withUnits(3).settled();
    assertThat(world.children.keySet()).containsExactly("demo-svc");
    assertThat(world.gridStatus().units()).isEqualTo(3);
    assertThat(world.gridStatus().readyUnits()).isEqualTo(3);
    assertThat(world.gridStatus().states()).isEmpty();
    assertThat(world.child("svc").object.get("metadata", "annotations", "topologyKeys"))
        .isEqualTo(Json.of("[\"location\"]"));
  }

  @Test
  @Rule(14)
  void a_dropped_field_vanishes() {
    World world = aDeploymentGrid();
    world.spec = world.spec.withAt(List.of("template", "minReadySeconds"), Json.of(7));
    world.withUnits(1).settled();
    assertThat(world.child("u0").object.get("spec").has("minReadySeconds")).isTrue();
    world.spec = world.spec.withoutAt(List.of("template", "minReadySeconds"));
    assertThat(world.actionsOf("u0"))
        .extracting(Object::getClass)
        .containsExactly(Action.MergeOwnership.class, Action.Apply.class);
    world.settled();
    assertThat(world.child("u0").object.get("spec").has("minReadySeconds")).isFalse();
  }
}
