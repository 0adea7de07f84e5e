/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static dev.unitgrid.core.plan.World.aServiceGrid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@Rule(22)
class KeyChangeTest {
  /** Two sites by {@code location}; by {@code zone} the first is two zones, the second none yet. */
  private final World world =
      aDeploymentGrid()
          .withNodes("beijing", "bj-1", "bj-2")
          .withNodes("guangzhou", "gz-1")
          .settled();

  private void zones() {
    world.label("bj-1", "zone", "z1").label("bj-2", "zone", "z2").label("gz-1", "zone", "z3");
  }

  @Test
  void nothing_goes_while_the_new_key_has_no_unit() {
    world.spec("gridUniqKey", "zone").annotated(Annotations.RELEASE, world.child("beijing").uid);
    assertThat(world.plan().isEmpty()).isTrue();
    Condition blocked = world.condition(ConditionTypes.KEY_CHANGE_BLOCKED).orElseThrow();
    assertThat(blocked.isTrue()).isTrue();
    assertThat(blocked.reason()).isEqualTo("NoUnits");
    assertThat(blocked.message())
        .isEqualTo(
            "no node that is selected carries the label zone: what was made for location stays:"
                + " Deployment demo-beijing, Deployment demo-guangzhou");
    assertThat(world.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isTrue();
  }

  @Test
  void an_old_child_goes_once_all_new_ones_on_its_nodes_are_available() {
    zones();
    world.spec("gridUniqKey", "zone");
    world.carryOut(world.plan());
    assertThat(world.units()).containsExactly("beijing", "guangzhou", "z1", "z2", "z3");
    world.child("z1").run();
    world.child("z3").run();
    assertThat(world.actionsOf("beijing")).isEmpty();
    assertThat(world.actionsOf("guangzhou"))
        .containsExactly(
            new Action.Delete(
                Targets.of(world.child("guangzhou").observed()),
                Optional.empty(),
                false,
                "the unit key is no longer location"));
    world.child("z2").run();
    assertThat(world.actionsOf("beijing")).hasSize(1);
    world.settled();
    assertThat(world.units()).containsExactly("z1", "z2", "z3");
    assertThat(world.condition(ConditionTypes.KEY_CHANGE_BLOCKED)).isEmpty();
    assertThat(world.gridStatus().recentlyDeleted()).isEmpty();
  }

  @Test
  void an_old_child_whose_nodes_are_in_no_selected_unit_waits_for_all() {
    zones();
    world.withNodes("hefei", "hf-1").settled();
    world.spec("unitSelector", Json.object("names", Json.array(Json.of("z3"), Json.of("z4"))));
    world.label("hf-1", "zone", "z4").spec("gridUniqKey", "zone");
    world.carryOut(world.plan());
    world.child("z3").run();
    assertThat(world.actionsOf("beijing")).isEmpty();
    world.child("z4").run();
    assertThat(world.actionsOf("beijing")).hasSize(1);
  }

  @Test
  void an_old_child_whose_nodes_do_not_carry_the_new_key_stays_until_they_do() {
    world.label("gz-1", "zone", "z3").spec("gridUniqKey", "zone").settled();
    assertThat(world.units()).containsExactly("beijing", "z3");
    world.later(Duration.ofDays(30)).settled();
    assertThat(world.lives("beijing")).isTrue();
    Condition blocked = world.condition(ConditionTypes.KEY_CHANGE_BLOCKED).orElseThrow();
    assertThat(blocked.isTrue()).isTrue();
    assertThat(blocked.reason()).isEqualTo("NodesUnlabelled");
    assertThat(blocked.message())
        .isEqualTo(
            "Deployment demo-beijing of the earlier key location stays, because none of its nodes"
                + " (bj-1, bj-2) carries the label zone: label them, or annotate the grid with"
                + " unitgrid.dev/release="
                + world.child("beijing").uid
                + " to have it deleted");
    world.label("bj-1", "zone", "z1").settled();
    assertThat(world.units()).containsExactly("z1", "z3");
    assertThat(world.condition(ConditionTypes.KEY_CHANGE_BLOCKED)).isEmpty();
  }

  @Test
  void an_old_child_whose_nodes_do_not_carry_the_new_key_can_be_released() {
    world.label("gz-1", "zone", "z3").spec("gridUniqKey", "zone").settled();
    world.annotated(Annotations.RELEASE, world.child("beijing").uid).settled();
    assertThat(world.units()).containsExactly("z3");
  }

  @Test
  @Rule({20, 21, 22})
  void an_old_child_whose_unit_has_no_node_any_more_is_one_of_an_empty_unit() {
    world.label("gz-1", "zone", "z3").spec("gridUniqKey", "zone");
    world.unlabel("bj-1").unlabel("bj-2").settled();
    assertThat(world.child("beijing").annotation(Annotations.EMPTY_SINCE)).isNotEmpty();
    world.later(299).settled();
    assertThat(world.lives("beijing")).isTrue();
    world.later(1);
    assertThat(world.actionsOf("beijing"))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Delete.class,
            delete ->
                assertThat(delete.emptyUnit())
                    .contains(new Action.EmptyUnit("location", "beijing", false)));
    assertThat(world.gridStatus().recentlyDeleted()).hasSize(1);
  }

  @Test
  @Rule({20, 22})
  void an_old_child_whose_node_comes_back_starts_its_grace_anew() {
    world.label("gz-1", "zone", "z3").spec("gridUniqKey", "zone");
    world.unlabel("bj-1").unlabel("bj-2").settled().later(299);
    world.withNodes("beijing", "bj-1").settled();
    assertThat(world.child("beijing").annotation(Annotations.EMPTY_SINCE)).isEmpty();
    world.later(1).unlabel("bj-1").settled().later(299).settled();
    assertThat(world.lives("beijing")).isTrue();
  }

  @Test
  @Rule({20, 22})
  void an_empty_old_unit_keeps_its_child_while_the_new_key_has_no_unit() {
    world.spec("gridUniqKey", "zone").unlabel("bj-1").unlabel("bj-2").settled();
    world.later(Duration.ofDays(2)).settled();
    assertThat(world.units()).containsExactly("beijing", "guangzhou");
  }

  @Test
  @Rule({2, 22})
  void an_old_child_of_whose_key_nothing_is_known_stays() {
    zones();
    world.spec("gridUniqKey", "zone").once().once();
    Observed known = world.observed();
    Observed blind =
        ImmutableObserved.copyOf(known)
            .withUnits(ImmutableMap.of("zone", known.units().get("zone")));
    assertThat(GridPlanner.plan(blind).units())
        .allSatisfy(unit -> assertThat(unit.actions()).noneMatch(Action.Delete.class::isInstance));
  }

  @Test
  void a_deadline_beyond_all_calendars_is_only_a_long_one() {
    zones();
    world.spec =
        world.spec.withAt(List.of("template", "progressDeadlineSeconds"), Json.of(Long.MAX_VALUE));
    world.settled().spec("gridUniqKey", "zone");
    world.carryOut(world.plan());
    assertThat(world.plan().nextCheckAt()).contains(world.now.plusSeconds(Integer.MAX_VALUE));
  }

  @Test
  void equal_names_change_in_place() {
    world.label("bj-1", "zone", "beijing").label("gz-1", "zone", "guangzhou");
    world.spec("gridUniqKey", "zone");
    String uid = world.child("beijing").uid;
    assertThat(world.actionsOf("beijing"))
        .allSatisfy(action -> assertThat(action).isNotInstanceOf(Action.Delete.class));
    world.settled();
    assertThat(world.child("beijing").uid).isEqualTo(uid);
    assertThat(world.child("beijing").object.get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(Json.object("zone", "beijing"));
    assertThat(world.units()).containsExactly("beijing", "guangzhou");
  }

  @Test
  void after_the_deadline_a_condition_names_what_blocks_and_how_to_go_on() {
    zones();
    world.spec("gridUniqKey", "zone");
    world.carryOut(world.plan());
    world.child("z1").run();
    world.child("z2").status = stuck();
    world.child("z3").run();
    world.carryOut(world.plan());
    Condition waiting = world.condition(ConditionTypes.KEY_CHANGE_BLOCKED).orElseThrow();
    assertThat(waiting.isTrue()).isFalse();
    assertThat(waiting.reason()).isEqualTo("Waiting");
    assertThat(world.condition(ConditionTypes.PROGRESSING).orElseThrow().isTrue()).isTrue();
    assertThat(world.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isFalse();
    assertThat(world.plan().nextCheckAt()).contains(World.START.plusSeconds(600));
    world.later(599);
    assertThat(world.condition(ConditionTypes.KEY_CHANGE_BLOCKED).orElseThrow().isTrue()).isFalse();
    world.later(1);
    Condition blocked = world.condition(ConditionTypes.KEY_CHANGE_BLOCKED).orElseThrow();
    assertThat(blocked.isTrue()).isTrue();
    assertThat(blocked.reason()).isEqualTo("DeadlineExceeded");
    assertThat(blocked.message())
        .isEqualTo(
            "Deployment demo-beijing of the earlier key location waits for Deployment demo-z2,"
                + " which is not available: Deployment does not have minimum availability.; if both"
                + " cannot run on one node (host ports, say), annotate the grid with"
                + " unitgrid.dev/release="
                + world.child("beijing").uid
                + " to have the old one deleted");
    world.carryOut(world.plan());
    assertThat(world.plan().status()).as("it stays so").isEqualTo(world.status);
    assertThat(world.plan().nextCheckAt()).isEmpty();
  }

  @Test
  void a_template_sets_the_deadline() {
    zones();
    world.spec = world.spec.withAt(List.of("template", "progressDeadlineSeconds"), Json.of(60));
    world.settled().spec("gridUniqKey", "zone");
    world.carryOut(world.plan());
    assertThat(world.plan().nextCheckAt()).contains(World.START.plusSeconds(60));
    world.carryOut(world.plan());
    world.carryOut(world.plan());
    assertThat(world.plan().nextCheckAt())
        .as("also when its children are verified and not rendered again")
        .contains(World.START.plusSeconds(60));
  }

  @Test
  void a_missing_new_child_blocks_too() {
    zones();
    world.spec("gridUniqKey", "zone").spec("templates", Json.object("z2", "missing"));
    world.once().once().later(Duration.ofMinutes(10));
    assertThat(world.condition(ConditionTypes.KEY_CHANGE_BLOCKED).orElseThrow().message())
        .contains("waits for the unit z2, which has no child yet");
  }

  @Test
  void a_released_child_goes_although_something_blocks() {
    zones();
    world.spec("gridUniqKey", "zone");
    world.carryOut(world.plan());
    world.annotated(Annotations.RELEASE, world.child("beijing").uid);
    assertThat(world.actionsOf("beijing")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
    assertThat(world.actionsOf("guangzhou")).isEmpty();
  }

  @Test
  @Rule(2)
  void nothing_goes_while_versions_ran_backwards() {
    zones();
    world.spec("gridUniqKey", "zone");
    world.once();
    world.deletionsTrusted = false;
    assertThat(world.plan().isEmpty()).isTrue();
    world.deletionsTrusted = true;
    assertThat(world.plan().isEmpty()).isFalse();
  }

  @Test
  void an_old_child_that_is_going_already_is_left_alone() {
    zones();
    world.spec("gridUniqKey", "zone").once();
    world.child("beijing").deleting = true;
    assertThat(world.actionsOf("beijing")).isEmpty();
  }

  @Test
  void a_renamed_unit_is_a_new_one_and_an_empty_one() {
    world.withNodes("kanton", "gz-1").settled();
    assertThat(world.units()).containsExactly("beijing", "guangzhou", "kanton");
    world.later(300).settled();
    assertThat(world.units()).containsExactly("beijing", "kanton");
  }

  @Test
  void the_service_of_a_service_grid_changes_in_place() {
    World services = aServiceGrid().withUnits(2).settled();
    services.spec("gridUniqKey", "zone").settled();
    assertThat(services.children.keySet()).containsExactly("demo-svc");
    assertThat(services.child("svc").annotation(Annotations.TOPOLOGY_KEYS)).isEqualTo("[\"zone\"]");
  }

  private static Json stuck() {
    return Json.object(
        "observedGeneration", 1,
        "replicas", 2,
        "updatedReplicas", 2,
        "conditions", Json.array(LiveChild.available("False")));
  }
}
