/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.runtime.time.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;

/** Real time, with a wall clock that a test sets forward. Thread-safe. */
final class ShiftedTime implements Scheduler {
  private final Scheduler real;
  private final AtomicReference<Duration> shift = new AtomicReference<>(Duration.ZERO);

  ShiftedTime(Scheduler real) {
    this.real = real;
  }

  void advance(Duration by) {
    shift.accumulateAndGet(by, Duration::plus);
  }

  @Override
  public Clock clock() {
    return new Shifted(ZoneId.of("UTC"));
  }

  @Override
  public Duration elapsed() {
    return real.elapsed();
  }

  @Override
  public void execute(Runnable task) {
    real.execute(task);
  }

  @Override
  public Task schedule(Duration delay, Runnable task) {
    return real.schedule(delay, task);
  }

  private final class Shifted extends Clock {
    private final ZoneId zone;

    Shifted(ZoneId zone) {
      this.zone = zone;
    }

    @Override
    public ZoneId getZone() {
      return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
      return new Shifted(other);
    }

    @Override
    public Instant instant() {
      return real.clock().instant().plus(shift.get());
    }
  }
}
