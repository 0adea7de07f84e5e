/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Backoff DOUBLING =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(30));

  @Test
  void an_exponential_backoff_doubles_up_to_its_longest_interval() {
    assertThat(IntStream.rangeClosed(0, 8).mapToObj(DOUBLING::interval).map(Duration::toSeconds))
        .isEqualTo(List.of(1L, 1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L));
    assertThat(DOUBLING.interval(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void a_constant_backoff_is_constant() {
    Backoff constant = Backoff.constant(Duration.ofMillis(5));

    assertThat(constant.interval(1)).isEqualTo(constant.interval(99)).hasMillis(5);
  }

  @Test
  void intervals_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> Backoff.exponential(Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Backoff.exponential(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DOUBLING.jittered(1.5, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void jitter_only_shortens_and_at_most_by_its_share(
      @ForAll @IntRange(min = 0, max = 100) int failures,
      @ForAll @DoubleRange(min = 0, max = 1) double share,
      @ForAll long seed) {
    Duration whole = DOUBLING.interval(failures);
    Duration jittered = DOUBLING.jittered(share, new Random(seed)).interval(failures);

    assertThat(jittered).isLessThanOrEqualTo(whole);
    assertThat(jittered.toNanos())
        .isGreaterThanOrEqualTo((long) (whole.toNanos() * (1 - share)) - 1);
  }
}
