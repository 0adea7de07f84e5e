/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs tasks one at a time and in order, on threads of a {@link Scheduler}: what only such tasks
 * touch needs no lock. Thread-safe; a task that throws is the scheduler's to report, and does not
 * stop the next one.
 */
public final class SerialLoop implements Executor {
  private final Scheduler scheduler;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /** A loop on threads of {@code scheduler}. */
  public SerialLoop(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Runs {@code task} after all those before it, never on the caller's stack. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (waiting.getAndIncrement() == 0) {
      scheduler.execute(this::run);
    }
  }

  private void run() {
    boolean more = true;
    while (more) {
      Runnable task = tasks.poll();
      boolean thrown = true;
      try {
        if (task != null) {
          task.run();
        }
        thrown = false;
      } finally {
        more = waiting.decrementAndGet() > 0;
        if (more && thrown) {
          scheduler.execute(this::run);
        }
      }
    }
  }
}
