/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The real {@link Scheduler}: a few daemon threads named {@code NAME-1}, {@code NAME-2}, ..., the
 * system's clock, and the machine's steady clock for {@link #elapsed()}. Tasks must not block: they
 * share the threads. After {@link #close()} tasks are dropped.
 */
public final class SystemScheduler implements Scheduler, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemScheduler.class);
  private static final Duration LONGEST_DELAY = Duration.ofDays(3650);
  private static final long JOIN_SECONDS = 10;

  private final Clock clock = Clock.systemUTC();
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Thread.UncaughtExceptionHandler uncaught;
  private final ScheduledThreadPoolExecutor executor;

  private SystemScheduler(String name, int size, Thread.UncaughtExceptionHandler uncaught) {
    this.uncaught = uncaught;
    this.executor = new ScheduledThreadPoolExecutor(size, work -> thread(name, work));
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setKeepAliveTime(30, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  /** A scheduler of {@code size} threads that logs what tasks throw. */
  public static SystemScheduler start(String name, int size) {
    return start(
        name, size, (thread, thrown) -> LOG.error("A task on {} failed", thread.getName(), thrown));
  }

  /** A scheduler of {@code size} threads that tells {@code uncaught} what tasks throw. */
  public static SystemScheduler start(
      String name, int size, Thread.UncaughtExceptionHandler uncaught) {
    return new SystemScheduler(name, size, uncaught);
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime());
  }

  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  @Override
  public Task schedule(Duration delay, Runnable task) {
    Duration bounded = delay.compareTo(LONGEST_DELAY) < 0 ? delay : LONGEST_DELAY;
    try {
      Future<?> waiting =
          executor.schedule(() -> run(task), bounded.toNanos(), TimeUnit.NANOSECONDS);
      return () -> waiting.cancel(false);
    } catch (RejectedExecutionException closed) {
      LOG.debug("Dropped a task: the scheduler is closed", closed);
      return () -> {};
    }
  }

  /**
   * Drops waiting tasks, lets running ones end, and waits up to ten seconds for its threads. A task
   * that calls this is not waited for.
   */
  @Override
  public void close() {
    executor.shutdown();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(JOIN_SECONDS);
    for (Thread thread : threads) {
      join(thread, deadline);
    }
  }

  private void join(Thread thread, long deadline) {
    if (thread == Thread.currentThread()) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.warn("The thread {} is still busy after close", thread.getName());
    }
  }

  private Thread thread(String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
    thread.setName(name + "-" + count.incrementAndGet());
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // whatever a task throws goes to the one handler
  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable thrown) {
      uncaught.uncaughtException(Thread.currentThread(), thrown);
    }
  }
}
