/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static dev.unitgrid.core.plan.World.aServiceGrid;
import static dev.unitgrid.core.plan.World.aStatefulSetGrid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.UnitSelector;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The planner as a whole: what is made, what is changed, and that it ends. */
class GridPlannerTest {
  @Test
  @Rule(26)
  void a_grid_that_cannot_be_planned_for_a_bug_says_so_and_keeps_what_is_known() {
    World world = aDeploymentGrid().withUnits(2).settled();
    Plan failed = GridPlanner.failed(world.observed(), new ArithmeticException("long overflow"));
    assertThat(failed.isEmpty()).isTrue();
    assertThat(failed.nextCheckAt()).contains(world.now.plusSeconds(60));
    GridStatus status = GridStatus.parse(failed.status());
    assertThat(status.readyUnits()).isEqualTo(2);
    assertThat(status.observedUnitSelector()).contains(UnitSelector.ALL);
    assertThat(status.condition(ConditionTypes.READY).orElseThrow().isTrue()).isFalse();
    assertThat(status.condition(ConditionTypes.INTERNAL_ERROR).orElseThrow().message())
        .isEqualTo(
            "nothing is done for this grid, because planning it failed, which is a bug in UnitGrid;"
                + " please report it: java.lang.ArithmeticException: long overflow");
    assertThat(status.condition(ConditionTypes.DEGRADED).orElseThrow().reason())
        .isEqualTo(ConditionTypes.INTERNAL_ERROR);
  }

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

  @Test
  @Rule({7, 14})
  void a_stateful_set_with_claims_says_whose_claims_must_not_be_there() {
    World sets = aStatefulSetGrid().withUnits(1);
    sets.spec =
        sets.spec.withAt(
            List.of("template", "volumeClaimTemplates"),
            Json.array(Json.object("metadata", Json.object("name", "data"))));
    assertThat(sets.actionsOf("u0"))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Create.class,
            create -> {
              assertThat(create.claims()).containsExactly("data-demo-u0-");
              assertThat(create.reason()).isEqualTo("the unit has none");
            });
  }

  @Test
  @Rule(19)
  void a_paused_grid_tells_its_status_and_writes_nothing() {
    World world = aDeploymentGrid().withUnits(3).grace(0).settled();
    world.annotated(Annotations.PAUSED, "true").image("echo:2").unlabel("node-2");
    world.withNodes("u7", "node-7").spec("autoDeleteUnusedTemplate", Json.of(true));
    world.spec("templatePool", Json.object("old", World.deploymentTemplate(1, "x")));
    Plan plan = world.plan();
    assertThat(plan.isEmpty()).isTrue();
    GridStatus status = GridStatus.parse(plan.status());
    assertThat(status.condition(ConditionTypes.PAUSED).orElseThrow().message())
        .isEqualTo("the grid is annotated with unitgrid.dev/paused: nothing is written");
    assertThat(status.condition(ConditionTypes.PROGRESSING).orElseThrow().isTrue()).isFalse();
    assertThat(status.recentlyDeleted()).isEmpty();
    assertThat(status.observedGeneration()).isLessThan(world.generation);
    world.annotations.clear();
    world.settled();
    assertThat(world.units()).containsExactly("u0", "u1", "u7");
    assertThat(world.gridStatus().observedGeneration()).isEqualTo(world.generation);
  }

  @Test
  @Rule(19)
  void a_paused_grid_with_nothing_to_do_is_planned_from() {
    World world = aDeploymentGrid().withUnits(2).settled();
    world.annotated(Annotations.PAUSED, "true").spec("emptyUnitPolicy", "Retain");
    assertThat(world.gridStatus().observedGeneration()).isEqualTo(world.generation);
  }

  @Test
  @Rule(23)
  void a_grid_that_is_being_deleted_is_left_to_the_garbage_collector() {
    World world = aDeploymentGrid().withUnits(3).grace(0).settled();
    world.unlabel("node-0").image("echo:2");
    world.deleting = true;
    Plan plan = world.plan();
    assertThat(plan.isEmpty()).isTrue();
    assertThat(plan.status()).isEqualTo(world.status);
    assertThat(plan.nextCheckAt()).isEmpty();
  }

  @Test
  @Rule({4, 26})
  void a_spec_that_cannot_be_read_changes_and_deletes_nothing() {
    World world = aDeploymentGrid().withUnits(3).grace(0).settled();
    world.unlabel("node-0").spec("gridUniqKey", "").spec("emptyUnitPolicy", "Perhaps");
    Plan plan = world.plan();
    assertThat(plan.isEmpty()).isTrue();
    GridStatus status = GridStatus.parse(plan.status());
    assertThat(status.condition(ConditionTypes.INVALID_SPEC).orElseThrow().message())
        .contains("spec.gridUniqKey is missing")
        .contains("; ")
        .contains("not \"Perhaps\"");
    assertThat(status.condition(ConditionTypes.READY).orElseThrow().reason())
        .isEqualTo("InvalidSpec");
    assertThat(status.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isTrue();
    assertThat(status.units()).isEqualTo(3);
    assertThat(status.states()).hasSize(3);
    assertThat(status.observedGeneration()).isLessThan(world.generation);
  }

  @Test
  @Rule({5, 26})
  void an_unknown_template_is_a_problem_of_its_units_and_their_children_stay() {
    World world = aDeploymentGrid().withUnits(3).settled();
    world.spec("templates", Json.object("u1", "missing")).image("echo:2").settled();
    assertThat(world.child("u1").object.toString()).contains("echo:1");
    assertThat(world.child("u0").object.toString()).contains("echo:2");
    assertThat(world.condition(ConditionTypes.UNKNOWN_TEMPLATE).orElseThrow().message())
        .startsWith("unit u1: spec.templates.u1 names the template");
    assertThat(world.gridStatus().observedGeneration()).isLessThan(world.generation);
    assertThat(world.gridStatus().readyUnits()).isEqualTo(2);
    world.withNodes("u8", "node-8").spec("templates", Json.object("u8", "missing"));
    assertThat(world.actionsOf("u8")).isEmpty();
  }

  @Test
  @Rule({5, 20})
  void a_unit_with_an_unknown_template_that_comes_back_still_loses_its_mark() {
    World world = aDeploymentGrid().withUnits(3).settled();
    world.unlabel("node-1").settled();
    world.spec("templates", Json.object("u1", "missing")).withNodes("u1", "node-1").settled();
    assertThat(world.child("u1").annotation(Annotations.EMPTY_SINCE)).isEmpty();
  }

  @Test
  @Rule(6)
  void unused_templates_are_removed_only_when_the_grid_says_so() {
    World world = aDeploymentGrid().withUnits(1);
    world.spec(
        "templatePool",
        Json.object(
            "used", World.deploymentTemplate(1, "a"),
            "old", World.deploymentTemplate(1, "b"),
            "older", World.deploymentTemplate(1, "c")));
    world.spec("templates", Json.object("u0", "used")).settled();
    assertThat(world.spec.get("templatePool").fields()).hasSize(3);
    world.spec("autoDeleteUnusedTemplate", Json.of(true));
    assertThat(world.plan().gridActions())
        .containsExactly(
            new Action.PruneTemplates(ImmutableList.of("old", "older"), "no unit uses old, older"));
    world.settled();
    assertThat(world.spec.get("templatePool").fields()).containsOnlyKeys("used");
  }

  @Test
  @Rule(6)
  void templates_that_another_manager_applies_stay_with_a_condition() {
    World world = aDeploymentGrid().withUnits(1).spec("autoDeleteUnusedTemplate", Json.of(true));
    world.spec("templatePool", Json.object("old", World.deploymentTemplate(1, "b")));
    world.heldTemplates.addAll(List.of("old", "gone"));
    assertThat(world.plan().gridActions()).isEmpty();
    assertThat(world.condition(ConditionTypes.TEMPLATES_HELD).orElseThrow().message())
        .isEqualTo("unused but kept, because another manager applies them: old; remove them there");
    assertThat(world.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isFalse();
  }

  @Test
  @Rule({6, 26})
  void a_removal_of_templates_that_failed_waits() {
    World world = aDeploymentGrid().withUnits(1).spec("autoDeleteUnusedTemplate", Json.of(true));
    world.spec("templatePool", Json.object("old", World.deploymentTemplate(1, "b"))).settled();
    world.spec("templatePool", Json.object("old", World.deploymentTemplate(1, "b")));
    world.failures.put("", failure(world, "", ConditionTypes.WRITE_FAILED, "no"));
    assertThat(world.plan().gridActions()).isEmpty();
    assertThat(world.condition(ConditionTypes.WRITE_FAILED).orElseThrow().message())
        .isEqualTo("no");
    assertThat(world.plan().nextCheckAt()).contains(world.now.plusSeconds(60));
  }

  @Test
  @Rule(26)
  void a_write_that_failed_is_tried_again_in_its_time_and_other_units_go_on() {
    World world = aDeploymentGrid().withUnits(2);
    String hash = hashOf(world, "u0");
    world.failures.put("u0", failure(world, hash, ConditionTypes.WRITE_FAILED, "quota exceeded"));
    assertThat(world.actionsOf("u0")).isEmpty();
    assertThat(world.actionsOf("u1")).hasSize(1);
    assertThat(world.plan().nextCheckAt()).contains(world.now.plusSeconds(60));
    assertThat(world.condition(ConditionTypes.WRITE_FAILED).orElseThrow().message())
        .isEqualTo("unit u0: quota exceeded");
    world.later(60);
    assertThat(world.actionsOf("u0")).hasSize(1);
    assertThat(world.condition(ConditionTypes.WRITE_FAILED)).isPresent();
    assertThat(world.plan().nextCheckAt()).isEmpty();
    world.settled();
    assertThat(world.condition(ConditionTypes.WRITE_FAILED)).isEmpty();
  }

  @Test
  @Rule(26)
  void something_else_to_write_is_tried_at_once() {
    World world = aDeploymentGrid().withUnits(1);
    world.failures.put(
        "u0", failure(world, hashOf(world, "u0"), ConditionTypes.WRITE_FAILED, "no such image"));
    world.image("echo:2");
    assertThat(world.actionsOf("u0")).hasSize(1);
    assertThat(world.condition(ConditionTypes.WRITE_FAILED)).isEmpty();
  }

  @Test
  @Rule({20, 26})
  void a_refused_change_does_not_keep_the_mark_of_an_earlier_emptiness() {
    World world = aDeploymentGrid().withUnits(3).settled();
    world.unlabel("node-1").settled().withNodes("u1", "node-1").image("echo:2");
    String hash = world.plan().units().get(1).rendered().orElseThrow().hash();
    world.failures.put("u1", failure(world, hash, ConditionTypes.WRITE_FAILED, "no"));
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Annotate.class).hasSize(1);
  }

  private static String hashOf(World world, String unit) {
    return ((Action.Create) world.actionsOf(unit).get(0))
        .body()
        .get("metadata", "annotations", Annotations.HASH)
        .asString("");
  }

  private static Observed.WriteFailure failure(
      World world, String hash, String condition, String message) {
    return new Observed.WriteFailure(
        world.now, hash, 403, condition, message, world.now.plusSeconds(60));
  }

  /** Something that happens to a world. */
  private enum Happening {
    NODE_GOES {
      @Override
      void to(World world, int number) {
        world.unlabel("node-" + number);
      }
    },
    NODE_COMES {
      @Override
      void to(World world, int number) {
        world.withNodes("u" + number, "node-" + number);
      }
    },
    NEW_IMAGE {
      @Override
      void to(World world, int number) {
        world.image("echo:" + number);
      }
    },
    NEW_LABEL {
      @Override
      void to(World world, int number) {
        world.labels.put("team", "t" + number);
      }
    },
    NO_REPLICAS {
      @Override
      void to(World world, int number) {
        world.spec = world.spec.withoutAt(List.of("template", "replicas"));
      }
    },
    REPLICAS {
      @Override
      void to(World world, int number) {
        world.spec = world.spec.withAt(List.of("template", "replicas"), Json.of(number));
      }
    },
    DRIFT {
      @Override
      void to(World world, int number) {
        if (world.lives("u" + number)) {
          world.child("u" + number).change(List.of("spec", "replicas"), Json.of(77));
        }
      }
    },
    GONE {
      @Override
      void to(World world, int number) {
        world.children.remove("demo-u" + number);
      }
    },
    POLICY {
      @Override
      void to(World world, int number) {
        List<String> policies = List.of("Delete", "Retain", "ScaleToZero");
        world.spec("emptyUnitPolicy", policies.get(number % 3));
      }
    },
    RESTART {
      @Override
      void to(World world, int number) {
        world.restarted();
      }
    };

    abstract void to(World world, int number);
  }

  private record Step(Happening what, int number, int secondsLater) {}

  @Provide
  Arbitrary<List<Step>> lives() {
    return Combinators.combine(
            Arbitraries.of(Happening.class),
            Arbitraries.integers().between(0, 5),
            Arbitraries.of(0, 1, 301, 90_000))
        .as(Step::new)
        .list()
        .ofMaxSize(15);
  }

  @Property(tries = 60)
  @Rule({14, 16, 24})
  void whatever_happened_it_ends_with_nothing_to_do(@ForAll("lives") List<Step> steps) {
    World world = aDeploymentGrid().withUnits(6).settled();
    for (Step step : steps) {
      step.what().to(world, step.number());
      world.settled().later(step.secondsLater());
    }
    world.settled();
    assertThat(world.plan().isEmpty()).isTrue();
    assertThat(world.plan().status()).isEqualTo(world.status);
  }

  @Property(tries = 40)
  @Rule(24)
  void nothing_changes_before_the_time_to_look_again(@ForAll("lives") List<Step> steps) {
    World world = aDeploymentGrid().withUnits(6).settled();
    for (Step step : steps) {
      step.what().to(world, step.number());
      world.settled();
      world.plan().nextCheckAt().ifPresent(next -> assertQuietUntil(world, next));
      world.later(step.secondsLater());
    }
  }

  private static void assertQuietUntil(World world, Instant next) {
    Instant before = world.now;
    assertThat(next).isAfter(before);
    world.now = next.minusMillis(1);
    assertThat(world.plan().isEmpty()).isTrue();
    assertThat(world.plan().status()).isEqualTo(world.status);
    world.now = before;
  }

  @Property(tries = 25)
  @Rule(26)
  void the_order_of_what_was_observed_is_irrelevant(
      @ForAll("lives") List<Step> steps, @ForAll long seed) {
    World world = aDeploymentGrid().withUnits(6).settled();
    for (Step step : steps) {
      step.what().to(world, step.number());
      world.once().later(step.secondsLater());
    }
    Plan plan = world.shuffledBy(0).plan();
    assertThat(world.shuffledBy(seed).plan()).isEqualTo(plan);
  }

  @Property(tries = 25)
  @Rule({8, 26})
  void one_bad_unit_never_stops_the_others(
      @ForAll @IntRange(min = 0, max = 5) int bad, @ForAll("lives") List<Step> steps) {
    World healthy = aDeploymentGrid().withUnits(6);
    World ailing = aDeploymentGrid().withUnits(6);
    String unit = "u" + bad;
    ailing.spec("templates", Json.object(unit, "missing"));
    healthy.spec("templates", Json.object("nobody", "missing"));
    for (Step step : steps) {
      for (World world : List.of(healthy, ailing)) {
        step.what().to(world, step.number() == bad ? (bad + 1) % 6 : step.number());
        world.settled();
      }
    }
    healthy.children.keySet().stream()
        .filter(name -> !name.equals("demo-" + unit))
        .forEach(
            name ->
                assertThat(ailing.children.get(name).object.get("spec"))
                    .isEqualTo(healthy.children.get(name).object.get("spec")));
  }

  @Test
  @Rule(4)
  void a_selected_name_that_no_node_carries_is_told_and_nothing_else_is_in_its_way() {
    World world = aDeploymentGrid().withUnits(1);
    world.spec("unitSelector", Json.parse("{\"names\":[\"u0\",\"u-0\",\"uu\"]}")).settled();

    assertThat(world.condition(ConditionTypes.UNKNOWN_UNIT).orElseThrow().message())
        .isEqualTo(
            "spec.unitSelector.names selects u-0, uu, but no node has one of these values of the"
                + " label location");
    assertThat(world.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isFalse();
    world.spec("unitSelector", Json.parse("{\"names\":[\"u0\"]}")).settled();
    assertThat(world.condition(ConditionTypes.UNKNOWN_UNIT)).isEmpty();
  }
}
