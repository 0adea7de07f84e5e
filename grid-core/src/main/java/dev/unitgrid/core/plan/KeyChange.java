/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.plan.Action.Delete;
import dev.unitgrid.core.plan.Census.OwnChild;
import dev.unitgrid.core.status.Availability;
import dev.unitgrid.core.status.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Children of an earlier unit key (RULE 22). One goes once all children of the new key that share a
 * node with it are available; one whose nodes are in units that the grid does not select waits for
 * all of them, because nobody can say what replaces it. One whose nodes do not carry the new key
 * yet stays, and so do all while the new key has no unit. One whose unit has no node any more is a
 * child of an empty unit ({@link EmptyUnits}).
 *
 * <p>Since when they wait is remembered by the condition {@code KeyChangeBlocked}, which is false
 * until the deadline has passed.
 */
final class KeyChange {
  private static final String WAITING = "Waiting";
  private static final String NO_UNITS = "NoUnits";
  private static final String NODES_UNLABELLED = "NodesUnlabelled";
  private static final String DEADLINE_EXCEEDED = "DeadlineExceeded";

  private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(10);

  /** The API server takes no larger number of seconds; a template may say any. */
  private static final long LONGEST_DEADLINE = Integer.MAX_VALUE;

  private final Observed observed;
  private final Census census;
  private final boolean deletionsTrusted;
  private final ImmutableMap<String, Verdict> wanted;

  /**
   * @param wanted the verdicts on the wanted units, by unit
   */
  KeyChange(
      Observed observed,
      Census census,
      boolean deletionsTrusted,
      ImmutableMap<String, Verdict> wanted) {
    this.observed = observed;
    this.census = census;
    this.deletionsTrusted = deletionsTrusted;
    this.wanted = wanted;
  }

  /**
   * What is done about all of them.
   *
   * @param verdicts one for each child
   * @param notice the condition while any child waits
   * @param nextCheckAt the deadline
   */
  record Decision(
      ImmutableList<Verdict> verdicts, Optional<Notice> notice, Optional<Instant> nextCheckAt) {}

  Decision decide() {
    List<Verdict> verdicts = new ArrayList<>();
    List<Waiting> waiting = new ArrayList<>();
    for (OwnChild own : census.earlier()) {
      Verdict verdict = Verdict.of(own.unit(), own.child());
      if (own.child().deleting() || !deletionsTrusted) {
        verdicts.add(verdict);
        continue;
      }
      Waiting waits = new Waiting(own, isUnlabelled(own), blocking(own));
      if (!census.wanted().isEmpty() && (waits.isOver() || isReleased(own))) {
        verdicts.add(verdict.then(deletion(own)));
        continue;
      }
      verdicts.add(WantedUnits.welcomed(verdict, own.child(), Optional.empty()));
      waiting.add(waits);
    }
    return decision(verdicts, waiting);
  }

  /**
   * An old child that may have to wait.
   *
   * @param old the child
   * @param unlabelled whether none of its nodes carries the new key
   * @param units the new units that it waits for
   */
  private record Waiting(OwnChild old, boolean unlabelled, ImmutableList<String> units) {
    boolean isOver() {
      return !unlabelled && units.isEmpty();
    }
  }

  private Decision decision(List<Verdict> verdicts, List<Waiting> waiting) {
    ImmutableList<Verdict> all = ImmutableList.copyOf(verdicts);
    if (waiting.isEmpty()) {
      return new Decision(all, Optional.empty(), Optional.empty());
    }
    if (census.wanted().isEmpty()) {
      return new Decision(
          all, Optional.of(notice(true, NO_UNITS, noUnits(waiting))), Optional.empty());
    }
    if (waiting.stream().anyMatch(Waiting::unlabelled)) {
      return new Decision(
          all, Optional.of(notice(true, NODES_UNLABELLED, sentences(waiting))), Optional.empty());
    }
    Instant deadline = waitingSince().plus(progressDeadline(waiting));
    return observed.now().isBefore(deadline)
        ? new Decision(
            all, Optional.of(notice(false, WAITING, sentences(waiting))), Optional.of(deadline))
        : new Decision(
            all,
            Optional.of(notice(true, DEADLINE_EXCEEDED, sentences(waiting))),
            Optional.empty());
  }

  private static Notice notice(boolean blocked, String reason, String message) {
    return new Notice(ConditionTypes.KEY_CHANGE_BLOCKED, blocked, reason, message);
  }

  private ImmutableList<String> blocking(OwnChild own) {
    return sharing(own).stream()
        .filter(unit -> !isAvailable(unit))
        .collect(ImmutableList.toImmutableList());
  }

  private boolean isUnlabelled(OwnChild own) {
    return nodesOf(own).stream().noneMatch(node -> census.units().unitOf(node).isPresent());
  }

  private ImmutableSet<String> nodesOf(OwnChild own) {
    NodeUnits earlier = observed.units().get(own.key());
    return earlier == null ? ImmutableSet.of() : earlier.nodesOf(own.unit());
  }

  private ImmutableList<String> sharing(OwnChild own) {
    ImmutableSet<String> nodes = nodesOf(own);
    ImmutableList<String> sharing =
        census.wanted().stream()
            .filter(unit -> !Sets.intersection(census.units().nodesOf(unit), nodes).isEmpty())
            .collect(ImmutableList.toImmutableList());
    return sharing.isEmpty() ? census.wanted().asList() : sharing;
  }

  private boolean isAvailable(String unit) {
    Verdict verdict = wanted.get(unit);
    return verdict != null
        && verdict.converged()
        && verdict.living().filter(Availability::isAvailable).isPresent();
  }

  private boolean isReleased(OwnChild own) {
    return own.child().uid().equals(observed.grid().annotations().get(Annotations.RELEASE));
  }

  private static Delete deletion(OwnChild own) {
    return new Delete(
        Targets.of(own.child()), Optional.empty(), false, "the unit key is no longer " + own.key());
  }

  /** A deadline that has passed stays passed as long as something waits. */
  private Instant waitingSince() {
    return GridStatus.parse(observed.grid().status())
        .condition(ConditionTypes.KEY_CHANGE_BLOCKED)
        .map(this::since)
        .orElse(observed.now());
  }

  private Instant since(Condition before) {
    return switch (before.reason()) {
      case WAITING -> before.lastTransitionTime();
      case DEADLINE_EXCEEDED -> Instant.EPOCH;
      default -> observed.now();
    };
  }

  private Duration progressDeadline(List<Waiting> waiting) {
    return waiting.stream()
        .flatMap(old -> old.units().stream())
        .flatMap(unit -> Optional.ofNullable(wanted.get(unit)).stream())
        .flatMap(verdict -> deadline(verdict).stream())
        .filter(seconds -> seconds > 0)
        .max(Long::compare)
        .map(seconds -> Duration.ofSeconds(Math.min(seconds, LONGEST_DEADLINE)))
        .orElse(DEFAULT_DEADLINE);
  }

  /** A verified child is not rendered again, but it says what it was told. */
  private static Optional<Long> deadline(Verdict verdict) {
    return verdict
        .rendered()
        .map(Rendered::body)
        .or(() -> verdict.living().map(child -> child.live().json()))
        .map(object -> object.get("spec", "progressDeadlineSeconds").asLong(0));
  }

  private String noUnits(List<Waiting> waiting) {
    return "no node that is selected carries the label "
        + observed.grid().spec().gridUniqKey()
        + ": what was made for "
        + waiting.get(0).old().key()
        + " stays: "
        + Words.list(waiting.stream().map(old -> Words.of(old.old().child())).toList());
  }

  private String sentences(List<Waiting> waiting) {
    return Words.list(waiting.stream().map(this::sentence).toList());
  }

  private String sentence(Waiting waiting) {
    ObservedChild old = waiting.old().child();
    if (waiting.unlabelled()) {
      return unlabelled(waiting.old());
    }
    return Words.of(old)
        + " of the earlier key "
        + waiting.old().key()
        + " waits for "
        + Words.list(waiting.units().stream().map(this::state).toList())
        + "; if both cannot run on one node (host ports, say), annotate the grid with "
        + Annotations.RELEASE
        + "="
        + old.uid()
        + " to have the old one deleted";
  }

  private String unlabelled(OwnChild old) {
    return Words.of(old.child())
        + " of the earlier key "
        + old.key()
        + " stays, because none of its nodes ("
        + Words.list(nodesOf(old).asList())
        + ") carries the label "
        + observed.grid().spec().gridUniqKey()
        + ": label them, or annotate the grid with "
        + Annotations.RELEASE
        + "="
        + old.child().uid()
        + " to have it deleted";
  }

  private String state(String unit) {
    Verdict verdict = wanted.get(unit);
    if (verdict == null || verdict.living().isEmpty()) {
      return "the unit " + unit + ", which has no child yet";
    }
    ObservedChild child = verdict.living().get();
    return Words.of(child) + ", which is not available: " + Availability.of(child).message();
  }
}
