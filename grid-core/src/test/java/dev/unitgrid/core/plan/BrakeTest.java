/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Rule(21)
class BrakeTest {
  @Test
  void of_ten_empty_units_three_go_and_seven_are_blocked() {
    World world = emptied(10, 10);
    world.settled();
    assertThat(world.units()).containsExactly("u3", "u4", "u5", "u6", "u7", "u8", "u9");
    Condition blocked = world.condition(ConditionTypes.DELETION_BLOCKED).orElseThrow();
    assertThat(blocked.isTrue()).isTrue();
    assertThat(blocked.message())
        .startsWith("7 empty units (u3, u4, u5, u6, u7, u8, u9) would lose their children")
        .contains("only 3 may go in 24 hours");
    assertThat(world.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isTrue();
    assertThat(world.plan().nextCheckAt())
        .contains(World.START.plus(Duration.ofHours(24)).plusSeconds(1));
  }

  @ParameterizedTest
  @CsvSource({"1,0", "2,1", "3,1", "5,1", "6,2", "9,3", "100,33"})
  void a_third_goes_but_one_always_and_never_the_last(int children, int deleted) {
    World world = emptied(children, children).settled();
    assertThat(world.children).hasSize(children - deleted);
  }

  @Test
  void a_single_empty_unit_among_others_goes() {
    assertThat(emptied(2, 1).settled().units()).containsExactly("u1");
  }

  @Test
  void the_sentence_fits_one_unit_the_last_child_and_units_that_are_not_selected() {
    assertThat(blocked(emptied(3, 2).settled()))
        .startsWith(
            "1 empty unit (u1) would lose its child, but only 1 may go in 24 hours, and never")
        .contains("; label the nodes again, or annotate the grid with ");
    assertThat(blocked(emptied(1, 1).settled()))
        .startsWith(
            "1 empty unit (u0) would lose its child, but a grid's last child never goes by itself;"
                + " label the nodes again, or");
    World deselected = aDeploymentGrid().withUnits(4).settled();
    deselected.spec("unitSelector", Json.object("names", Json.array(Json.of("u9")))).settled();
    assertThat(blocked(deselected))
        .startsWith("3 deselected units (u1, u2, u3) would lose their children, but only 1 may go")
        .contains("; select the units again, or annotate the grid with ");
    deselected.grace(0).unlabel("node-1");
    assertThat(blocked(deselected.settled()))
        .startsWith("3 units (u1, u2, u3) would lose")
        .contains("; label the nodes or select the units again, or ");
  }

  private static String blocked(World world) {
    return world.condition(ConditionTypes.DELETION_BLOCKED).orElseThrow().message();
  }

  @Test
  void a_deletion_that_is_not_done_yet_is_on_its_way() {
    GridStatus status = GridStatus.parse(emptied(3, 1).plan().status());

    assertThat(status.condition(ConditionTypes.PROGRESSING))
        .hasValueSatisfying(
            progressing -> {
              assertThat(progressing.isTrue()).isTrue();
              assertThat(progressing.message())
                  .startsWith("to be deleted as soon as reads of the grid and the nodes confirm it")
                  .endsWith(": u0");
            });
    assertThat(
            emptied(3, 1).settled().condition(ConditionTypes.PROGRESSING).orElseThrow().message())
        .isEqualTo("nothing is on its way");
  }

  @Test
  void what_was_deleted_is_remembered_with_its_uid() {
    World world = emptied(3, 1);
    String uid = world.child("u0").uid;
    world.settled();
    assertThat(world.gridStatus().recentlyDeleted())
        .containsExactly(new GridStatus.RecentlyDeleted("u0", "demo-u0", uid, World.START));
  }

  @Test
  void it_is_remembered_in_the_status_of_the_very_plan_that_deletes() {
    World world = emptied(3, 1);
    assertThat(GridStatus.parse(world.plan().status()).recentlyDeleted()).hasSize(1);
  }

  @Test
  void a_day_later_more_go_and_what_is_older_is_forgotten() {
    World world = emptied(10, 10).settled();
    world.later(Duration.ofHours(24)).settled();
    assertThat(world.children).hasSize(7);
    world.later(1).settled();
    assertThat(world.children).hasSize(5);
    assertThat(world.gridStatus().recentlyDeleted()).hasSize(2);
  }

  @Test
  void what_was_empty_longest_goes_first() {
    World world = aDeploymentGrid().withUnits(6).settled();
    world.unlabel("node-5").settled().later(1).unlabel("node-4").settled().later(1);
    world.unlabel("node-0").settled().later(300).settled();
    assertThat(world.units()).containsExactly("u0", "u1", "u2", "u3");
  }

  @Test
  void the_digest_of_the_blocked_set_lets_exactly_that_set_go() {
    World world = emptied(10, 10).settled();
    world.annotated(Annotations.ALLOW_DELETION, printedDigest(world)).settled();
    assertThat(world.children).isEmpty();
    assertThat(world.condition(ConditionTypes.DELETION_BLOCKED)).isEmpty();
  }

  @Test
  void another_value_does_nothing() {
    for (String value : List.of("true", "all", "yes", "")) {
      World world = emptied(10, 10).settled().annotated(Annotations.ALLOW_DELETION, value);
      assertThat(world.plan().isEmpty()).as(value).isTrue();
    }
  }

  @Test
  void an_old_digest_does_not_let_a_larger_set_go() {
    World world = emptied(10, 9).settled();
    world.annotated(Annotations.ALLOW_DELETION, printedDigest(world));
    world.unlabel("node-9").grace(0);
    assertThat(world.plan().units())
        .allSatisfy(unit -> assertThat(unit.actions()).noneMatch(Action.Delete.class::isInstance));
    assertThat(world.gridStatus().condition(ConditionTypes.DELETION_BLOCKED)).isPresent();
  }

  @Test
  void an_allowed_set_that_was_interrupted_goes_on_without_another_permission() {
    World world = emptied(10, 10).settled();
    world.annotated(Annotations.ALLOW_DELETION, printedDigest(world));
    Plan plan = world.plan();
    world.status = plan.status();
    world.children.remove("demo-u9");
    world.children.remove("demo-u5");
    assertThat(world.settled().children).isEmpty();
  }

  @Test
  void an_interrupted_deletion_keeps_its_place_and_takes_no_other() {
    World world = emptied(10, 10);
    world.status = world.plan().status();
    world.settled();
    assertThat(world.children).hasSize(7);
    assertThat(world.deletions).hasSize(3);
  }

  @Test
  void a_deletion_under_way_counts_when_the_last_child_is_to_be_kept() {
    World world = emptied(2, 1);
    world.status = world.plan().status();
    world.unlabel("node-1");
    assertThat(world.actionsOf("u0")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
    assertThat(world.actionsOf("u1")).noneMatch(Action.Delete.class::isInstance);
    assertThat(world.settled().units()).containsExactly("u1");
  }

  @Test
  void a_deletion_that_was_not_carried_out_before_the_node_came_back_is_forgotten() {
    World world = emptied(10, 3);
    world.status = world.plan().status();
    world.withNodes("u0", "node-0").withNodes("u1", "node-1").settled();
    assertThat(world.gridStatus().recentlyDeleted())
        .extracting(GridStatus.RecentlyDeleted::unit)
        .containsExactly("u2");
  }

  @Test
  void the_next_child_of_a_unit_is_another_one() {
    World world = emptied(3, 1).settled().withNodes("u0", "node-0").settled();
    assertThat(world.lives("u0")).isTrue();
    assertThat(world.gridStatus().recentlyDeleted()).hasSize(1);
    world.unlabel("node-0").settled();
    assertThat(world.lives("u0")).isTrue();
    assertThat(world.condition(ConditionTypes.DELETION_BLOCKED)).isPresent();
  }

  @Test
  void a_unit_that_comes_and_goes_makes_no_room_for_others() {
    World world = emptied(8, 2).settled();
    world.withNodes("u0", "node-0").withNodes("u1", "node-1").settled();
    world.unlabel("node-7").settled();
    assertThat(world.lives("u7")).isTrue();
  }

  @Test
  void nodes_that_return_end_the_blocking() {
    World world = emptied(10, 10).settled();
    for (int i = 0; i < 10; i++) {
      world.withNodes("u" + i, "node-" + i);
    }
    world.settled();
    assertThat(world.children).hasSize(10);
    assertThat(world.condition(ConditionTypes.DELETION_BLOCKED)).isEmpty();
  }

  @Test
  void deselected_units_are_braked_too() {
    World world = aDeploymentGrid().withUnits(10).settled();
    world.spec("unitSelector", Json.object("names", Json.array(Json.of("u9")))).settled();
    assertThat(world.children).hasSize(7);
    assertThat(world.condition(ConditionTypes.DELETION_BLOCKED)).isPresent();
  }

  @Test
  void children_that_go_by_other_hands_do_not_count_as_living() {
    World world = aDeploymentGrid().withUnits(4).grace(0).settled();
    for (int i = 0; i < 4; i++) {
      world.unlabel("node-" + i);
    }
    for (int i = 0; i < 3; i++) {
      world.child("u" + i).deleting = true;
    }
    assertThat(world.actionsOf("u3")).noneMatch(Action.Delete.class::isInstance);
    assertThat(world.condition(ConditionTypes.DELETION_BLOCKED)).isPresent();
  }

  @ParameterizedTest
  @CsvSource({"1,0", "1,300", "100,0", "100,300", "301,0", "301,300"})
  void ten_units_that_lose_their_labels_one_by_one_lose_three_children(int apart, int grace) {
    World world = aDeploymentGrid().withUnits(10).grace(grace).settled();
    for (int i = 0; i < 10; i++) {
      world.unlabel("node-" + i).settled().later(apart).settled();
      if (i == 5) {
        world.restarted();
      }
    }
    world.later(grace).settled();
    assertThat(world.children).hasSize(7);
    assertThat(world.condition(ConditionTypes.DELETION_BLOCKED)).isPresent();
  }

  /** A change of labels, or a restart. */
  private record Event(int node, boolean lost, int secondsLater, boolean restart) {}

  @Provide
  Arbitrary<List<Event>> schedules() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 11),
            Arbitraries.of(true, true, true, false),
            Arbitraries.of(0, 1, 100, 299, 300, 301, 3600, 40_000),
            Arbitraries.of(true, false))
        .as(Event::new)
        .list()
        .ofMaxSize(40);
  }

  @Property(tries = 80)
  void never_more_than_a_third_is_deleted_in_any_day_whatever_the_schedule(
      @ForAll("schedules") List<Event> events,
      @ForAll @IntRange(min = 1, max = 12) int units,
      @ForAll boolean grace) {
    World world = aDeploymentGrid().withUnits(units).grace(grace ? 300 : 0).settled();
    for (Event event : events) {
      int number = event.node() % units;
      if (event.lost()) {
        world.unlabel("node-" + number);
      } else {
        world.withNodes("u" + number, "node-" + number);
      }
      if (event.restart()) {
        world.restarted();
      }
      world.settled().later(event.secondsLater()).settled();
      assertThat(world.children).isNotEmpty();
    }
    assertNoDayExceeds(world.deletions, Math.max(1, units / 3));
  }

  private static void assertNoDayExceeds(List<Instant> deletions, int limit) {
    for (Instant first : deletions) {
      List<Instant> day = new ArrayList<>(deletions);
      day.removeIf(
          time -> time.isBefore(first) || !time.isBefore(first.plus(Duration.ofHours(24))));
      assertThat(day.size()).as("deleted in the day from " + first).isLessThanOrEqualTo(limit);
    }
  }

  @Property(tries = 60)
  @Rule({20, 21})
  void none_is_deleted_when_all_come_back_within_the_grace(
      @ForAll("schedules") List<Event> events, @ForAll @IntRange(min = 1, max = 12) int units) {
    World world = aDeploymentGrid().withUnits(units).grace(300).settled();
    for (Event event : events) {
      int number = event.node() % units;
      world.unlabel("node-" + number).settled().later(event.secondsLater() % 300).settled();
      world.withNodes("u" + number, "node-" + number).settled();
    }
    assertThat(world.deletions).isEmpty();
    assertThat(world.children).hasSize(units);
  }

  private static World emptied(int units, int empty) {
    World world = aDeploymentGrid().withUnits(units).grace(0).settled();
    for (int i = 0; i < empty; i++) {
      world.unlabel("node-" + i);
    }
    return world;
  }

  private static String printedDigest(World world) {
    Matcher digest =
        Pattern.compile(Annotations.ALLOW_DELETION + "=([a-z2-7]+)")
            .matcher(world.condition(ConditionTypes.DELETION_BLOCKED).orElseThrow().message());
    assertThat(digest.find()).isTrue();
    return digest.group(1);
  }
}
