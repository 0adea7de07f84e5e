/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.EmptyUnitPolicy;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.GridStatus.RecentlyDeleted;
import dev.unitgrid.api.UnitSelector;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.plan.Action.Annotate;
import dev.unitgrid.core.plan.Action.Delete;
import dev.unitgrid.core.plan.Action.EmptyUnit;
import dev.unitgrid.core.plan.Brake.Candidate;
import dev.unitgrid.core.plan.Census.OwnChild;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Children whose unit has no node any more, or is not selected any more (RULES 4, 20, 21). While
 * their unit is empty they stay as they are: an applied change would stop pods that still run, and
 * start none.
 *
 * <p>A unit that is not selected was deselected by the grid's spec, and goes without grace, if
 * units are selected by name only, or if this generation of the spec is seen for the first time;
 * else a node's label changed, and it has the grace of an empty one. That a generation was seen
 * before is read from the condition {@code Ready}, which every plan writes.
 */
final class EmptyUnits {
  private final Observed observed;
  private final Census census;
  private final boolean deletionsTrusted;
  private final ImmutableList<RecentlyDeleted> deleted;

  EmptyUnits(
      Observed observed,
      Census census,
      boolean deletionsTrusted,
      ImmutableList<RecentlyDeleted> deleted) {
    this.observed = observed;
    this.census = census;
    this.deletionsTrusted = deletionsTrusted;
    this.deleted = deleted;
  }

  /**
   * What is done about all of them.
   *
   * @param verdicts one for each child
   * @param problem what the brake says
   * @param nextCheckAt when the brake lets go
   */
  record Decision(
      ImmutableList<Verdict> verdicts, Optional<Problem> problem, Optional<Instant> nextCheckAt) {}

  Decision decide() {
    List<Candidate> candidates = candidates();
    Brake brake =
        Brake.decide(
            candidates,
            census.livingUnits(),
            deleted,
            grid().annotations().getOrDefault(Annotations.ALLOW_DELETION, ""));
    ImmutableList<String> released =
        brake.released().stream().map(Candidate::uid).collect(ImmutableList.toImmutableList());
    ImmutableList<Verdict> verdicts =
        census.leaving().stream()
            .map(own -> verdict(own, released))
            .collect(ImmutableList.toImmutableList());
    return new Decision(verdicts, brake.problem(), brake.nextCheckAt());
  }

  private List<Candidate> candidates() {
    List<Candidate> candidates = new ArrayList<>();
    if (!deletionsTrusted || policy() != EmptyUnitPolicy.DELETE) {
      return candidates;
    }
    for (OwnChild own : census.leaving()) {
      Instant due = due(own);
      if (!own.child().deleting() && !due.isAfter(observed.now())) {
        candidates.add(new Candidate(own.child(), own.unit(), due, hasNodes(own)));
      }
    }
    return candidates;
  }

  private Verdict verdict(OwnChild own, List<String> released) {
    Verdict verdict = Verdict.of(own.unit(), own.child());
    if (!deletionsTrusted || own.child().deleting()) {
      return verdict;
    }
    if (released.contains(own.child().uid())) {
      return verdict.then(deletion(own));
    }
    Instant due = due(own);
    boolean isDue = !due.isAfter(observed.now());
    Verdict marked = isMarked(own) ? verdict : verdict.then(mark(own));
    return switch (policy()) {
      case RETAIN -> marked;
      case DELETE -> isDue ? marked : marked.until(due);
      case SCALE_TO_ZERO ->
          isDue ? marked.then(ScaleToZero.of(own.child()).stream().toList()) : marked.until(due);
    };
  }

  private boolean isMarked(OwnChild own) {
    return EmptySince.of(own.child(), observed.now()).isPresent();
  }

  private Instant due(OwnChild own) {
    Instant since =
        EmptySince.of(own.child(), observed.now()).orElse(EmptySince.rounded(observed.now()));
    Duration grace = grace(own);
    return grace.isZero() ? observed.now() : since.plus(grace);
  }

  private Duration grace(OwnChild own) {
    return hasNodes(own) && wasDeselectedBySpec()
        ? Duration.ZERO
        : grid().spec().emptyUnitGracePeriod();
  }

  private boolean hasNodes(OwnChild own) {
    return census.units().names().contains(own.unit());
  }

  private boolean wasDeselectedBySpec() {
    boolean byNameOnly = grid().spec().unitSelector().flatMap(UnitSelector::nodeSelector).isEmpty();
    return byNameOnly || !isGenerationKnown();
  }

  private boolean isGenerationKnown() {
    return GridStatus.parse(grid().status())
        .condition(ConditionTypes.READY)
        .filter(ready -> ready.observedGeneration() == grid().generation())
        .isPresent();
  }

  private Annotate mark(OwnChild own) {
    return new Annotate(
        Targets.of(own.child()),
        ImmutableMap.of(
            Annotations.EMPTY_SINCE, Optional.of(EmptySince.rounded(observed.now()).toString())),
        Optional.empty(),
        why(own));
  }

  private Delete deletion(OwnChild own) {
    return new Delete(
        Targets.of(own.child()),
        Optional.of(new EmptyUnit(own.key(), own.unit(), hasNodes(own))),
        false,
        why(own));
  }

  private String why(OwnChild own) {
    ObservedChild child = own.child();
    String cause = hasNodes(own) ? "the unit is not selected" : "the unit has no node";
    return EmptySince.of(child, observed.now())
        .map(since -> cause + " since " + since)
        .orElse(cause);
  }

  private EmptyUnitPolicy policy() {
    return grid().spec().emptyUnitPolicy();
  }

  private Grid grid() {
    return observed.grid();
  }
}
