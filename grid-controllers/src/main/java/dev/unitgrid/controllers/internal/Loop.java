/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import dev.unitgrid.runtime.time.Scheduler;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one after the other, in the order in which they came, on the scheduler's threads: what
 * only its tasks touch needs no lock. Thread-safe; never blocks.
 */
public final class Loop implements Executor {
  private static final Logger LOG = LoggerFactory.getLogger(Loop.class);

  private final Scheduler scheduler;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();

  public Loop(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      scheduler.execute(this::drain);
    }
  }

  /** Logs what {@code work} fails with; for work that nobody waits for. */
  public static void letGo(CompletableFuture<?> work) {
    CompletableFuture<?> unused =
        work.exceptionally(
            bug -> {
              LOG.error("A task of the engine failed", bug);
              return null;
            });
  }

  private void drain() {
    do {
      run(tasks.remove());
    } while (pending.decrementAndGet() > 0);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException bug) {
      LOG.error("A task of the engine failed", bug);
    }
  }
}
