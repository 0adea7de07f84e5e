/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import com.google.common.collect.Maps;
import com.google.common.collect.Streams;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.GridStatus.RecentlyDeleted;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.status.ImmutableSituation;
import dev.unitgrid.core.status.StatusSummary;
import dev.unitgrid.core.status.UnitState;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The one decision: from what was observed of a grid to what is to be done (RULES 2-26). */
public final class GridPlanner {
  private static final Comparator<Verdict> ORDER =
      Comparator.comparing(Verdict::unit).thenComparing(Verdict::childName);

  private static final Duration AFTER_A_BUG = Duration.ofMinutes(1);

  private final Observed observed;
  private final Grid grid;
  private final Census census;
  private final boolean deletionsTrusted;

  private GridPlanner(Observed observed) {
    this.observed = observed;
    this.grid = observed.grid();
    this.census = Census.of(observed);
    this.deletionsTrusted =
        observed.deletionsTrusted() && observed.units().containsKey(grid.spec().gridUniqKey());
  }

  /**
   * What is to be done for one grid. A pure function: equal input gives an equal plan, whatever its
   * order; once a plan has been carried out, the next one asks for less, and soon for nothing.
   */
  public static Plan plan(Observed observed) {
    Grid grid = observed.grid();
    if (grid.deleting()) {
      return ImmutablePlan.builder().status(grid.status()).build();
    }
    return grid.spec().problems().isEmpty()
        ? new GridPlanner(observed).plan()
        : unreadable(observed);
  }

  /** No part of a spec that cannot be read is acted upon: a slip must not delete a site. */
  private static Plan unreadable(Observed observed) {
    Problem problem =
        Problem.blocking(
            "", ConditionTypes.INVALID_SPEC, String.join("; ", observed.grid().spec().problems()));
    return ImmutablePlan.builder()
        .status(StatusSummary.unplanned(observed.grid(), problem, observed.now()))
        .build();
  }

  /**
   * What is done for a grid whose plan failed for a bug: nothing but to say so, and to try again.
   */
  public static Plan failed(Observed observed, RuntimeException bug) {
    Problem problem =
        Problem.blocking(
            "",
            ConditionTypes.INTERNAL_ERROR,
            "nothing is done for this grid, because planning it failed, which is a bug in UnitGrid;"
                + " please report it: "
                + bug);
    return ImmutablePlan.builder()
        .status(StatusSummary.unplanned(observed.grid(), problem, observed.now()))
        .nextCheckAt(observed.now().plus(AFTER_A_BUG))
        .build();
  }

  private Plan plan() {
    ImmutableList<RecentlyDeleted> deleted =
        RecentDeletions.counting(
            GridStatus.parse(grid.status()).recentlyDeleted(),
            census.keptUids()::contains,
            observed.now());
    List<Verdict> wanted = held(new WantedUnits(observed, census, deletionsTrusted).verdicts());
    EmptyUnits.Decision empty =
        new EmptyUnits(observed, census, deletionsTrusted, deleted).decide();
    List<Verdict> leaving = held(empty.verdicts());
    KeyChange.Decision keyChange =
        new KeyChange(observed, census, deletionsTrusted, byUnit(wanted)).decide();
    List<Verdict> others =
        ImmutableList.copyOf(Iterables.concat(held(keyChange.verdicts()), mismatched(), doubles()));
    List<Verdict> ofGrid = held(List.of(Pruning.of(observed)));
    ImmutableList<RecentlyDeleted> remembered =
        RecentDeletions.with(deleted, leaving, observed.now());

    ImmutableSituation.Builder situation =
        ImmutableSituation.builder()
            .addAllUnits(wanted.stream().map(GridPlanner::state).toList())
            .unitCount(unitCount())
            .emptyUnits(emptyUnits())
            .goingUnits(goingUnits(leaving))
            .addAllProblems(problems(Iterables.concat(leaving, others, ofGrid)))
            .isPlanned(wanted.stream().allMatch(this::isPlanned))
            .recentlyDeleted(remembered)
            .observedUnitSelector(empty.selector().filter(any -> grid.kind().isWorkload()));
    empty.problem().ifPresent(situation::addProblems);
    keyChange.notice().ifPresent(situation::addNotices);
    pause().ifPresent(situation::addProblems);
    unknownUnits().ifPresent(situation::addProblems);
    orphan().ifPresent(situation::addProblems);

    return ImmutablePlan.builder()
        .units(
            Streams.stream(Iterables.concat(wanted, leaving, others))
                .sorted(ORDER)
                .map(Verdict::plan)
                .toList())
        .gridActions(ofGrid.get(0).actions())
        .status(StatusSummary.of(grid, situation.build(), observed.now()))
        .nextCheckAt(
            Soonest.of(
                Stream.concat(
                    Streams.stream(Iterables.concat(wanted, leaving, others, ofGrid))
                        .map(Verdict::nextCheckAt),
                    Stream.of(
                        empty.nextCheckAt(),
                        keyChange.nextCheckAt(),
                        RecentDeletions.nextForgottenAt(remembered)))))
        .build();
  }

  /** What may be done now: nothing while paused, nothing again that failed a moment ago. */
  private List<Verdict> held(List<Verdict> verdicts) {
    return verdicts.stream()
        .map(
            verdict ->
                grid.paused()
                    ? verdict.only(ImmutableList.of())
                    : FailureGate.hold(
                        verdict,
                        Optional.ofNullable(observed.failures().get(verdict.unit())),
                        observed.now()))
        .toList();
  }

  private Optional<Problem> pause() {
    return grid.paused()
        ? Optional.of(
            Problem.note(
                "",
                ConditionTypes.PAUSED,
                "the grid is annotated with " + Annotations.PAUSED + ": nothing is written"))
        : Optional.empty();
  }

  /** A grid of a parent cluster whose copy vanished goes on, and says so (RULE 35). */
  private Optional<Problem> orphan() {
    return Optional.ofNullable(grid.annotations().get(Annotations.ORPHANED_SINCE))
        .map(
            since ->
                Problem.note(
                    "",
                    ConditionTypes.ORPHANED,
                    "since "
                        + since
                        + " the copy in the parent cluster that this grid was made from is gone, and"
                        + " nobody wanted this grid to go with it: it stays as it is; delete it if"
                        + " it is not wanted any more"));
  }

  /** A slip in a name would select nothing, and nobody would say so. */
  private Optional<Problem> unknownUnits() {
    if (!observed.units().containsKey(grid.spec().gridUniqKey())) {
      return Optional.empty();
    }
    List<String> unknown =
        grid.spec().unitSelector().stream()
            .flatMap(selector -> selector.names().stream())
            .filter(name -> !census.units().names().contains(name))
            .sorted()
            .toList();
    return unknown.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Problem.note(
                "",
                ConditionTypes.UNKNOWN_UNIT,
                "spec.unitSelector.names selects "
                    + Words.list(unknown)
                    + ", but no node has "
                    + (unknown.size() == 1 ? "that value" : "one of these values")
                    + " of the label "
                    + grid.spec().gridUniqKey()));
  }

  private static ImmutableMap<String, Verdict> byUnit(List<Verdict> wanted) {
    return Maps.uniqueIndex(wanted, Verdict::unit);
  }

  /** A missing child that would have the name of a mismatched one has said so already. */
  private List<Verdict> mismatched() {
    List<String> wantedNames = census.wanted().stream().map(census.names()::of).toList();
    return census.mismatched().stream()
        .map(
            child -> {
              Problem problem = census.mismatchOf(child);
              Verdict verdict = Verdict.of(problem.unit(), child);
              return wantedNames.contains(child.name()) ? verdict : verdict.and(problem);
            })
        .toList();
  }

  private List<Verdict> doubles() {
    return census.doubles().stream()
        .map(
            own ->
                Verdict.of(own.unit(), own.child())
                    .and(
                        Problem.note(
                            own.unit(),
                            ConditionTypes.NAME_CONFLICT,
                            Words.of(own.child()) + " is another child of this unit: delete it")))
        .toList();
  }

  private static UnitState state(Verdict verdict) {
    return new UnitState(verdict.unit(), verdict.living(), verdict.converged(), verdict.problems());
  }

  private int unitCount() {
    return census.selected().size();
  }

  private int emptyUnits() {
    return (int) census.leaving().stream().filter(own -> !own.child().deleting()).count();
  }

  /** Children whose end is decided or under way. */
  private static List<String> goingUnits(List<Verdict> leaving) {
    return leaving.stream()
        .filter(
            verdict ->
                verdict.actions().stream().anyMatch(Action.Delete.class::isInstance)
                    || verdict.living().filter(ObservedChild::deleting).isPresent())
        .map(Verdict::unit)
        .toList();
  }

  /** A paused grid is planned from, but nothing comes of it (RULE 26). */
  private boolean isPlanned(Verdict verdict) {
    return verdict.converged() || (verdict.rendered().isPresent() && !grid.paused());
  }

  private static List<Problem> problems(Iterable<Verdict> verdicts) {
    return Streams.stream(verdicts).flatMap(verdict -> verdict.problems().stream()).toList();
  }
}
