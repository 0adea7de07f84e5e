/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Rendering;
import dev.unitgrid.core.child.Rendering.Impossible;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.plan.Action.Annotate;
import dev.unitgrid.core.plan.Action.Create;
import java.time.Duration;
import java.util.Optional;

/** The children of units that should have one: made, kept what they should be, welcomed back. */
final class WantedUnits {
  private static final Duration UNKNOWN_FIELDS_HOLD = Duration.ofMinutes(10);

  private static final ImmutableList<String> LEFT_BY_AN_EMPTY_UNIT =
      ImmutableList.of(
          Annotations.EMPTY_SINCE, Annotations.DESELECTED_BY, Annotations.REPLICAS_BEFORE);

  private final Observed observed;
  private final Census census;
  private final ChildKind kind;
  private final Convergence convergence;
  private final NameConflicts conflicts;
  private final String fingerprint;

  WantedUnits(Observed observed, Census census, boolean deletionsTrusted) {
    this.observed = observed;
    this.census = census;
    this.kind = new ChildKind(observed.grid(), observed.unknownFields());
    this.convergence = new Convergence(observed, kind, deletionsTrusted);
    this.conflicts = new NameConflicts(observed.grid(), census);
    this.fingerprint = Fingerprint.of(observed);
  }

  ImmutableList<Verdict> verdicts() {
    return census.wanted().stream().map(this::verdict).collect(ImmutableList.toImmutableList());
  }

  private Verdict verdict(String unit) {
    Optional<ObservedChild> living = census.living(unit);
    String name = census.names().of(unit);
    Verdict verdict = Verdict.of(unit, name, living);
    return living
        .map(child -> living(askedAgain(verdict, child), child))
        .orElseGet(() -> missing(verdict));
  }

  /** Nobody tells when the API server has become one that knows the fields (RULE 7). */
  private Verdict askedAgain(Verdict verdict, ObservedChild child) {
    return child.annotations().containsKey(Annotations.UNKNOWN_FIELDS)
        ? verdict.until(observed.now().plus(UNKNOWN_FIELDS_HOLD))
        : verdict;
  }

  private Verdict living(Verdict verdict, ObservedChild child) {
    if (child.verified().filter(known -> isStillTrue(known, child)).isPresent()) {
      return remembered(verdict, child);
    }
    Rendering rendering = kind.render(verdict.unit(), child.name(), Optional.of(child));
    if (rendering instanceof Impossible impossible) {
      return impossible(welcomed(verdict, child, Optional.empty()), impossible);
    }
    Rendered rendered = (Rendered) rendering;
    Verdict known = verdict.shouldBe(rendered);
    if (child.deleting()) {
      return known;
    }
    Verdict welcomed = welcomed(known, child, Optional.of(rendered));
    return ScaleToZero.isDone(child)
        ? welcomed
        : convergence.of(welcomed, child, rendered, fingerprint);
  }

  /** What is no obstacle is the reason why the child is right as it is (RULE 8). */
  private static Verdict impossible(Verdict verdict, Impossible impossible) {
    return ImmutableVerdict.copyOf(verdict)
        .withConverged(!impossible.problem().blocking())
        .and(impossible.problem());
  }

  private boolean isStillTrue(ObservedChild.Verified known, ObservedChild child) {
    return !child.deleting()
        && marks(child).isEmpty()
        && known.grid().equals(fingerprint)
        && known.digest().equals(child.digest());
  }

  private static Verdict remembered(Verdict verdict, ObservedChild child) {
    return ImmutableVerdict.copyOf(verdict)
        .withConverged(true)
        .withVerified(child.verified())
        .and(child.verified().map(ObservedChild.Verified::notes).orElse(ImmutableList.of()));
  }

  private Verdict missing(Verdict verdict) {
    Rendering rendering = kind.render(verdict.unit(), verdict.childName(), Optional.empty());
    if (rendering instanceof Impossible impossible) {
      return verdict.and(impossible.problem());
    }
    Rendered rendered = (Rendered) rendering;
    Verdict known = verdict.shouldBe(rendered);
    return conflicts
        .about(known)
        .orElseGet(
            () ->
                known.then(
                    new Create(
                        observed.grid().kind().childType(),
                        rendered.body(),
                        kind.claimPrefixes(rendered.body()),
                        verdict.unit().isEmpty()
                            ? "the grid has no Service"
                            : "the unit has none")));
  }

  /**
   * A unit that has nodes again (RULE 20). This is done even where nothing else can be: the time of
   * an earlier emptiness must never be counted again.
   */
  static Verdict welcomed(Verdict verdict, ObservedChild child, Optional<Rendered> rendered) {
    ImmutableMap<String, Optional<String>> annotations = marks(child);
    if (annotations.isEmpty() || child.deleting()) {
      return verdict;
    }
    return verdict.then(
        new Annotate(
            Targets.of(child),
            annotations,
            ScaleToZero.replicasBefore(child, rendered),
            "the unit has a node again"));
  }

  /** What an empty unit left on its child, to be taken away. */
  private static ImmutableMap<String, Optional<String>> marks(ObservedChild child) {
    ImmutableMap.Builder<String, Optional<String>> gone = ImmutableMap.builder();
    for (String name : LEFT_BY_AN_EMPTY_UNIT) {
      if (child.annotations().containsKey(name)) {
        gone.put(name, Optional.empty());
      }
    }
    return gone.buildOrThrow();
  }
}
