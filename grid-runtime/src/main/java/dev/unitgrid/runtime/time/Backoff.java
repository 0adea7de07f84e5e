/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before an attempt is repeated: a value, to be handed around and tested without
 * waiting. As thread-safe as the random generator that {@link #jittered} was given.
 */
@FunctionalInterface
public interface Backoff {
  /**
   * The pause after the failure number {@code failures}, never negative.
   *
   * @param failures in a row, from 1; less counts as 1
   */
  Duration interval(int failures);

  /** Always {@code interval}. */
  static Backoff constant(Duration interval) {
    return failures -> interval;
  }

  /**
   * Twice as long after each failure, from {@code first} up to {@code longest}.
   *
   * @throws IllegalArgumentException unless {@code first} is positive and not over {@code longest}
   */
  static Backoff exponential(Duration first, Duration longest) {
    if (first.isNegative() || first.isZero() || first.compareTo(longest) > 0) {
      throw new IllegalArgumentException("no back-off from " + first + " to " + longest);
    }
    return failures -> {
      Duration interval = first;
      for (int i = 1; i < failures && interval.compareTo(longest) < 0; i++) {
        interval = interval.multipliedBy(2);
      }
      return interval.compareTo(longest) < 0 ? interval : longest;
    };
  }

  /**
   * This with a random part of up to {@code share} of each interval taken away, so that those who
   * failed together do not come back together; never longer than this.
   *
   * @param share from 0 to 1
   * @throws IllegalArgumentException for another share
   */
  default Backoff jittered(double share, RandomGenerator random) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("not a share: " + share);
    }
    return failures -> {
      Duration interval = interval(failures);
      double kept = 1 - share * random.nextDouble();
      return Duration.ofNanos((long) (interval.toNanos() * kept));
    };
  }
}
