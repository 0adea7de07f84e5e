/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.EmptyUnitPolicy;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.GridStatus.RecentlyDeleted;
import dev.unitgrid.api.UnitSelector;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.nodeunit.NodeUnits;
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
 * <p>A unit that the grid's spec deselected goes without grace, one that a node's label deselected
 * has that of an empty one ({@link Deselection}).
 */
final class EmptyUnits {
  private final Observed observed;
  private final Census census;
  private final boolean deletionsTrusted;
  private final ImmutableList<RecentlyDeleted> deleted;
  private final Deselection deselection;

  EmptyUnits(
      Observed observed,
      Census census,
      boolean deletionsTrusted,
      ImmutableList<RecentlyDeleted> deleted) {
    this.observed = observed;
    this.census = census;
    this.deletionsTrusted = deletionsTrusted;
    this.deleted = deleted;
    this.deselection = new Deselection(observed.grid(), census.units());
  }

  /**
   * What is done about all of them.
   *
   * @param verdicts one for each child
   * @param problem what the brake says
   * @param nextCheckAt when the brake lets go
   * @param selector the unit selector that counts as acted upon
   */
  record Decision(
      ImmutableList<Verdict> verdicts,
      Optional<Problem> problem,
      Optional<Instant> nextCheckAt,
      Optional<UnitSelector> selector) {}

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
    return new Decision(verdicts, brake.problem(), brake.nextCheckAt(), selector());
  }

  /** While nodes may be unknown, nobody can say which unit the former selector would select. */
  private Optional<UnitSelector> selector() {
    return deletionsTrusted
        ? deselection.toRemember(census.leaving())
        : GridStatus.parse(grid().status()).observedUnitSelector();
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
    return isDated(own) && (!deselection.isBySpec(own) || Deselection.isWritten(own.child()));
  }

  private boolean isDated(OwnChild own) {
    return EmptySince.of(own.child(), observed.now()).isPresent();
  }

  private Instant due(OwnChild own) {
    Instant since =
        EmptySince.of(own.child(), observed.now()).orElse(EmptySince.rounded(observed.now()));
    Duration grace = grace(own);
    return grace.isZero() ? observed.now() : since.plus(grace);
  }

  private Duration grace(OwnChild own) {
    return deselection.isBySpec(own) ? Duration.ZERO : grid().spec().emptyUnitGracePeriod();
  }

  private boolean hasNodes(OwnChild own) {
    NodeUnits units = observed.units().get(own.key());
    return units != null && units.names().contains(own.unit());
  }

  private Annotate mark(OwnChild own) {
    ImmutableMap.Builder<String, Optional<String>> marks = ImmutableMap.builder();
    if (!isDated(own)) {
      marks.put(
          Annotations.EMPTY_SINCE, Optional.of(EmptySince.rounded(observed.now()).toString()));
    }
    if (deselection.isBySpec(own)) {
      marks.put(Annotations.DESELECTED_BY, Optional.of(Deselection.text()));
    }
    return new Annotate(Targets.of(own.child()), marks.buildOrThrow(), Optional.empty(), why(own));
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
