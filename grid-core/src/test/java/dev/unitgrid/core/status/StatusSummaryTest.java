/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

@Rule({25, 26})
class StatusSummaryTest {
  private static final Instant NOW = Instant.parse("2026-11-24T08:00:00Z");
  private static final String SINCE = "2026-11-01T00:00:00Z";

  @Test
  void units_that_are_ready_are_counted_and_told() {
    GridStatus status = of(ready("beijing"), ready("guangzhou"));
    assertThat(status.units()).isEqualTo(2);
    assertThat(status.readyUnits()).isEqualTo(2);
    assertThat(status.observedGeneration()).isEqualTo(7);
    assertThat(status.worstUnits()).isEmpty();
    assertCondition(
        status, ConditionTypes.READY, true, "AllUnitsReady", "units that are ready: 2 of 2");
    assertCondition(status, ConditionTypes.PROGRESSING, false, "Settled", "nothing is on its way");
    assertCondition(status, ConditionTypes.DEGRADED, false, "NoProblems", "nothing is in the way");
    assertThat(status.conditions()).hasSize(3);
  }

  @Test
  void a_state_is_the_childs_status_as_superedges_users_know_it() {
    Json state = of(ready("beijing")).states().get("beijing");
    assertThat(state.get("replicas")).isEqualTo(Json.of(2));
    assertThat(state.get("readyReplicas")).isEqualTo(Json.of(2));
    assertThat(state.get("updatedReplicas")).isEqualTo(Json.of(2));
    assertThat(state.get("availableReplicas")).isEqualTo(Json.of(2));
    assertThat(state.get("conditions").items()).containsExactly(available("True"));
  }

  @Test
  void a_state_without_conditions_has_no_empty_list_of_them() {
    Json state =
        of(unit("beijing", deployment("beijing", 2, Json.object("observedGeneration", 3)), true))
            .states()
            .get("beijing");
    assertThat(state.has("conditions")).isFalse();
  }

  @Test
  void a_status_planned_from_an_older_one_keeps_the_times_of_what_reads_the_same() {
    Grid before = grid(Json.ofNull());
    Json now = StatusSummary.of(before, situation(ready("beijing")), NOW);
    Json late = StatusSummary.of(before, situation(ready("beijing")), NOW.plusSeconds(3));
    assertThat(late).isNotEqualTo(now);
    assertThat(StatusSummary.over(grid(now), late)).isEqualTo(now);
    Json other = StatusSummary.of(before, situation(missing("beijing")), NOW.plusSeconds(3));
    GridStatus changed = GridStatus.parse(StatusSummary.over(grid(now), other));
    assertThat(changed.condition(ConditionTypes.READY).orElseThrow().lastTransitionTime())
        .isEqualTo(NOW.plusSeconds(3));
    assertThat(changed.condition(ConditionTypes.DEGRADED).orElseThrow().lastTransitionTime())
        .isEqualTo(NOW);
  }

  @Test
  void equal_situations_write_nothing_however_late() {
    Grid before = grid(Json.ofNull());
    Situation situation = situation(ready("beijing"), missing("hefei"), blocked("wuhan", "no"));
    Json first = StatusSummary.of(before, situation, NOW);
    Grid after = grid(first);
    assertThat(StatusSummary.of(after, situation, NOW.plusSeconds(99))).isSameAs(first);
  }

  @Test
  void the_time_of_a_condition_moves_only_with_its_status() {
    Json first = StatusSummary.of(grid(Json.ofNull()), situation(missing("hefei")), NOW);
    Json second = StatusSummary.of(grid(first), situation(missing("wuhan")), NOW.plusSeconds(10));
    assertThat(GridStatus.parse(second).condition(ConditionTypes.READY).orElseThrow())
        .satisfies(
            ready -> {
              assertThat(ready.lastTransitionTime()).isEqualTo(NOW);
              assertThat(ready.message()).contains("wuhan");
              assertThat(ready.observedGeneration()).isEqualTo(7);
            });
    Json third = StatusSummary.of(grid(second), situation(ready("wuhan")), NOW.plusSeconds(20));
    assertThat(
            GridStatus.parse(third)
                .condition(ConditionTypes.READY)
                .orElseThrow()
                .lastTransitionTime())
        .isEqualTo(NOW.plusSeconds(20));
  }

  @Test
  void the_generation_moves_only_when_every_child_was_planned_from_it() {
    Json old = Json.object("observedGeneration", 4);
    Situation unplanned =
        ImmutableSituation.copyOf(situation(ready("beijing"))).withIsPlanned(false);
    assertThat(GridStatus.parse(StatusSummary.of(grid(old), unplanned, NOW)).observedGeneration())
        .isEqualTo(4);
  }

  @Test
  void a_grid_without_units_is_ready_and_says_why() {
    assertCondition(
        of(),
        ConditionTypes.READY,
        true,
        "NoUnits",
        "no node that is selected carries the label location");
  }

  @Test
  void every_phase_of_a_unit_has_its_word() {
    GridStatus status =
        of(
            missing("a-missing"),
            going("b-going"),
            unit("c-changing", deployment("c", 2, running(2)), false),
            unit("d-rolling", deployment("d", 2, rolling()), true),
            unit("e-down", deployment("e", 2, down()), true),
            unit("f-stalled", deployment("f", 2, stalled()), true),
            unit("g-unseen", deployment("g", 2, Json.object("observedGeneration", 2)), true),
            blocked("h-blocked", "quota exceeded"),
            ready("i-ready"));
    assertThat(status.readyUnits()).isEqualTo(1);
    assertThat(status.worstUnits())
        .extracting(worst -> worst.unit() + " " + worst.reason() + ": " + worst.message())
        .containsExactly(
            "h-blocked WriteFailed: quota exceeded",
            "a-missing Creating: its child is being created",
            "b-going Deleting: its child is being deleted, and will be created again",
            "c-changing Changing: its child is being changed",
            "d-rolling RollingOut: its pods are being replaced",
            "e-down NotAvailable: Deployment demo-e: Deployment does not have minimum"
                + " availability.",
            "f-stalled Stalled: Deployment demo-f: Deployment does not have minimum availability.",
            "g-unseen NotAvailable: Deployment demo-g: Its controller has not seen the last change"
                + " yet.");
    assertCondition(
        status,
        ConditionTypes.PROGRESSING,
        true,
        "UnitsChanging",
        "on their way: a-missing, b-going, c-changing, d-rolling, e-down, g-unseen");
    assertThat(status.condition(ConditionTypes.READY).orElseThrow().message())
        .startsWith("units that are ready: 1 of 9; unit a-missing: its child is being created; ");
    assertCondition(
        status,
        ConditionTypes.DEGRADED,
        true,
        ConditionTypes.WRITE_FAILED,
        "unit h-blocked: quota exceeded");
  }

  @Test
  void at_most_ten_units_are_named_the_blocked_ones_first() {
    List<UnitState> units = new ArrayList<>();
    IntStream.range(10, 25).forEach(i -> units.add(missing("u" + i)));
    units.add(blocked("u99", "no"));
    GridStatus status = of(units.toArray(UnitState[]::new));
    assertThat(status.worstUnits()).hasSize(10);
    assertThat(status.worstUnits().get(0).unit()).isEqualTo("u99");
    assertThat(status.condition(ConditionTypes.PROGRESSING).orElseThrow().message())
        .isEqualTo("on their way: u10, u11, u12, u13, u14, u15, u16, u17, u18, u19 and 5 more");
    assertThat(status.condition(ConditionTypes.READY).orElseThrow().message())
        .isEqualTo(
            "units that are ready: 0 of 16; units u10, u11, u12, u13, u14, u15, u16, u17, u18,"
                + " u19: its child is being created; and 6 more units");
  }

  @Test
  void problems_are_one_condition_a_type_and_equal_words_are_said_once() {
    GridStatus status =
        of(
            unit("b", Optional.empty(), false, problem("b", ConditionTypes.NAME_CONFLICT, "held")),
            unit("a", Optional.empty(), false, problem("a", ConditionTypes.NAME_CONFLICT, "held")),
            unit("c", Optional.empty(), false, problem("c", ConditionTypes.NAME_CONFLICT, "mine")),
            unit(
                "d",
                Optional.of(deployment("d", 2, running(2))),
                true,
                Problem.note("d", ConditionTypes.SHARED_SELECTOR, "keeps it")));
    assertCondition(
        status,
        ConditionTypes.NAME_CONFLICT,
        true,
        "UnitsAffected",
        "units a, b: held; unit c: mine");
    assertCondition(
        status, ConditionTypes.SHARED_SELECTOR, true, "UnitsAffected", "unit d: keeps it");
    assertThat(status.condition(ConditionTypes.DEGRADED).orElseThrow().reason())
        .isEqualTo(ConditionTypes.NAME_CONFLICT);
    assertThat(status.conditions())
        .extracting(Condition::type)
        .containsExactly("Ready", "Progressing", "Degraded", "NameConflict", "SharedSelector");
    assertThat(status.readyUnits()).as("a note is no obstacle").isEqualTo(1);
  }

  @Test
  void several_types_of_problems_are_told_together() {
    Situation situation =
        ImmutableSituation.builder()
            .from(situation(blocked("a", "no")))
            .addProblems(problem("", ConditionTypes.DELETION_BLOCKED, "the brake holds"))
            .build();
    GridStatus status = GridStatus.parse(StatusSummary.of(grid(Json.ofNull()), situation, NOW));
    assertCondition(
        status, ConditionTypes.DEGRADED, true, "SeveralProblems", "the brake holds; unit a: no");
    assertCondition(
        status, ConditionTypes.DELETION_BLOCKED, true, "GridAffected", "the brake holds");
  }

  @Test
  void very_long_words_of_others_are_cut() {
    GridStatus status = of(blocked("a", "x".repeat(5000)));
    assertThat(status.condition(ConditionTypes.WRITE_FAILED).orElseThrow().message())
        .hasSizeLessThan(1100)
        .endsWith("x...");
    assertThat(status.worstUnits().get(0).message()).hasSize(1027).endsWith("x...");
    assertThat(of(blocked("a", "x".repeat(1024))).worstUnits().get(0).message()).hasSize(1024);
  }

  @Test
  void a_notice_that_holds_degrades_and_one_that_does_not_is_progress() {
    Notice waiting = new Notice(ConditionTypes.KEY_CHANGE_BLOCKED, false, "Waiting", "soon");
    GridStatus status = withNotice(waiting);
    assertCondition(status, ConditionTypes.KEY_CHANGE_BLOCKED, false, "Waiting", "soon");
    assertCondition(
        status,
        ConditionTypes.PROGRESSING,
        true,
        "UnitsChanging",
        "children of an earlier unit key wait");
    assertThat(status.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isFalse();
    status =
        withNotice(new Notice(ConditionTypes.KEY_CHANGE_BLOCKED, true, "Deadline", "too late"));
    assertCondition(
        status, ConditionTypes.DEGRADED, true, ConditionTypes.KEY_CHANGE_BLOCKED, "too late");
    assertThat(status.condition(ConditionTypes.PROGRESSING).orElseThrow().isTrue()).isFalse();
  }

  private static GridStatus withNotice(Notice notice) {
    return GridStatus.parse(
        StatusSummary.of(
            grid(Json.ofNull()),
            ImmutableSituation.builder()
                .from(situation(ready("beijing")))
                .addNotices(notice)
                .build(),
            NOW));
  }

  @Test
  void a_paused_grid_makes_no_progress() {
    Situation situation =
        ImmutableSituation.builder()
            .from(situation(missing("beijing")))
            .addProblems(Problem.note("", ConditionTypes.PAUSED, "paused"))
            .build();
    GridStatus status = GridStatus.parse(StatusSummary.of(grid(Json.ofNull()), situation, NOW));
    assertCondition(status, ConditionTypes.PROGRESSING, false, "Paused", "the grid is paused");
  }

  @Test
  void what_is_known_of_the_units_of_a_grid_that_cannot_be_read_stays() {
    Json before = StatusSummary.of(grid(Json.ofNull()), situation(ready("beijing")), NOW);
    Problem problem = problem("", ConditionTypes.INVALID_SPEC, "no key");
    Json after = StatusSummary.unplanned(grid(before), problem, NOW.plusSeconds(5));
    GridStatus status = GridStatus.parse(after);
    assertThat(status.units()).isEqualTo(1);
    assertThat(status.readyUnits()).isEqualTo(1);
    assertThat(status.states()).containsOnlyKeys("beijing");
    assertCondition(status, ConditionTypes.READY, false, "InvalidSpec", "the spec cannot be read");
    assertCondition(status, ConditionTypes.INVALID_SPEC, true, "GridAffected", "no key");
    assertThat(StatusSummary.unplanned(grid(after), problem, NOW.plusSeconds(9))).isSameAs(after);
  }

  @Test
  void a_service_grid_has_no_states_and_all_units_or_none_are_ready() {
    GridStatus status = service(true);
    assertThat(status.units()).isEqualTo(4);
    assertThat(status.readyUnits()).isEqualTo(4);
    assertThat(status.states()).isEmpty();
    assertCondition(
        status, ConditionTypes.READY, true, "AllUnitsReady", "the Service is as it should be");
    status = service(false);
    assertThat(status.readyUnits()).isZero();
    assertThat(status.worstUnits()).isEmpty();
    assertCondition(
        status, ConditionTypes.READY, false, "UnitsNotReady", "its child is being changed");
    assertCondition(
        status, ConditionTypes.PROGRESSING, true, "UnitsChanging", "the Service is on its way");
  }

  private static GridStatus service(boolean converged) {
    ObservedChild service =
        ObservedChild.decode(
            ResourceType.SERVICE,
            Json.object("metadata", Json.object("name", "demo-svc"), "spec", Json.emptyObject()));
    Situation situation =
        ImmutableSituation.builder()
            .addUnits(new UnitState("", Optional.of(service), converged, ImmutableList.of()))
            .unitCount(4)
            .isPlanned(true)
            .build();
    return GridStatus.parse(
        StatusSummary.of(grid(GridKind.SERVICE_GRID, Json.ofNull()), situation, NOW));
  }

  @Test
  void a_stateful_set_is_available_when_enough_pods_are_and_the_time_stays() {
    UnitState set = unit("beijing", statefulSet(3, 3, Json.emptyObject()), true);
    Grid ssg = grid(GridKind.STATEFUL_SET_GRID, Json.ofNull());
    Json first = StatusSummary.of(ssg, situation(set), NOW);
    assertThat(first.get("states", "beijing", "conditions").items())
        .containsExactly(
            Json.object(
                "type", "Available",
                "status", "True",
                "reason", "MinimumReplicasAvailable",
                "message", "StatefulSet has minimum availability.",
                "lastTransitionTime", "2026-11-24T08:00:00Z",
                "lastUpdateTime", "2026-11-24T08:00:00Z"));
    ssg = grid(GridKind.STATEFUL_SET_GRID, first);
    assertThat(StatusSummary.of(ssg, situation(set), NOW.plusSeconds(9))).isSameAs(first);
    UnitState down = unit("beijing", statefulSet(3, 2, Json.emptyObject()), true);
    Json second = StatusSummary.of(ssg, situation(down), NOW.plusSeconds(9));
    assertThat(second.get("states", "beijing", "conditions").items().get(0))
        .satisfies(
            condition -> {
              assertThat(condition.get("status")).isEqualTo(Json.of("False"));
              assertThat(condition.get("reason")).isEqualTo(Json.of("MinimumReplicasUnavailable"));
              assertThat(condition.get("lastTransitionTime"))
                  .isEqualTo(Json.of("2026-11-24T08:00:09Z"));
            });
    assertThat(GridStatus.parse(second).readyUnits()).isZero();
  }

  @Test
  void pods_that_the_update_strategy_leaves_old_are_no_obstacle() {
    assertThat(isReady(statefulSet(3, 3, 1, Json.emptyObject()))).isFalse();
    Json partition = Json.object("rollingUpdate", Json.object("partition", 2));
    assertThat(isReady(statefulSet(3, 3, 1, partition))).isTrue();
    assertThat(isReady(statefulSet(3, 3, 0, partition))).isFalse();
    assertThat(isReady(statefulSet(3, 3, 0, Json.object("type", "OnDelete")))).isTrue();
  }

  @Test
  void a_deployment_is_ready_when_no_old_pod_is_left() {
    assertThat(isReady(deployment("a", 2, running(2)))).isTrue();
    assertThat(isReady(deployment("a", 3, running(2)))).isFalse();
    assertThat(isReady(deployment("a", 2, running(2).with("replicas", Json.of(3))))).isFalse();
    assertThat(isReady(deployment("a", 2, running(2).with("observedGeneration", Json.of(2)))))
        .isFalse();
    assertThat(isReady(deployment("a", 2, Json.object("observedGeneration", 3)))).isFalse();
    assertThat(isReady(deployment("a", 2, down()))).isFalse();
  }

  private static boolean isReady(ObservedChild child) {
    return Availability.of(child).isReady();
  }

  @Test
  void above_half_a_mebibyte_ready_units_keep_the_two_counts() {
    List<UnitState> units = new ArrayList<>();
    IntStream.range(0, 1700).forEach(i -> units.add(ready("unit-" + i)));
    units.add(unit("unit-down", deployment("down", 2, down()), true));
    Json status =
        StatusSummary.of(grid(Json.ofNull()), situation(units.toArray(UnitState[]::new)), NOW);
    GridStatus parsed = GridStatus.parse(status);
    assertThat(parsed.states()).hasSize(1701);
    assertThat(parsed.states().get("unit-7"))
        .isEqualTo(Json.object("replicas", 2, "readyReplicas", 2));
    assertThat(parsed.states().get("unit-down").has("conditions")).isTrue();
    assertCondition(
        parsed,
        ConditionTypes.STATUS_TRUNCATED,
        true,
        "GridAffected",
        "of ready units only counts are told, to keep the object small");
    assertThat(parsed.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isFalse();
    assertThat(status.toBytes().length).isLessThan(512 * 1024);
  }

  @Test
  void a_status_that_fits_is_whole() {
    List<UnitState> units = new ArrayList<>();
    IntStream.range(0, 1000).forEach(i -> units.add(ready("unit-" + i)));
    GridStatus status = of(units.toArray(UnitState[]::new));
    assertThat(status.states().get("unit-7").has("conditions")).isTrue();
    assertThat(status.condition(ConditionTypes.STATUS_TRUNCATED)).isEmpty();
  }

  @Test
  void above_a_mebibyte_states_stop_and_units_that_are_not_ready_come_first() {
    List<UnitState> units = new ArrayList<>();
    IntStream.range(0, 28_000).forEach(i -> units.add(ready("unit-" + i)));
    units.add(unit("zz-down", deployment("down", 2, down()), true));
    Json status =
        StatusSummary.of(grid(Json.ofNull()), situation(units.toArray(UnitState[]::new)), NOW);
    GridStatus parsed = GridStatus.parse(status);
    assertThat(parsed.states()).containsKey("zz-down");
    assertThat(parsed.states().size()).isBetween(19_000, 27_999);
    assertThat(parsed.condition(ConditionTypes.STATUS_TRUNCATED).orElseThrow().message())
        .isEqualTo(
            "of ready units only counts are told, and nothing of "
                + (28_001 - parsed.states().size())
                + " units, to keep the object small");
    assertThat(status.toBytes().length).isBetween(900 * 1024, 1024 * 1024);
  }

  @Test
  void a_large_spec_leaves_less_room() {
    List<UnitState> units = new ArrayList<>();
    IntStream.range(0, 300).forEach(i -> units.add(ready("unit-" + i)));
    Json spec =
        Json.object(
            "gridUniqKey", "location",
            "template", Json.object("note", "x".repeat(130_000)),
            "templatePool", Json.object("other", Json.object("note", "x".repeat(130_000))));
    Grid large =
        Grid.parse(
            GridKind.DEPLOYMENT_GRID,
            Json.object("metadata", Json.object("name", "demo"), "spec", spec));
    GridStatus status =
        GridStatus.parse(StatusSummary.of(large, situation(units.toArray(UnitState[]::new)), NOW));
    assertThat(status.condition(ConditionTypes.STATUS_TRUNCATED)).isPresent();
  }

  @Test
  void sizes_are_near_enough() {
    Json value = ready("beijing").child().orElseThrow().status().conditions();
    assertThat(JsonSize.of(value))
        .isCloseTo(value.toString().length(), Percentage.withPercentage(10));
    assertThat(JsonSize.of(Json.of(true))).isEqualTo(4);
    assertThat(JsonSize.of(Json.parse("{\"a\":[\"bc\",1]}")))
        .isEqualTo(2 + 1 + 4 + 2 + 1 + 4 + 1 + 1);
  }

  @Test
  void what_was_deleted_and_what_is_empty_is_told() {
    GridStatus.RecentlyDeleted gone =
        new GridStatus.RecentlyDeleted(
            "hefei", "demo-hefei", "u-1", NOW.minus(Duration.ofHours(1)));
    Situation situation =
        ImmutableSituation.copyOf(situation(ready("beijing")))
            .withEmptyUnits(3)
            .withRecentlyDeleted(gone);
    GridStatus status = GridStatus.parse(StatusSummary.of(grid(Json.ofNull()), situation, NOW));
    assertThat(status.emptyUnits()).isEqualTo(3);
    assertThat(status.recentlyDeleted()).containsExactly(gone);
  }

  @Test
  void changes_of_conditions_are_news_and_first_falsehoods_are_not() {
    Json start = Json.ofNull();
    Json first = StatusSummary.of(grid(start), situation(missing("hefei")), NOW);
    assertThat(ConditionChanges.between(start, first))
        .containsExactly(
            new ConditionChanges.Change(
                "Progressing",
                Optional.empty(),
                Optional.of(Condition.Status.TRUE),
                "UnitsChanging",
                "on their way: hefei"));
    Json second = StatusSummary.of(grid(first), situation(blocked("hefei", "no")), NOW);
    assertThat(ConditionChanges.between(first, second))
        .extracting(change -> change.type() + " " + change.from() + " " + change.to())
        .containsExactly(
            "Progressing Optional[TRUE] Optional[FALSE]",
            "Degraded Optional[FALSE] Optional[TRUE]",
            "WriteFailed Optional.empty Optional[TRUE]");
    Json third = StatusSummary.of(grid(second), situation(ready("hefei")), NOW);
    assertThat(ConditionChanges.between(second, third))
        .extracting(change -> change.type() + " " + change.to() + " " + change.reason())
        .containsExactly(
            "Ready Optional[TRUE] AllUnitsReady",
            "Degraded Optional[FALSE] NoProblems",
            "WriteFailed Optional.empty Resolved");
    assertThat(ConditionChanges.between(second, third).get(2).message())
        .isEqualTo("no longer so: unit hefei: no");
    assertThat(ConditionChanges.between(third, third)).isEmpty();
    assertThat(
            ConditionChanges.between(
                withFalse("KeyChangeBlocked"), StatusSummary.of(grid(start), situation(), NOW)))
        .extracting(ConditionChanges.Change::type)
        .containsExactly("Ready");
  }

  private static Json withFalse(String type) {
    return Json.object("conditions", Json.array(Json.object("type", type, "status", "False")));
  }

  private static GridStatus of(UnitState... units) {
    return GridStatus.parse(StatusSummary.of(grid(Json.ofNull()), situation(units), NOW));
  }

  private static Situation situation(UnitState... units) {
    return ImmutableSituation.builder()
        .addUnits(units)
        .unitCount(units.length)
        .isPlanned(true)
        .build();
  }

  private static Grid grid(Json status) {
    return grid(GridKind.DEPLOYMENT_GRID, status);
  }

  private static Grid grid(GridKind kind, Json status) {
    return Grid.parse(
        kind,
        Json.object(
            "metadata",
            Json.object("name", "demo", "namespace", "default", "uid", "g", "generation", 7),
            "spec",
            Json.object("gridUniqKey", "location", "template", Json.emptyObject()),
            "status",
            status));
  }

  private static UnitState ready(String unit) {
    return unit(unit, deployment(unit, 2, running(2)), true);
  }

  private static UnitState missing(String unit) {
    return unit(unit, Optional.empty(), false);
  }

  private static UnitState blocked(String unit, String message) {
    return unit(unit, Optional.empty(), false, problem(unit, ConditionTypes.WRITE_FAILED, message));
  }

  private static UnitState going(String unit) {
    Json going =
        Json.object(
            "metadata", Json.object("name", "demo", "deletionTimestamp", SINCE),
            "spec", Json.emptyObject());
    return unit(unit, ObservedChild.decode(ResourceType.DEPLOYMENT, going), true);
  }

  private static UnitState unit(String unit, ObservedChild child, boolean converged) {
    return unit(unit, Optional.of(child), converged);
  }

  private static UnitState unit(
      String unit, Optional<ObservedChild> child, boolean converged, Problem... problems) {
    return new UnitState(unit, child, converged, ImmutableList.copyOf(problems));
  }

  private static Problem problem(String unit, String type, String message) {
    return Problem.blocking(unit, type, message);
  }

  private static ObservedChild deployment(String name, int replicas, Json status) {
    return ObservedChild.decode(
        ResourceType.DEPLOYMENT,
        Json.object(
            "metadata",
            Json.object("name", "demo-" + name, "generation", 3),
            "spec",
            Json.object("replicas", replicas),
            "status",
            status));
  }

  private static ObservedChild statefulSet(int replicas, int available, Json strategy) {
    return statefulSet(replicas, available, replicas, strategy);
  }

  private static ObservedChild statefulSet(
      int replicas, int available, int updated, Json strategy) {
    return ObservedChild.decode(
        ResourceType.STATEFUL_SET,
        Json.object(
            "metadata",
            Json.object("name", "demo-set", "generation", 3),
            "spec",
            Json.object("replicas", replicas, "updateStrategy", strategy),
            "status",
            Json.object(
                "observedGeneration", 3,
                "replicas", replicas,
                "readyReplicas", available,
                "updatedReplicas", updated,
                "availableReplicas", available)));
  }

  private static Json running(int pods) {
    return Json.object(
        "observedGeneration", 3,
        "replicas", pods,
        "readyReplicas", pods,
        "updatedReplicas", pods,
        "availableReplicas", pods,
        "conditions", Json.array(available("True")));
  }

  private static Json rolling() {
    return running(2).with("replicas", Json.of(3));
  }

  private static Json down() {
    return running(2).with("conditions", Json.array(available("False")));
  }

  private static Json stalled() {
    return running(2)
        .with(
            "conditions",
            Json.array(
                available("False"),
                Json.object(
                    "type", "Progressing",
                    "status", "False",
                    "reason", "ProgressDeadlineExceeded")));
  }

  private static Json available(String status) {
    return Json.object(
        "type",
        "Available",
        "status",
        status,
        "reason",
        "MinimumReplicas" + (status.equals("True") ? "Available" : "Unavailable"),
        "message",
        status.equals("True")
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.",
        "lastTransitionTime",
        SINCE,
        "lastUpdateTime",
        SINCE);
  }

  private static void assertCondition(
      GridStatus status, String type, boolean holds, String reason, String message) {
    Condition condition = status.condition(type).orElseThrow();
    assertThat(condition.isTrue()).as(type).isEqualTo(holds);
    assertThat(condition.reason()).as(type).isEqualTo(reason);
    assertThat(condition.message()).as(type).isEqualTo(message);
  }
}
