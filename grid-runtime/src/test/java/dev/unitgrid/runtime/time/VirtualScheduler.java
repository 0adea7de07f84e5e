/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A scheduler on the calling thread, by a clock that moves when it is told to. Tasks of one time
 * run in the order in which they were given.
 */
public final class VirtualScheduler implements Scheduler {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final PriorityQueue<Waiting> waiting =
      new PriorityQueue<>(
          Comparator.comparing((Waiting each) -> each.due).thenComparing(each -> each.number));
  private final List<Throwable> thrown = new ArrayList<>();
  private Instant now = START;
  private long count;

  private static final class Waiting {
    private final Instant due;
    private final long number;
    private final Runnable task;

    private Waiting(Instant due, long number, Runnable task) {
      this.due = due;
      this.number = number;
      this.task = task;
    }
  }

  @Override
  public Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }

  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  @Override
  public Task schedule(Duration delay, Runnable task) {
    Instant due = delay.isNegative() ? now : now.plus(delay);
    Waiting added = new Waiting(due, count++, task);
    waiting.add(added);
    return () -> waiting.remove(added);
  }

  /** Moves the clock by {@code length} and runs what becomes due on the way. */
  public void advance(Duration length) {
    Instant end = now.plus(length);
    while (!waiting.isEmpty() && !waiting.peek().due.isAfter(end)) {
      Waiting next = waiting.poll();
      now = next.due.isAfter(now) ? next.due : now;
      run(next.task);
    }
    now = end;
  }

  /** Runs what is due now. */
  public void settle() {
    advance(Duration.ZERO);
  }

  /** What tasks threw. */
  public List<Throwable> thrown() {
    return thrown;
  }

  /** How many tasks wait. */
  public int waiting() {
    return waiting.size();
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) {
      thrown.add(failure);
    }
  }
}
