/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.time.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A cluster in virtual time on the caller's thread: nothing happens but in {@link #run} and {@link
 * #runUntil}. One seed decides how long every message and every task takes, so that a schedule that
 * fails can be run again. Not thread-safe.
 *
 * <pre>{@code
 * Simulation simulation = Simulation.of(seed);
 * simulation.cluster().nodes("location=beijing", "bj-1");
 * Engine engine = new Engine(simulation.cluster().transport(), simulation.scheduler());
 * simulation.runUntil(() -> engine.isDone(), Duration.ofMinutes(5));
 * }</pre>
 */
public final class Simulation implements AutoCloseable {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int MAX_TASK_MICROS = 1_000;
  private static final int MAX_MESSAGE_MICROS = 20_000;

  private final long seed;
  private final Random random;
  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final SimulatedCluster cluster;
  private final List<SimulatedCluster> clusters = new ArrayList<>();

  private Simulation(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.cluster = anotherCluster();
  }

  /** A further cluster in the same virtual time, for what connects several; it is empty, too. */
  public SimulatedCluster anotherCluster() {
    SimulatedCluster another =
        new SimulatedCluster(
            new EmbeddedApiServer(scheduler, this::messageTime, seed + clusters.size(), () -> {}));
    clusters.add(another);
    return another;
  }

  /** A new simulation; equal seeds and equal calls give equal runs. */
  public static Simulation of(long seed) {
    return new Simulation(seed);
  }

  /** The seed, for messages. */
  public long seed() {
    return seed;
  }

  /** Time and tasks of what is simulated. */
  public Scheduler scheduler() {
    return scheduler;
  }

  /** The virtual clock; starts at the beginning of 2026, UTC. */
  public Clock clock() {
    return scheduler.clock;
  }

  /** The cluster. Its transports deliver in the order that the seed gives. */
  public SimulatedCluster cluster() {
    return cluster;
  }

  /**
   * Lets virtual time pass.
   *
   * @throws AssertionError if a task throws; the seed is in the message
   */
  public void run(Duration duration) {
    Instant end = scheduler.now.plus(duration);
    while (scheduler.hasTaskUntil(end)) {
      step();
    }
    scheduler.now = end;
  }

  /**
   * Lets virtual time pass until {@code condition} holds, which is looked at after each task.
   *
   * @throws AssertionError if it does not within {@code limit} of virtual time, or a task throws;
   *     the seed and what is there are in the message
   */
  public void runUntil(BooleanSupplier condition, Duration limit) {
    Instant end = scheduler.now.plus(limit);
    while (!condition.getAsBoolean()) {
      if (!scheduler.hasTaskUntil(end)) {
        throw new AssertionError(
            "seed " + seed + ": not within " + limit + "; there is\n" + describe());
      }
      step();
    }
  }

  private void step() {
    Pending next = scheduler.take();
    if (next.cancelled) {
      return;
    }
    try {
      next.task.run();
    } catch (RuntimeException | Error failure) {
      throw new AssertionError(
          "seed " + seed + ", at " + scheduler.now + ": a task failed: " + failure, failure);
    }
  }

  private Duration messageTime() {
    return Duration.ofNanos(1_000L * random.nextInt(MAX_MESSAGE_MICROS));
  }

  private String describe() {
    return clusters.stream().map(SimulatedCluster::describe).collect(Collectors.joining("\n"));
  }

  /** Ends all watches. */
  @Override
  public void close() {
    for (SimulatedCluster each : clusters) {
      each.markClosed();
      each.server().close();
    }
  }

  private static final class Pending {
    private final Instant at;
    private final long number;
    private final Runnable task;
    private boolean cancelled;

    private Pending(Instant at, long number, Runnable task) {
      this.at = at;
      this.number = number;
      this.task = task;
    }
  }

  private final class VirtualScheduler implements Scheduler {
    private final PriorityQueue<Pending> queue =
        new PriorityQueue<>(
            Comparator.comparing((Pending pending) -> pending.at)
                .thenComparingLong(pending -> pending.number));
    private final VirtualClock clock = new VirtualClock(ZoneOffset.UTC);
    private Instant now = START;
    private long count;

    @Override
    public Clock clock() {
      return clock;
    }

    @Override
    public void execute(Runnable task) {
      schedule(Duration.ZERO, task);
    }

    @Override
    public Task schedule(Duration delay, Runnable task) {
      Duration positive = delay.isNegative() ? Duration.ZERO : delay;
      Duration jitter = Duration.ofNanos(1_000L * random.nextInt(MAX_TASK_MICROS));
      Pending pending = new Pending(now.plus(positive).plus(jitter), count++, task);
      queue.add(pending);
      return () -> pending.cancelled = true;
    }

    private boolean hasTaskUntil(Instant end) {
      Pending next = queue.peek();
      return next != null && !next.at.isAfter(end);
    }

    private Pending take() {
      Pending next = queue.remove();
      if (next.at.isAfter(now)) {
        now = next.at;
      }
      return next;
    }

    private final class VirtualClock extends Clock {
      private final ZoneId zone;

      private VirtualClock(ZoneId zone) {
        this.zone = zone;
      }

      @Override
      public ZoneId getZone() {
        return zone;
      }

      @Override
      public Clock withZone(ZoneId other) {
        return new VirtualClock(other);
      }

      @Override
      public Instant instant() {
        return now;
      }
    }
  }
}
