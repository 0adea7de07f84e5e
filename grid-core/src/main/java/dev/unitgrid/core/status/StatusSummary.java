/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.GridStatus.WorstUnit;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.status.UnitState.Phase;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The status of a grid (RULES 25, 26). Equal situations give an equal status, so a status that
 * differs from the observed one is news.
 */
public final class StatusSummary {
  private static final String CONDITIONS = "conditions";
  private static final String STATES = "states";
  private static final ImmutableList<String> TIMES =
      ImmutableList.of("lastTransitionTime", "lastUpdateTime");

  /** Names, uids, times and managed fields of an object, roughly. */
  private static final long METADATA_SIZE = 4096;

  private StatusSummary() {}

  /**
   * The field {@code status} as it should read.
   *
   * @param grid the grid with its present status, from which times of unchanged conditions are kept
   * @param now the time of what changes
   * @return the present status itself, if nothing differs
   */
  public static Json of(Grid grid, Situation situation, Instant now) {
    GridStatus before = GridStatus.parse(grid.status());
    States states =
        grid.kind().isWorkload()
            ? States.of(situation.units(), before, sizeWithoutStates(grid), now)
            : States.of(ImmutableList.of(), before, 0, now);
    Situation told = withTruncation(situation, states);
    GridStatus after =
        new GridStatus(
            situation.isPlanned() ? grid.generation() : before.observedGeneration(),
            situation.unitCount(),
            readyUnits(grid, situation),
            situation.emptyUnits(),
            new Conditions(grid, told, before, now).all(),
            worstUnits(situation),
            situation.recentlyDeleted(),
            situation.observedUnitSelector(),
            states.byUnit());
    Json status = after.toJson();
    return status.equals(grid.status()) ? grid.status() : status;
  }

  /**
   * The status of a grid that cannot be planned: what is known of its units stays.
   *
   * @param problem says why
   */
  public static Json unplanned(Grid grid, Problem problem, Instant now) {
    GridStatus before = GridStatus.parse(grid.status());
    Situation situation =
        ImmutableSituation.builder().unitCount(0).isPlanned(false).addProblems(problem).build();
    Json status =
        new GridStatus(
                before.observedGeneration(),
                before.units(),
                before.readyUnits(),
                before.emptyUnits(),
                new Conditions(grid, situation, before, now).all(),
                before.worstUnits(),
                before.recentlyDeleted(),
                before.observedUnitSelector(),
                before.states())
            .toJson();
    return status.equals(grid.status()) ? grid.status() : status;
  }

  /**
   * A planned status as it is to be written over a newer one than it was planned from: a condition
   * that reads the same keeps its times. Else two plans under way would write their own times over
   * each other's for ever.
   *
   * @param current the grid with the status that is there now
   * @param planned the status that a plan said
   */
  public static Json over(Grid current, Json planned) {
    Json status = withTimesOf(current.status(), planned);
    if (current.kind() != GridKind.STATEFUL_SET_GRID || !status.has(STATES)) {
      return status;
    }
    Json states = status.get(STATES);
    for (String unit : states.fields().keySet()) {
      states = states.with(unit, withTimesOf(current.status().get(STATES, unit), states.get(unit)));
    }
    return status.with(STATES, states);
  }

  /**
   * {@code status} as the API has it, its states cut where the object would become too large.
   *
   * @param grid the grid that it is to be the status of
   */
  public static Json fitting(Grid grid, GridStatus status) {
    States states = States.fitting(status.states(), sizeWithoutStates(grid));
    if (states.shortened() == 0 && states.omitted() == 0) {
      return status.toJson();
    }
    Condition truncated =
        new Condition(
            ConditionTypes.STATUS_TRUNCATED,
            Condition.Status.TRUE,
            "GridAffected",
            truncation(states),
            GridStatus.parse(grid.status())
                .condition(ConditionTypes.STATUS_TRUNCATED)
                .filter(Condition::isTrue)
                .map(Condition::lastTransitionTime)
                .orElseGet(() -> lastChange(status)),
            grid.generation());
    return status
        .toJson()
        .with(STATES, Json.object(states.byUnit()))
        .with(
            CONDITIONS,
            Json.array(
                Stream.concat(
                        status.conditions().stream()
                            .filter(other -> !other.type().equals(ConditionTypes.STATUS_TRUNCATED)),
                        Stream.of(truncated))
                    .map(Condition::toJson)
                    .toList()));
  }

  private static Instant lastChange(GridStatus status) {
    return status.conditions().stream()
        .map(Condition::lastTransitionTime)
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private static Json withTimesOf(Json current, Json planned) {
    if (!planned.has(CONDITIONS)) {
      return planned;
    }
    Json conditions =
        planned
            .get(CONDITIONS)
            .mapItems(
                condition ->
                    current.get(CONDITIONS).items().stream()
                        .filter(old -> old.get("type").equals(condition.get("type")))
                        .filter(old -> old.get("status").equals(condition.get("status")))
                        .findFirst()
                        .map(old -> withTimes(condition, old))
                        .orElse(condition));
    return planned.with(CONDITIONS, conditions);
  }

  private static Json withTimes(Json condition, Json old) {
    Json timed = condition;
    for (String time : TIMES) {
      timed = condition.has(time) && old.has(time) ? timed.with(time, old.get(time)) : timed;
    }
    return timed;
  }

  private static int readyUnits(Grid grid, Situation situation) {
    long ready = situation.units().stream().filter(unit -> unit.phase() == Phase.READY).count();
    if (grid.kind().isWorkload()) {
      return (int) ready;
    }
    return ready > 0 ? situation.unitCount() : 0;
  }

  private static ImmutableList<WorstUnit> worstUnits(Situation situation) {
    return situation.units().stream()
        .filter(unit -> !unit.unit().isEmpty() && unit.phase() != Phase.READY)
        .sorted(
            Comparator.<UnitState, Boolean>comparing(unit -> unit.phase() != Phase.BLOCKED)
                .thenComparing(UnitState::unit))
        .limit(GridStatus.MOST_WORST_UNITS)
        .map(unit -> new WorstUnit(unit.unit(), unit.reason(), Sentences.cut(unit.message())))
        .collect(ImmutableList.toImmutableList());
  }

  private static Situation withTruncation(Situation situation, States states) {
    if (states.shortened() == 0 && states.omitted() == 0) {
      return situation;
    }
    return ImmutableSituation.builder()
        .from(situation)
        .addProblems(Problem.note("", ConditionTypes.STATUS_TRUNCATED, truncation(states)))
        .build();
  }

  private static String truncation(States states) {
    return "of ready units only counts are told"
        + (states.omitted() == 0 ? "" : ", and nothing of " + states.omitted() + " units")
        + ", to keep the object small";
  }

  /**
   * The spec is counted twice: its managed fields are about as long; the unit selector once more,
   * for the status repeats it.
   */
  private static long sizeWithoutStates(Grid grid) {
    long spec = JsonSize.of(grid.spec().template());
    for (Json template : grid.spec().templatePool().values()) {
      spec += JsonSize.of(template);
    }
    long selector = grid.spec().unitSelector().map(one -> JsonSize.of(one.toJson())).orElse(0L);
    return METADATA_SIZE
        + 2 * spec
        + 3 * selector
        + size(grid.spec().templates())
        + size(grid.labels())
        + size(grid.annotations());
  }

  private static long size(Map<String, String> strings) {
    return strings.entrySet().stream()
        .mapToLong(entry -> entry.getKey().length() + entry.getValue().length() + 6L)
        .sum();
  }
}
