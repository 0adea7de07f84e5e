/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Runs tasks now or later; the one source of threads and time. The real one uses named daemon
 * threads; a simulated one runs everything on the calling thread in the order of a virtual clock.
 * Thread-safe. A task that throws is reported to the implementation's uncaught handler and does not
 * stop others.
 */
public interface Scheduler {
  /** The clock that {@link #schedule} goes by. */
  Clock clock();

  /**
   * Time since some fixed origin, which never goes back or jumps when a wall clock is set: for
   * deadlines, and for how long one may believe to lead. By default as {@link #clock()} has it.
   */
  default Duration elapsed() {
    return Duration.between(Instant.EPOCH, clock().instant());
  }

  /** Runs {@code task} soon, never on the caller's stack. */
  void execute(Runnable task);

  /**
   * Runs {@code task} once after {@code delay}, at once if it is not positive, never on the
   * caller's stack.
   */
  Task schedule(Duration delay, Runnable task);

  /** A task that waits for its time. */
  interface Task {
    /** Makes sure that it does not start any more; no effect on one that did. */
    void cancel();
  }
}
