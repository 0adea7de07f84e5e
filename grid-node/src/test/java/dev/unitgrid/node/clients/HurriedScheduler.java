/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SystemScheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Threads whose time runs many times as fast: pauses before another attempt, bookmarks and timeouts
 * come in the same order and as often, in a fraction of the time.
 */
final class HurriedScheduler implements Scheduler, AutoCloseable {
  private final SystemScheduler real = SystemScheduler.start("hurried", 2);
  private final int times;
  private final Instant start = real.clock().instant();
  private final Duration origin = real.elapsed();

  HurriedScheduler(int times) {
    this.times = times;
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public Instant instant() {
        return start.plus(elapsed());
      }

      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("always in UTC");
      }
    };
  }

  @Override
  public Duration elapsed() {
    return real.elapsed().minus(origin).multipliedBy(times);
  }

  @Override
  public void execute(Runnable task) {
    real.execute(task);
  }

  @Override
  public Task schedule(Duration delay, Runnable task) {
    return real.schedule(delay.dividedBy(times), task);
  }

  @Override
  public void close() {
    real.close();
  }
}
