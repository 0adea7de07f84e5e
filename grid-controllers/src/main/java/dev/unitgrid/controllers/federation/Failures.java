/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.core.federation.ObservedSource.Failure;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.time.Backoff;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Writes that failed, by what they were for; each is backed off by itself. Confined to the loop.
 */
final class Failures {
  private final Backoff backoff;
  private final Clock clock;
  private final Map<String, Failure> last = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  Failures(Backoff backoff, Clock clock) {
    this.backoff = backoff;
    this.clock = clock;
  }

  /** Learns how a write for {@code what} ended. */
  void ended(String what, Answer answer) {
    if (answer instanceof Answer.Success) {
      last.remove(what);
      counts.remove(what);
    }
    answer.refusal().ifPresent(status -> failed(what, status));
  }

  private void failed(String what, ApiStatus status) {
    int count = counts.merge(what, 1, Integer::sum);
    last.put(
        what,
        new Failure(
            status.code(), status.message(), clock.instant().plus(backoff.interval(count))));
  }

  /** Whether it is too early to try {@code what} again. */
  boolean waits(String what) {
    Failure failure = last.get(what);
    return failure != null && clock.instant().isBefore(failure.retryAt());
  }

  /** Forgets about what is not wanted any more. */
  void keepOnly(Predicate<String> wanted) {
    last.keySet().removeIf(what -> !wanted.test(what));
    counts.keySet().retainAll(last.keySet());
  }

  ImmutableMap<String, Failure> all() {
    return ImmutableMap.copyOf(last);
  }
}
