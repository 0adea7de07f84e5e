/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.ObservedChild.Verified;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.plan.Action.Apply;
import dev.unitgrid.core.plan.Action.HandOverReplicas;
import dev.unitgrid.core.plan.Action.MergeOwnership;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a living child to what it should be (RULES 14-16, 18, 19): nothing if it is, one apply if
 * it is not, preceded by what makes that apply drop exactly the fields that are to go.
 */
final class Convergence {
  private final Observed observed;
  private final ChildKind kind;
  private final boolean deletionsTrusted;

  Convergence(Observed observed, ChildKind kind, boolean deletionsTrusted) {
    this.observed = observed;
    this.kind = kind;
    this.deletionsTrusted = deletionsTrusted;
  }

  /**
   * {@code verdict} with what remains to be done to {@code child}.
   *
   * @param grid the digest of all that children are rendered from
   */
  Verdict of(Verdict verdict, ObservedChild child, Rendered rendered, String grid) {
    boolean sameHash = rendered.hash().equals(RenderedHash.of(child));
    if (sameHash && child.lastWriteDigest().filter(child.digest()::equals).isPresent()) {
      return found(verdict, child, rendered, grid);
    }
    Likeness likeness = new Likeness(kind.schema(), child.live().json(), rendered.body());
    if (sameHash && likeness.isCovered()) {
      return found(verdict, child, rendered, grid);
    }
    Optional<String> immutable = ImmutableFields.differing(observed.grid().kind(), likeness);
    boolean mustRecreate = immutable.isPresent() || isRefused(verdict.unit(), rendered);
    if (mustRecreate && deletionsTrusted && ImmutableFields.mayBeRecreated(child)) {
      return verdict.then(ImmutableFields.recreation(observed.grid().kind(), child, likeness));
    }
    return immutable
        .map(field -> verdict.and(ImmutableFields.problem(verdict.unit(), child, field)))
        .orElseGet(() -> changed(verdict, child, rendered, likeness));
  }

  private static Verdict found(
      Verdict verdict, ObservedChild child, Rendered rendered, String grid) {
    return ImmutableVerdict.copyOf(verdict)
        .withConverged(true)
        .withVerified(new Verified(grid, child.digest(), rendered.notes()));
  }

  /** The API server knows more immutable fields than we do. */
  private boolean isRefused(String unit, Rendered rendered) {
    return Optional.ofNullable(observed.failures().get(unit))
        .filter(failure -> failure.condition().equals(ConditionTypes.IMMUTABLE_FIELD))
        .filter(failure -> failure.hash().equals(rendered.hash()))
        .isPresent();
  }

  private Verdict changed(
      Verdict verdict, ObservedChild child, Rendered rendered, Likeness likeness) {
    boolean drifted =
        rendered.hash().equals(RenderedHash.of(child))
            || child.lastWriteHash().filter(rendered.hash()::equals).isPresent();
    ImmutableList<String> drift = drifted ? likeness.differingPaths() : ImmutableList.of();
    Optional<Contest> contest =
        drifted ? Contest.of(verdict.unit(), child, drift, observed.now()) : Optional.empty();
    return contest
        .map(fight -> verdict.and(fight.problem()).until(fight.until()))
        .orElseGet(() -> verdict.then(writes(child, rendered, likeness, drift)));
  }

  private List<Action> writes(
      ObservedChild child, Rendered rendered, Likeness likeness, ImmutableList<String> drift) {
    boolean fieldsChange = RenderedHash.changesFields(child, rendered);
    Set<String> predecessors = predecessors(child);
    ImmutableList.Builder<Action> writes = ImmutableList.builder();
    mergeOwnership(child, fieldsChange, predecessors).ifPresent(writes::add);
    handOverReplicas(child, rendered, !predecessors.isEmpty()).ifPresent(writes::add);
    writes.add(
        new Apply(
            Targets.of(child),
            rendered.body(),
            observed.grid().kind().isWorkload() && likeness.restartsPods(fieldsChange),
            drift,
            reason(child, drift)));
    return writes.build();
  }

  /** Those whose fields we take over with the first write of ours (RULE 19). */
  private Set<String> predecessors(ObservedChild child) {
    return RenderedHash.of(child).isEmpty()
        ? Sets.intersection(
            observed.takeoverManagers(), ImmutableSet.copyOf(child.ownership().managers()))
        : ImmutableSet.of();
  }

  /** An apply drops only what its own {@code Apply} entry owns and it no longer names (RULE 14). */
  private static Optional<Action> mergeOwnership(
      ObservedChild child, boolean fieldsChange, Set<String> predecessors) {
    if (predecessors.isEmpty() && !(fieldsChange && child.ownership().created())) {
      return Optional.empty();
    }
    ImmutableSet<String> managers =
        ImmutableSet.<String>builder().add(FieldManagers.CHILDREN).addAll(predecessors).build();
    return Optional.of(
        new MergeOwnership(
            Targets.of(child), managers, "fields that are to go must be ours to drop"));
  }

  /**
   * Dropping a number that we own resets it to 1 (RULE 15); where it is 1 nothing has to be kept.
   */
  private static Optional<Action> handOverReplicas(
      ObservedChild child, Rendered rendered, boolean takeover) {
    boolean named = rendered.body().get("spec").has("replicas");
    boolean mayBeOurs = child.ownership().ownsReplicas() || takeover;
    if (named || !mayBeOurs || child.replicas() == 1) {
      return Optional.empty();
    }
    return Optional.of(
        new HandOverReplicas(
            Targets.of(child),
            child.replicas(),
            "the template no longer names a number of replicas"));
  }

  private static String reason(ObservedChild child, ImmutableList<String> drift) {
    if (!drift.isEmpty()) {
      return "somebody changed " + Words.list(drift);
    }
    return RenderedHash.of(child).isEmpty() ? "it is taken over" : "the grid changed";
  }
}
