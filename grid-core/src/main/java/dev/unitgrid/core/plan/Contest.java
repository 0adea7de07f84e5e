/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.ObservedChild.Correction;
import dev.unitgrid.core.child.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Two writers of one field would fight for ever: after three corrections of the same paths within
 * ten minutes the child is corrected every ten minutes only (RULE 16), for as long as those three
 * are remembered.
 *
 * @param problem names the other writer
 * @param until when the child is corrected again
 */
record Contest(Problem problem, Instant until) {
  private static final int MOST_CORRECTIONS = 3;
  private static final Duration WINDOW = Duration.ofMinutes(10);

  /** The contest about {@code paths} of {@code child}, if it is not to be corrected now. */
  static Optional<Contest> of(String unit, ObservedChild child, List<String> paths, Instant now) {
    List<Instant> same =
        child.corrections().stream()
            .filter(correction -> !Collections.disjoint(correction.paths(), paths))
            .map(Correction::at)
            .sorted()
            .toList();
    if (!isFight(same)) {
      return Optional.empty();
    }
    Instant until = same.get(same.size() - 1).plus(WINDOW);
    return now.isBefore(until)
        ? Optional.of(new Contest(problem(unit, child, paths), until))
        : Optional.empty();
  }

  private static boolean isFight(List<Instant> corrections) {
    for (int last = MOST_CORRECTIONS - 1; last < corrections.size(); last++) {
      Instant first = corrections.get(last - MOST_CORRECTIONS + 1);
      if (corrections.get(last).isBefore(first.plus(WINDOW))) {
        return true;
      }
    }
    return false;
  }

  private static Problem problem(String unit, ObservedChild child, List<String> paths) {
    return Problem.blocking(
        unit,
        ConditionTypes.CONTESTED,
        child.ownership().lastOther().orElse("somebody else")
            + " keeps changing "
            + Words.list(paths)
            + " of "
            + Words.of(child)
            + "; it is corrected every ten minutes only, until one of the two stops");
  }
}
