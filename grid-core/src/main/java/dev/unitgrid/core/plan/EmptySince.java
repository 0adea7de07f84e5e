/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.core.child.ObservedChild;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The annotation {@code unitgrid.dev/empty-since} (RULE 20). */
final class EmptySince {
  /** Written times are whole seconds, rounded up: a grace period is never cut short. */
  private static final Duration ROUNDING = Duration.ofSeconds(1);

  private EmptySince() {}

  /**
   * What {@code child} says; nothing if it says no time or one that has not been yet (a wrong
   * clock, a hand), for then nobody knows.
   */
  static Optional<Instant> of(ObservedChild child, Instant now) {
    String text = child.annotations().get(Annotations.EMPTY_SINCE);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text)).filter(since -> !since.isAfter(now.plus(ROUNDING)));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }

  /** The value that says {@code now}. */
  static Instant rounded(Instant now) {
    Instant whole = now.truncatedTo(ChronoUnit.SECONDS);
    return whole.equals(now) ? whole : whole.plus(ROUNDING);
  }
}
