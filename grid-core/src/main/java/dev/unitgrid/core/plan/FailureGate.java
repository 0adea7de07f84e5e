/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.plan.Observed.WriteFailure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A write that failed is not tried again before its time, unless something else is to be written;
 * until it succeeds its problem is shown in the API server's words (RULES 16, 18).
 */
final class FailureGate {
  private FailureGate() {}

  static Verdict hold(Verdict verdict, Optional<WriteFailure> failure, Instant now) {
    return failure
        .filter(last -> isAbout(last, verdict))
        .map(last -> held(verdict, last, now))
        .orElse(verdict);
  }

  private static Verdict held(Verdict verdict, WriteFailure failure, Instant now) {
    Verdict shown = verdict.and(problem(verdict, failure));
    return now.isBefore(failure.retryAt())
        ? shown.only(bookkeeping(verdict, failure)).until(failure.retryAt())
        : shown;
  }

  /**
   * A unit that came back says so even while its change is refused: the time of an earlier
   * emptiness must not be counted again.
   */
  private static List<Action> bookkeeping(Verdict verdict, WriteFailure failure) {
    return failure.hash().isEmpty()
        ? List.of()
        : verdict.actions().stream().filter(Action.Annotate.class::isInstance).toList();
  }

  private static Problem problem(Verdict verdict, WriteFailure failure) {
    String wayOut =
        verdict
            .living()
            .filter(child -> isImmutable(failure))
            .map(child -> "; " + ImmutableFields.howToRecreate(child))
            .orElse("");
    return Problem.blocking(verdict.unit(), failure.condition(), failure.message() + wayOut);
  }

  private static boolean isAbout(WriteFailure failure, Verdict verdict) {
    String hash = verdict.rendered().map(Rendered::hash).orElse("");
    return !verdict.actions().isEmpty()
        && failure.hash().equals(hash)
        && !(isImmutable(failure) && isRecreated(verdict));
  }

  private static boolean isImmutable(WriteFailure failure) {
    return failure.condition().equals(ConditionTypes.IMMUTABLE_FIELD);
  }

  /** That is the answer to the refusal, not another try. */
  private static boolean isRecreated(Verdict verdict) {
    return verdict.actions().stream().anyMatch(Action.Delete.class::isInstance);
  }
}
