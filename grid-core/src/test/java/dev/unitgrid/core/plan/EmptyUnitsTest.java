/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ImmutableObservedChild;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmptyUnitsTest {
  private final World world = aDeploymentGrid().withUnits(3).settled();

  @Test
  @Rule(20)
  void a_unit_whose_last_node_leaves_keeps_its_workload_during_the_grace_period() {
    world.unlabel("node-1");
    assertThat(world.actionsOf("u1"))
        .containsExactly(
            new Action.Annotate(
                Targets.of(world.child("u1").observed()),
                ImmutableMap.of(Annotations.EMPTY_SINCE, Optional.of("2026-11-24T08:00:00Z")),
                Optional.empty(),
                "the unit has no node"));
    assertThat(world.plan().nextCheckAt()).contains(World.START.plusSeconds(300));
    world.settled().later(299).settled();
    assertThat(world.lives("u1")).isTrue();
    assertThat(world.plan().nextCheckAt()).contains(World.START.plusSeconds(300));
    assertThat(world.gridStatus().emptyUnits()).isEqualTo(1);
    assertThat(world.gridStatus().units()).isEqualTo(2);
  }

  @Test
  @Rule({17, 20})
  void after_the_grace_period_it_is_deleted_once_its_emptiness_is_confirmed() {
    world.unlabel("node-1").settled().later(300);
    assertThat(world.actionsOf("u1"))
        .containsExactly(
            new Action.Delete(
                Targets.of(world.child("u1").observed()),
                Optional.of(new Action.EmptyUnit("location", "u1", false)),
                false,
                "the unit has no node since 2026-11-24T08:00:00Z"));
    world.settled();
    assertThat(world.lives("u1")).isFalse();
    assertThat(world.gridStatus().emptyUnits()).isZero();
  }

  @Test
  @Rule({3, 20})
  void a_node_that_comes_back_takes_the_mark_away_and_the_next_grace_starts_anew() {
    world.unlabel("node-1").settled().later(299).withNodes("u1", "node-1");
    assertThat(world.actionsOf("u1"))
        .containsExactly(
            new Action.Annotate(
                Targets.of(world.child("u1").observed()),
                ImmutableMap.of(Annotations.EMPTY_SINCE, Optional.empty()),
                Optional.empty(),
                "the unit has a node again"));
    world.settled().later(1).unlabel("node-1").settled().later(299).settled();
    assertThat(world.lives("u1")).isTrue();
    world.later(1).settled();
    assertThat(world.lives("u1")).isFalse();
  }

  @Test
  @Rule(20)
  void a_mark_that_could_not_be_taken_away_is_not_forgotten() {
    world.unlabel("node-1").settled().withNodes("u1", "node-1");
    Observed seen = world.observed();
    Observed remembering =
        ImmutableObserved.copyOf(seen)
            .withChildren(
                GridPlanner.plan(seen).units().stream()
                    .map(
                        unit ->
                            ImmutableObservedChild.copyOf(unit.living().orElseThrow())
                                .withVerified(unit.verified()))
                    .toList());
    assertThat(GridPlanner.plan(remembering).units().stream().flatMap(u -> u.actions().stream()))
        .hasOnlyElementsOfType(Action.Annotate.class)
        .hasSize(1);
  }

  @Test
  @Rule(3)
  void a_unit_that_keeps_one_node_is_not_empty() {
    world.withNodes("u1", "other").settled().unlabel("node-1");
    assertThat(world.plan().isEmpty()).isTrue();
  }

  @Test
  @Rule(20)
  void no_grace_deletes_at_once() {
    world.grace(0).settled().unlabel("node-1");
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
  }

  @Test
  @Rule(20)
  void a_grace_period_is_never_cut_short_by_whole_seconds() {
    world.later(Duration.ofMillis(900)).unlabel("node-1").settled();
    assertThat(world.child("u1").annotation(Annotations.EMPTY_SINCE))
        .isEqualTo("2026-11-24T08:00:01Z");
    assertThat(world.plan().isEmpty()).isTrue();
    world.later(300).settled();
    assertThat(world.lives("u1")).isTrue();
    world.later(Duration.ofMillis(100)).settled();
    assertThat(world.lives("u1")).isFalse();
  }

  @Test
  @Rule(20)
  void a_grace_beyond_all_calendars_is_only_a_long_one() {
    world
        .spec("emptyUnitGracePeriodSeconds", Json.of(Long.MAX_VALUE))
        .unlabel("node-1")
        .settled()
        .later(Duration.ofDays(365 * 60))
        .settled();
    assertThat(world.lives("u1")).isTrue();
  }

  @Test
  @Rule(20)
  void a_mark_that_says_no_time_or_a_time_to_come_is_made_anew() {
    world.unlabel("node-1").settled();
    for (String wrong : List.of("yesterday", "2026-11-25T08:00:00Z", "2026-11-24T08:00:02Z")) {
      world
          .child("u1")
          .change(List.of("metadata", "annotations", Annotations.EMPTY_SINCE), Json.of(wrong));
      world.settled();
      assertThat(world.child("u1").annotation(Annotations.EMPTY_SINCE))
          .isEqualTo("2026-11-24T08:00:00Z");
    }
  }

  @Test
  @Rule(20)
  void retain_keeps_the_child_for_ever() {
    world.spec("emptyUnitPolicy", "Retain").unlabel("node-1").settled();
    world.later(Duration.ofDays(30)).settled();
    assertThat(world.lives("u1")).isTrue();
    assertThat(world.child("u1").annotation(Annotations.EMPTY_SINCE)).isNotEmpty();
    assertThat(world.plan().nextCheckAt()).isEmpty();
  }

  @Test
  @Rule(20)
  void scale_to_zero_remembers_the_number_and_the_templates_number_comes_back() {
    world.spec("emptyUnitPolicy", "ScaleToZero").unlabel("node-1").settled();
    assertThat(world.child("u1").replicas()).isEqualTo(2);
    assertThat(world.plan().nextCheckAt()).contains(World.START.plusSeconds(300));
    world.later(300).settled();
    assertThat(world.child("u1").replicas()).isZero();
    assertThat(world.child("u1").annotation(Annotations.REPLICAS_BEFORE)).isEqualTo("2");
    world.withNodes("u1", "node-1").settled();
    assertThat(world.child("u1").replicas()).isEqualTo(2);
    assertThat(world.child("u1").annotation(Annotations.REPLICAS_BEFORE)).isEmpty();
    assertThat(world.child("u1").annotation(Annotations.EMPTY_SINCE)).isEmpty();
  }

  @Test
  @Rule({15, 20})
  void scale_to_zero_gives_back_the_number_of_before_where_the_template_names_none() {
    World free = aDeploymentGrid();
    free.spec = free.spec.withoutAt(List.of("template", "replicas"));
    free.withUnits(1).spec("emptyUnitPolicy", "ScaleToZero").grace(0).settled();
    free.child("u0").change(List.of("spec", "replicas"), Json.of(7));
    free.unlabel("node-0").settled();
    assertThat(free.child("u0").replicas()).isZero();
    free.withNodes("u0", "node-0").settled();
    assertThat(free.child("u0").replicas()).isEqualTo(7);
  }

  @Test
  @Rule(20)
  void a_number_of_before_that_nobody_can_read_is_one() {
    World free = aDeploymentGrid();
    free.spec = free.spec.withoutAt(List.of("template", "replicas"));
    free.withUnits(1).spec("emptyUnitPolicy", "ScaleToZero").grace(0).settled();
    free.unlabel("node-0").settled();
    free.child("u0")
        .change(List.of("metadata", "annotations", Annotations.REPLICAS_BEFORE), Json.of("many"));
    free.withNodes("u0", "node-0").settled();
    assertThat(free.child("u0").replicas()).isEqualTo(1);
  }

  @Test
  @Rule(20)
  void a_child_that_has_no_replicas_anyway_is_not_scaled() {
    World idle = aDeploymentGrid();
    idle.spec = idle.spec.withAt(List.of("template", "replicas"), Json.of(0));
    idle.withUnits(1).spec("emptyUnitPolicy", "ScaleToZero").grace(0).settled();
    idle.unlabel("node-0").settled();
    assertThat(idle.child("u0").annotation(Annotations.REPLICAS_BEFORE)).isEmpty();
    assertThat(idle.plan().isEmpty()).isTrue();
  }

  @Test
  @Rule(20)
  void the_child_of_an_empty_unit_is_not_changed_with_the_template() {
    world.unlabel("node-1").settled().image("echo:2").settled();
    assertThat(world.child("u1").object.toString()).contains("echo:1");
    world.withNodes("u1", "node-1").settled();
    assertThat(world.child("u1").object.toString()).contains("echo:2");
  }

  @Test
  @Rule({2, 20})
  void nothing_is_deleted_scaled_or_marked_while_versions_ran_backwards() {
    for (String policy : List.of("Delete", "ScaleToZero", "Retain")) {
      World other = aDeploymentGrid().withUnits(3).spec("emptyUnitPolicy", policy).grace(0);
      other.settled().unlabel("node-1");
      other.deletionsTrusted = false;
      assertThat(other.plan().isEmpty()).as(policy).isTrue();
      other.deletionsTrusted = true;
      assertThat(other.plan().isEmpty()).as(policy).isFalse();
    }
  }

  @Test
  @Rule(2)
  void nothing_is_deleted_while_the_nodes_are_not_known() {
    world.grace(0).settled();
    Observed blind = ImmutableObserved.copyOf(world.observed()).withUnits(ImmutableMap.of());
    assertThat(GridPlanner.plan(blind).units())
        .allSatisfy(unit -> assertThat(unit.actions()).noneMatch(Action.Delete.class::isInstance));
  }

  @Test
  @Rule(4)
  void a_unit_that_the_spec_deselects_by_name_goes_without_grace() {
    world.spec("unitSelector", Json.object("names", Json.array(Json.of("u0"), Json.of("u2"))));
    assertThat(world.actionsOf("u1"))
        .containsExactly(
            new Action.Delete(
                Targets.of(world.child("u1").observed()),
                Optional.of(new Action.EmptyUnit("location", "u1", true)),
                false,
                "the unit is not selected"));
  }

  @Test
  @Rule(4)
  void a_unit_that_a_changed_node_selector_deselects_goes_without_grace() {
    selectedBy("edge", "yes");
    world.settled().spec("unitSelector", nodesWith("edge", "other"));
    world.label("node-0", "edge", "other").label("node-2", "edge", "other");
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
  }

  @Test
  @Rule(4)
  void a_unit_that_a_nodes_label_deselects_has_the_grace_of_an_empty_one() {
    selectedBy("edge", "yes");
    world.settled();
    world.nodes.get("node-1").remove("edge");
    assertThat(world.actionsOf("u1"))
        .singleElement()
        .satisfies(
            action -> {
              assertThat(action).isInstanceOf(Action.Annotate.class);
              assertThat(action.reason()).isEqualTo("the unit is not selected");
            });
    world.settled().later(299).settled();
    assertThat(world.lives("u1")).isTrue();
    world.later(1).settled();
    assertThat(world.lives("u1")).isFalse();
  }

  @Test
  @Rule(4)
  void a_spec_with_a_blocked_unit_does_not_make_a_nodes_label_a_change_of_the_spec() {
    selectedBy("edge", "yes");
    world.spec("templates", Json.object("u2", "missing")).settled();
    world.nodes.get("node-1").remove("edge");
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Annotate.class).hasSize(1);
  }

  @Test
  @Rule(4)
  void an_edit_of_the_grid_does_not_take_the_grace_of_a_unit_that_a_nodes_label_deselected() {
    selectedBy("edge", "yes");
    world.settled();
    world.nodes.get("node-1").remove("edge");
    world.settled().later(10).image("echo:2").settled().grace(200).settled();
    world.later(189).restarted().settled();
    assertThat(world.lives("u1")).isTrue();
    world.later(1).settled();
    assertThat(world.lives("u1")).isFalse();
  }

  @Test
  @Rule(4)
  void an_edit_in_the_same_moment_does_not_take_the_grace_either() {
    selectedBy("edge", "yes");
    world.settled();
    world.nodes.get("node-1").remove("edge");
    world.spec(
        "unitSelector", nodesWith("edge", "yes").with("names", Json.array(Json.of("elsewhere"))));
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Annotate.class).hasSize(1);
    world.settled().later(299).settled();
    assertThat(world.lives("u1")).isTrue();
  }

  @Test
  @Rule(4)
  void a_unit_that_is_selected_neither_before_nor_after_an_edit_has_its_grace() {
    selectedBy("edge", "yes");
    world.settled();
    world.nodes.get("node-1").remove("edge");
    world.settled().later(100).spec("unitSelector", nodesWith("edge", "other"));
    world.label("node-0", "edge", "other").label("node-2", "edge", "other");
    world.settled().later(199).settled();
    assertThat(world.lives("u1")).isTrue();
    world.later(1).settled();
    assertThat(world.lives("u1")).isFalse();
  }

  @Test
  @Rule(4)
  void a_grace_ends_where_an_edit_deselects_a_unit_that_came_back_in_that_moment() {
    selectedBy("edge", "yes");
    world.settled();
    world.nodes.get("node-1").remove("edge");
    world.settled().later(10).label("node-1", "edge", "yes");
    world.label("node-0", "edge", "other").label("node-2", "edge", "other");
    world.spec("unitSelector", nodesWith("edge", "other"));
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
  }

  @Test
  @Rule({4, 21})
  void units_that_the_spec_deselects_beyond_the_brake_are_blocked_and_can_be_allowed_to_go() {
    selectedBy("edge", "yes");
    world.settled().label("node-0", "edge", "no").spec("unitSelector", nodesWith("edge", "no"));
    world.settled().restarted().settled();
    assertThat(world.units()).hasSize(2).contains("u0");
    String left = world.units().stream().filter(unit -> !unit.equals("u0")).findAny().orElseThrow();
    assertThat(world.child(left).annotation(Annotations.DESELECTED_BY)).isEqualTo("spec");
    assertThat(world.condition(ConditionTypes.DELETION_BLOCKED).orElseThrow().message())
        .contains(left);
    String blocked = world.condition(ConditionTypes.DELETION_BLOCKED).orElseThrow().message();
    String digest = blocked.substring(blocked.lastIndexOf('=') + 1);
    world.annotated(Annotations.ALLOW_DELETION, digest).settled();
    assertThat(world.units()).containsExactly("u0");
  }

  @Test
  @Rule(4)
  void a_deletion_that_was_decided_and_not_done_is_not_forgotten_with_the_next_status() {
    selectedBy("edge", "yes");
    world.settled().label("node-0", "edge", "other").label("node-2", "edge", "other");
    world.spec("unitSelector", nodesWith("edge", "other"));
    world.status = world.plan().status();
    world.restarted();
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
    world.annotated(Annotations.PAUSED, "true").settled().annotations.clear();
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
    world.deletionsTrusted = false;
    world.settled().deletionsTrusted = true;
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
  }

  @Test
  @Rule(4)
  void a_unit_that_is_selected_again_forgets_that_the_spec_deselected_it() {
    selectedBy("edge", "yes");
    world.spec("emptyUnitPolicy", "Retain").settled();
    world.spec("unitSelector", nodesWith("edge", "other")).settled();
    assertThat(world.child("u1").annotation(Annotations.DESELECTED_BY)).isEqualTo("spec");
    world.spec("unitSelector", nodesWith("edge", "yes")).settled();
    assertThat(world.child("u1").annotation(Annotations.DESELECTED_BY)).isEmpty();
    world.spec("emptyUnitPolicy", "Delete").settled();
    world.nodes.get("node-1").remove("edge");
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Annotate.class).hasSize(1);
  }

  @Test
  @Rule(4)
  void a_unit_that_lost_its_nodes_after_the_spec_deselected_it_is_an_empty_one() {
    selectedBy("edge", "yes");
    world.spec("emptyUnitPolicy", "Retain").settled();
    world.spec("unitSelector", nodesWith("edge", "other")).settled();
    world.unlabel("node-1").spec("emptyUnitPolicy", "Delete").later(299).settled();
    assertThat(world.lives("u1")).isTrue();
  }

  @Test
  @Rule(4)
  void where_nobody_knows_the_former_selector_a_unit_has_its_grace() {
    world.settled().spec("unitSelector", nodesWith("edge", "yes")).label("node-0", "edge", "yes");
    world.status = Json.ofNull();
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Annotate.class).hasSize(1);
    world.settled().later(299).settled();
    assertThat(world.lives("u1")).isTrue();
  }

  @Test
  @Rule(4)
  void a_selector_by_a_label_that_cannot_be_deletes_nothing_and_says_so() {
    world.grace(0).settled().spec("unitSelector", nodesWith("tier edge", "x y"));
    assertThat(world.plan().isEmpty()).isTrue();
    assertThat(world.condition(ConditionTypes.INVALID_SPEC).orElseThrow().message())
        .contains("\"tier edge\" is no label's key");
  }

  @Test
  @Rule(4)
  void a_first_selector_deselects_without_grace() {
    world.settled().spec("unitSelector", nodesWith("edge", "yes"));
    world.label("node-0", "edge", "yes").label("node-2", "edge", "yes");
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
  }

  @Test
  @Rule(20)
  void a_child_that_is_going_already_is_left_alone() {
    world.unlabel("node-1").grace(0);
    world.child("u1").deleting = true;
    assertThat(world.actionsOf("u1")).isEmpty();
    assertThat(world.gridStatus().emptyUnits()).isZero();
  }

  @Test
  @Rule({20, 26})
  void a_deletion_that_failed_waits_for_its_time_and_is_shown() {
    world.grace(0).settled().unlabel("node-1");
    world.failures.put(
        "u1",
        new Observed.WriteFailure(
            world.now,
            "",
            403,
            ConditionTypes.WRITE_FAILED,
            "deployments is forbidden",
            world.now.plusSeconds(30)));
    assertThat(world.actionsOf("u1")).isEmpty();
    assertThat(world.plan().nextCheckAt()).contains(world.now.plusSeconds(30));
    assertThat(world.gridStatus().recentlyDeleted()).isEmpty();
    assertThat(world.condition(ConditionTypes.WRITE_FAILED).orElseThrow().message())
        .isEqualTo("unit u1: deployments is forbidden");
    world.later(30);
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
    assertThat(world.condition(ConditionTypes.WRITE_FAILED)).isPresent();
  }

  private void selectedBy(String label, String value) {
    world.nodes.keySet().forEach(node -> world.label(node, label, value));
    world.spec("unitSelector", nodesWith(label, value));
  }

  private static Json nodesWith(String label, String value) {
    return Json.object("nodeSelector", Json.object("matchLabels", Json.object(label, value)));
  }
}
