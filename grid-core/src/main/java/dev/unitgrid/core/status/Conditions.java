/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.status.UnitState.Phase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The conditions of a grid (RULE 26): the three that are always there, and one a problem. */
final class Conditions {
  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::unit).thenComparing(Problem::message);

  private final Grid grid;
  private final Situation situation;
  private final GridStatus before;
  private final Instant now;

  Conditions(Grid grid, Situation situation, GridStatus before, Instant now) {
    this.grid = grid;
    this.situation = situation;
    this.before = before;
    this.now = now;
  }

  /** The three first, then the others by type. */
  ImmutableList<Condition> all() {
    Map<String, List<Problem>> problems = problemsByType();
    ImmutableList.Builder<Condition> all = ImmutableList.builder();
    all.add(ready(), progressing(), degraded(problems));
    Map<String, Condition> others = new TreeMap<>();
    problems.forEach((type, found) -> others.put(type, ofProblems(type, found)));
    for (Notice notice : situation.notices()) {
      others.put(
          notice.type(),
          condition(notice.type(), notice.holds(), notice.reason(), notice.message()));
    }
    return all.addAll(others.values()).build();
  }

  private Map<String, List<Problem>> problemsByType() {
    Map<String, List<Problem>> byType = new TreeMap<>();
    problems()
        .sorted(ORDER)
        .forEach(
            problem ->
                byType
                    .computeIfAbsent(problem.condition(), type -> new ArrayList<>())
                    .add(problem));
    return byType;
  }

  private Stream<Problem> problems() {
    return Stream.concat(
        situation.units().stream().flatMap(unit -> unit.problems().stream()),
        situation.problems().stream());
  }

  private Condition ready() {
    List<UnitState> waiting =
        situation.units().stream().filter(unit -> unit.phase() != Phase.READY).toList();
    if (says(ConditionTypes.INVALID_SPEC)) {
      return condition(
          ConditionTypes.READY, false, ConditionTypes.INVALID_SPEC, "the spec cannot be read");
    }
    if (says(ConditionTypes.INTERNAL_ERROR)) {
      return condition(
          ConditionTypes.READY,
          false,
          ConditionTypes.INTERNAL_ERROR,
          "the grid could not be planned");
    }
    if (situation.units().isEmpty()) {
      return condition(
          ConditionTypes.READY,
          true,
          "NoUnits",
          "no node that is selected carries the label " + grid.spec().gridUniqKey());
    }
    return waiting.isEmpty()
        ? condition(ConditionTypes.READY, true, "AllUnitsReady", allReady())
        : condition(ConditionTypes.READY, false, "UnitsNotReady", notReady(waiting));
  }

  private boolean says(String type) {
    return situation.problems().stream().anyMatch(problem -> problem.condition().equals(type));
  }

  private String allReady() {
    return grid.kind().isWorkload()
        ? "units that are ready: " + situation.units().size() + " of " + situation.units().size()
        : "the Service is as it should be";
  }

  private String notReady(List<UnitState> waiting) {
    int all = situation.units().size();
    String why =
        Sentences.about(
            waiting.stream()
                .map(unit -> Problem.note(unit.unit(), ConditionTypes.READY, unit.message()))
                .toList());
    return grid.kind().isWorkload()
        ? "units that are ready: " + (all - waiting.size()) + " of " + all + "; " + why
        : why;
  }

  private Condition progressing() {
    List<String> moving =
        situation.units().stream().filter(Conditions::isMoving).map(UnitState::unit).toList();
    if (says(ConditionTypes.PAUSED)) {
      return condition(
          ConditionTypes.PROGRESSING, false, ConditionTypes.PAUSED, "the grid is paused");
    }
    List<String> sentences = new ArrayList<>();
    if (!moving.isEmpty()) {
      sentences.add(
          grid.kind().isWorkload()
              ? "on their way: " + Sentences.units(moving)
              : "the Service is on its way");
    }
    if (!situation.goingUnits().isEmpty()) {
      sentences.add(
          "to be deleted as soon as reads of the grid and the nodes confirm it, for which the node"
              + " cache may take a minute to catch up: "
              + Sentences.units(situation.goingUnits()));
    }
    if (sentences.isEmpty() && situation.notices().stream().anyMatch(notice -> !notice.holds())) {
      sentences.add("children of an earlier unit key wait");
    }
    return sentences.isEmpty()
        ? condition(ConditionTypes.PROGRESSING, false, "Settled", "nothing is on its way")
        : condition(
            ConditionTypes.PROGRESSING, true, "UnitsChanging", String.join("; ", sentences));
  }

  private static boolean isMoving(UnitState unit) {
    return switch (unit.phase()) {
      case READY, BLOCKED, STALLED -> false;
      case MISSING, GOING, CHANGING, ROLLING, UNAVAILABLE -> true;
    };
  }

  private Condition degraded(Map<String, List<Problem>> problems) {
    List<String> types = new ArrayList<>();
    List<Problem> blocking = new ArrayList<>();
    problems.forEach(
        (type, found) -> {
          List<Problem> hard = found.stream().filter(Problem::blocking).toList();
          if (!hard.isEmpty()) {
            types.add(type);
            blocking.addAll(hard);
          }
        });
    for (Notice notice : situation.notices()) {
      if (notice.holds()) {
        types.add(notice.type());
        blocking.add(Problem.blocking("", notice.type(), notice.message()));
      }
    }
    if (types.isEmpty()) {
      return condition(ConditionTypes.DEGRADED, false, "NoProblems", "nothing is in the way");
    }
    return condition(
        ConditionTypes.DEGRADED,
        true,
        types.size() == 1 ? types.get(0) : "SeveralProblems",
        Sentences.about(blocking));
  }

  private Condition ofProblems(String type, List<Problem> problems) {
    boolean aboutGrid = problems.stream().allMatch(problem -> problem.unit().isEmpty());
    return condition(
        type, true, aboutGrid ? "GridAffected" : "UnitsAffected", Sentences.about(problems));
  }

  private Condition condition(String type, boolean holds, String reason, String message) {
    Condition.Status status = Condition.Status.of(holds);
    Instant since = before.since(type, status, now);
    return new Condition(type, status, reason, message, since, grid.generation());
  }
}
