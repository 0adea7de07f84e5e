/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SystemSchedulerTest {
  @Test
  void tasks_run_on_named_daemon_threads_and_never_on_the_callers() throws Exception {
    try (SystemScheduler scheduler = SystemScheduler.start("named", 2)) {
      CompletableFuture<Thread> ran = new CompletableFuture<>();
      scheduler.execute(() -> ran.complete(Thread.currentThread()));

      assertThat(ran.get().getName()).matches("named-\\d+");
      assertThat(ran.get().isDaemon()).isTrue();
    }
  }

  @Test
  void a_delayed_task_runs_after_its_delay_by_the_steady_clock() throws Exception {
    try (SystemScheduler scheduler = SystemScheduler.start("delayed", 1)) {
      Duration before = scheduler.elapsed();
      CompletableFuture<Duration> ran = new CompletableFuture<>();
      scheduler.schedule(Duration.ofMillis(50), () -> ran.complete(scheduler.elapsed()));

      assertThat(ran.get().minus(before)).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    }
  }

  @Test
  void a_cancelled_task_does_not_run() throws Exception {
    try (SystemScheduler scheduler = SystemScheduler.start("cancelled", 1)) {
      List<String> ran = new ArrayList<>();
      CountDownLatch last = new CountDownLatch(1);
      scheduler.schedule(Duration.ofMillis(500), () -> ran.add("cancelled")).cancel();
      scheduler.schedule(Duration.ofMillis(600), last::countDown);
      last.await();

      assertThat(ran).isEmpty();
    }
  }

  @Test
  void a_task_that_throws_is_reported_and_stops_nobody() throws Exception {
    BlockingQueue<String> uncaught = new LinkedBlockingQueue<>();
    try (SystemScheduler scheduler =
        SystemScheduler.start(
            "throwing",
            1,
            (thread, thrown) -> uncaught.add(thread.getName() + " " + thrown.getMessage()))) {
      CountDownLatch next = new CountDownLatch(1);
      scheduler.execute(
          () -> {
            throw new IllegalStateException("a bug");
          });
      scheduler.execute(next::countDown);
      next.await();

      assertThat(uncaught.poll(10, TimeUnit.SECONDS)).matches("throwing-\\d+ a bug");
    }
  }

  @Test
  void close_waits_for_running_tasks_drops_others_and_leaves_no_thread() throws Exception {
    SystemScheduler scheduler = SystemScheduler.start("closing", 2);
    CountDownLatch running = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    AtomicBoolean late = new AtomicBoolean();
    scheduler.execute(
        () -> {
          running.countDown();
          long until = System.nanoTime() + Duration.ofMillis(100).toNanos();
          while (System.nanoTime() < until) {
            Thread.onSpinWait();
          }
          ended.set(!Thread.currentThread().isInterrupted());
        });
    scheduler.schedule(Duration.ofMinutes(1), () -> late.set(true));
    running.await();
    scheduler.close();
    scheduler.execute(() -> late.set(true));
    scheduler.schedule(Duration.ZERO, () -> late.set(true)).cancel();

    assertThat(ended).isTrue();
    assertThat(late).isFalse();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(Thread::isAlive)
        .noneMatch(thread -> thread.getName().startsWith("closing-"));
  }

  @Test
  void a_task_may_close_its_own_scheduler() throws Exception {
    SystemScheduler scheduler = SystemScheduler.start("suicidal", 1);
    CountDownLatch closed = new CountDownLatch(1);
    scheduler.execute(
        () -> {
          scheduler.close();
          closed.countDown();
        });

    assertThat(closed.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void a_virtual_scheduler_takes_its_steady_clock_from_its_wall_clock() {
    VirtualScheduler scheduler = new VirtualScheduler();
    Duration before = scheduler.elapsed();
    scheduler.advance(Duration.ofDays(2));

    assertThat(scheduler.elapsed().minus(before)).isEqualTo(Duration.ofDays(2));
  }
}
