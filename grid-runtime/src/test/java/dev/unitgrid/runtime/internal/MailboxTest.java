/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MailboxTest {
  @Test
  void a_message_from_within_the_reader_waits_its_turn() {
    List<String> read = new ArrayList<>();
    List<Mailbox<String>> self = new ArrayList<>();
    Mailbox<String> mailbox =
        new Mailbox<>(
            message -> {
              read.add("begin " + message);
              if (message.equals("a")) {
                self.get(0).put("b");
              }
              read.add("end " + message);
            });
    self.add(mailbox);
    mailbox.put("a");

    assertThat(read).containsExactly("begin a", "end a", "begin b", "end b");
  }

  @Test
  @Timeout(30)
  void messages_of_many_threads_are_all_read_one_at_a_time_and_each_threads_in_order()
      throws InterruptedException {
    AtomicInteger reading = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    List<int[]> read = new ArrayList<>();
    Mailbox<int[]> mailbox =
        new Mailbox<>(
            message -> {
              if (reading.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
              }
              read.add(message);
              reading.decrementAndGet();
            });
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int number = t;
      threads.add(
          new Thread(
              () -> {
                for (int i = 0; i < 5000; i++) {
                  mailbox.put(new int[] {number, i});
                }
              }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(overlaps.get()).isZero();
    assertThat(read).hasSize(20_000);
    int[] last = {-1, -1, -1, -1};
    for (int[] message : read) {
      assertThat(message[1]).isEqualTo(last[message[0]] + 1);
      last[message[0]] = message[1];
    }
  }
}
