/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.time.VirtualScheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WorkQueueTest {
  private static final Backoff BACKOFF =
      Backoff.exponential(Duration.ofSeconds(1), Duration.ofSeconds(60));

  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final List<String> begun = new ArrayList<>();
  private final Map<String, CompletableFuture<Outcome>> open = new LinkedHashMap<>();

  @Test
  void a_key_that_waits_is_not_added_twice_and_the_first_comes_first() {
    WorkQueue<String> queue = queue(1);
    queue.add("a");
    queue.add("b");
    queue.add("a");
    queue.start();
    scheduler.settle();
    end("a", Outcome.done());
    end("b", Outcome.done());

    assertThat(begun).containsExactly("a", "b");
    assertThat(queue.state()).isEqualTo(new QueueState(0, 0, 0, 0, Duration.ZERO));
  }

  @Test
  void a_key_that_is_added_while_it_is_worked_on_is_worked_on_once_more() {
    WorkQueue<String> queue = started(4);
    queue.add("a");
    scheduler.settle();
    queue.add("a");
    queue.add("a");
    scheduler.settle();
    assertThat(begun).containsExactly("a");
    end("a", Outcome.done());
    assertThat(begun).containsExactly("a", "a");
    end("a", Outcome.done());
    assertThat(begun).containsExactly("a", "a");
  }

  @Test
  void no_more_keys_than_workers_are_worked_on_at_a_time() {
    WorkQueue<String> queue = started(2);
    List.of("a", "b", "c").forEach(queue::add);
    scheduler.settle();
    assertThat(open).containsOnlyKeys("a", "b");
    assertThat(queue.state().depth()).isOne();
    scheduler.advance(Duration.ofSeconds(7));
    assertThat(queue.state().oldest()).isEqualTo(Duration.ofSeconds(7));
    end("b", Outcome.done());
    assertThat(open).containsOnlyKeys("a", "c");
  }

  @Test
  void of_several_delays_the_earliest_counts() {
    WorkQueue<String> queue = started(1);
    queue.addAfter("a", Duration.ofSeconds(20));
    queue.addAfter("a", Duration.ofSeconds(10));
    queue.addAfter("a", Duration.ofSeconds(30));
    scheduler.advance(Duration.ofSeconds(9));
    assertThat(begun).isEmpty();
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(begun).containsExactly("a");
    end("a", Outcome.done());
    scheduler.advance(Duration.ofMinutes(5));
    assertThat(begun).containsExactly("a");
  }

  @Test
  void failures_of_a_key_are_paused_longer_and_longer_until_it_succeeds() {
    WorkQueue<String> queue = started(1);
    queue.add("a");
    scheduler.settle();
    end("a", Outcome.retry("conflict"));
    assertThat(queue.state().failing()).isOne();
    scheduler.advance(Duration.ofSeconds(1));
    end("a", Outcome.retry("conflict"));
    scheduler.advance(Duration.ofMillis(1999));
    assertThat(begun).hasSize(2);
    scheduler.advance(Duration.ofMillis(1));
    end("a", Outcome.done());
    queue.add("a");
    scheduler.settle();
    end("a", Outcome.retry("conflict"));
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(begun).hasSize(5);
  }

  @Test
  void a_worker_that_throws_or_fails_is_repeated_and_stops_nobody() {
    WorkQueue<String> queue =
        new WorkQueue<>(
            "test",
            1,
            key -> {
              begun.add(key);
              if (begun.equals(List.of("bad"))) {
                throw new IllegalStateException("thrown");
              }
              return begun.equals(List.of("bad", "good", "bad"))
                  ? CompletableFuture.failedFuture(new IllegalStateException("failed"))
                  : CompletableFuture.completedFuture(Outcome.done());
            },
            BACKOFF,
            scheduler,
            Metrics.NOOP);
    queue.start();
    queue.add("bad");
    queue.add("good");
    scheduler.advance(Duration.ofMinutes(1));

    assertThat(begun).containsExactly("bad", "good", "bad", "bad");
    assertThat(queue.state().failing()).isZero();
  }

  @Test
  void a_drained_queue_works_on_what_waits_and_takes_nothing_more() {
    WorkQueue<String> queue = started(1);
    List.of("a", "b").forEach(queue::add);
    queue.addAfter("later", Duration.ofSeconds(1));
    scheduler.settle();
    CompletableFuture<?> drained = queue.drain();
    queue.add("c");
    end("a", Outcome.retry("too late"));
    assertThat(drained).isNotDone();
    end("b", Outcome.again(Duration.ofSeconds(1)));
    assertThat(drained).isCompleted();
    scheduler.advance(Duration.ofMinutes(2));

    assertThat(begun).containsExactly("a", "b");
    assertThat(scheduler.waiting()).isZero();
  }

  @Test
  void a_closed_queue_begins_nothing() {
    WorkQueue<String> queue = started(1);
    List.of("a", "b").forEach(queue::add);
    scheduler.settle();
    queue.close();
    end("a", Outcome.done());
    scheduler.advance(Duration.ofMinutes(2));

    assertThat(begun).containsExactly("a");
    assertThat(queue.drain()).isCompleted();
  }

  @Property(tries = 500)
  void no_work_is_lost_and_no_key_has_two_workers(@ForAll long seed) {
    new WorkQueueTest().simulate(new Random(seed));
  }

  private void simulate(Random random) {
    int workers = 1 + random.nextInt(4);
    Map<String, Instant> wanted = new HashMap<>();
    Set<String> busy = new HashSet<>();
    AtomicInteger most = new AtomicInteger();
    WorkQueue<String> queue =
        new WorkQueue<>(
            "test",
            workers,
            key -> {
              assertThat(busy.add(key)).isTrue();
              most.accumulateAndGet(busy.size(), Math::max);
              Instant start = scheduler.clock().instant();
              CompletableFuture<Outcome> result = new CompletableFuture<>();
              scheduler.schedule(
                  Duration.ofMillis(random.nextInt(2000)),
                  () -> {
                    busy.remove(key);
                    boolean fails = random.nextInt(4) == 0;
                    if (!fails) {
                      wanted.computeIfPresent(key, (k, at) -> at.isAfter(start) ? at : null);
                    }
                    result.complete(fails ? Outcome.retry("bad luck") : Outcome.done());
                  });
              return result;
            },
            BACKOFF,
            scheduler,
            Metrics.NOOP);
    queue.start();
    for (int i = 0; i < 200; i++) {
      scheduler.advance(Duration.ofMillis(random.nextInt(300)));
      String key = "k-" + random.nextInt(8);
      Duration delay = Duration.ofMillis(random.nextInt(5000));
      if (random.nextBoolean()) {
        queue.add(key);
        wanted.put(key, scheduler.clock().instant());
      } else {
        queue.addAfter(key, delay);
        wanted.merge(key, scheduler.clock().instant(), (a, b) -> a.isAfter(b) ? a : b);
      }
    }
    scheduler.advance(Duration.ofHours(2));

    assertThat(wanted).isEmpty();
    assertThat(busy).isEmpty();
    assertThat(most.get()).isLessThanOrEqualTo(workers);
    assertThat(scheduler.thrown()).isEmpty();
  }

  @Test
  @Timeout(60)
  void on_real_threads_every_addition_is_worked_on() throws Exception {
    int keys = 50;
    int rounds = 400;
    Map<Integer, AtomicInteger> seen = new ConcurrentHashMap<>();
    Map<Integer, AtomicInteger> busy = new ConcurrentHashMap<>();
    AtomicInteger overlaps = new AtomicInteger();
    Map<Integer, AtomicInteger> latest = new ConcurrentHashMap<>();
    for (int key = 0; key < keys; key++) {
      seen.put(key, new AtomicInteger());
      busy.put(key, new AtomicInteger());
      latest.put(key, new AtomicInteger());
    }
    try (SystemScheduler threads = SystemScheduler.start("queue-test", 4)) {
      WorkQueue<Integer> queue =
          new WorkQueue<>(
              "test",
              4,
              key -> {
                if (busy.get(key).incrementAndGet() > 1) {
                  overlaps.incrementAndGet();
                }
                seen.get(key).set(latest.get(key).get());
                busy.get(key).decrementAndGet();
                return CompletableFuture.completedFuture(Outcome.done());
              },
              BACKOFF,
              threads,
              Metrics.NOOP);
      queue.start();
      CountDownLatch done = new CountDownLatch(2);
      for (int adder = 0; adder < 2; adder++) {
        threads.execute(
            () -> {
              for (int i = 0; i < rounds * keys / 2; i++) {
                latest.get(i % keys).incrementAndGet();
                queue.add(i % keys);
              }
              done.countDown();
            });
      }
      done.await();
      queue.drain().get(30, TimeUnit.SECONDS);
    }

    assertThat(overlaps.get()).isZero();
    for (int key = 0; key < keys; key++) {
      assertThat(seen.get(key).get()).isEqualTo(latest.get(key).get());
    }
  }

  private WorkQueue<String> started(int workers) {
    WorkQueue<String> queue = queue(workers);
    queue.start();
    return queue;
  }

  private WorkQueue<String> queue(int workers) {
    return new WorkQueue<>("test", workers, this::begin, BACKOFF, scheduler, Metrics.NOOP);
  }

  private CompletableFuture<Outcome> begin(String key) {
    begun.add(key);
    CompletableFuture<Outcome> result = new CompletableFuture<>();
    assertThat(open.put(key, result)).isNull();
    return result;
  }

  private void end(String key, Outcome outcome) {
    open.remove(key).complete(outcome);
    scheduler.settle();
  }
}
