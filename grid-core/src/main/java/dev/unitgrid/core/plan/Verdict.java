/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.ObservedChild.Verified;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering.Rendered;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.immutables.value.Value;

/** What was decided about one child. Immutable; each method answers a new one. */
@Value.Immutable
interface Verdict {
  /** The unit; empty for a Service. */
  String unit();

  /** The child's name. */
  String childName();

  /** The child that lives. */
  Optional<ObservedChild> living();

  /** What the child should be, if that can be said. */
  Optional<Rendered> rendered();

  /** In order. */
  ImmutableList<Action> actions();

  /** What users should know. */
  ImmutableList<Problem> problems();

  /** Whether the living child is what it should be. */
  @Value.Default
  default boolean converged() {
    return false;
  }

  /** What to remember of the living child. */
  Optional<Verified> verified();

  /** When time alone changes this verdict. */
  Optional<Instant> nextCheckAt();

  /** Nothing is decided yet about the child {@code childName} of {@code unit}. */
  static ImmutableVerdict of(String unit, String childName, Optional<ObservedChild> living) {
    return ImmutableVerdict.builder().unit(unit).childName(childName).living(living).build();
  }

  /** Nothing is decided yet about {@code child}, which lives. */
  static ImmutableVerdict of(String unit, ObservedChild child) {
    return of(unit, child.name(), Optional.of(child));
  }

  /** The child should be {@code rendered}. */
  default Verdict shouldBe(Rendered rendered) {
    return self().withRendered(rendered).and(rendered.notes());
  }

  /** {@code more} is done after what is done already. */
  default Verdict then(List<? extends Action> more) {
    return self().withActions(Iterables.concat(actions(), more));
  }

  /** {@code action} is done after what is done already. */
  default Verdict then(Action action) {
    return then(List.of(action));
  }

  /** Users should know {@code more}, too. */
  default Verdict and(List<Problem> more) {
    return self().withProblems(Iterables.concat(problems(), more));
  }

  /** Users should know {@code problem}, too. */
  default Verdict and(Problem problem) {
    return and(List.of(problem));
  }

  /** It holds until {@code time}. */
  default Verdict until(Instant time) {
    return self().withNextCheckAt(time);
  }

  /** Nothing but {@code actions} is done. */
  default Verdict only(List<? extends Action> actions) {
    return self().withActions(actions);
  }

  /** This verdict as a part of the plan. */
  default UnitPlan plan() {
    return new UnitPlan(
        unit(), childName(), living(), rendered(), actions(), problems(), converged(), verified());
  }

  private ImmutableVerdict self() {
    return ImmutableVerdict.copyOf(this);
  }
}
