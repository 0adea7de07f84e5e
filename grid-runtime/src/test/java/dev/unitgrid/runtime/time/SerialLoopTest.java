/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SerialLoopTest {
  private static final int TASKS = 1000;

  @Test
  void tasks_of_many_threads_never_overlap_and_keep_the_order_of_each() throws Exception {
    List<Integer> ran = new ArrayList<>(); // not thread-safe: that is the point
    CountDownLatch done = new CountDownLatch(4 * TASKS);
    try (SystemScheduler scheduler = SystemScheduler.start("loop", 4)) {
      SerialLoop loop = new SerialLoop(scheduler);
      for (int poster = 0; poster < 4; poster++) {
        int first = poster * TASKS;
        scheduler.execute(
            () -> {
              for (int i = 0; i < TASKS; i++) {
                int number = first + i;
                loop.execute(
                    () -> {
                      ran.add(number);
                      done.countDown();
                    });
              }
            });
      }
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(ran).hasSize(4 * TASKS);
    for (int poster = 0; poster < 4; poster++) {
      int first = poster * TASKS;
      assertThat(ran.stream().filter(n -> n / TASKS == first / TASKS)).isSorted().hasSize(TASKS);
    }
  }

  @Test
  void a_task_that_throws_is_reported_and_stops_no_other() throws Exception {
    List<String> reported = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    try (SystemScheduler scheduler =
        SystemScheduler.start("loop", 1, (thread, thrown) -> reported.add(thrown.getMessage()))) {
      SerialLoop loop = new SerialLoop(scheduler);
      loop.execute(
          () -> {
            loop.execute(done::countDown);
            throw new IllegalStateException("broken");
          });
      assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    assertThat(reported).containsExactly("broken");
  }
}
