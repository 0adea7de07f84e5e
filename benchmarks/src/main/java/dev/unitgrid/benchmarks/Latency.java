/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;

/**
 * How much later events arrive at clients of a proxy than at a direct watch of this process, in
 * milliseconds.
 *
 * @param p50 the median
 * @param p99 the 99th percentile
 * @param jitter the 99th percentile of how late this process wakes up while nothing happens
 */
record Latency(double p50, double p99, double jitter) {
  /** Of one run. */
  static final int CHANGES = 500;

  private static final double QUIET = 1.0;
  private static final int WAKES = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  static Latency measure(EdgeCloud cloud, Door door, String path, int clients, int perSecond)
      throws IOException {
    try (Clients direct = Clients.open(1, cloud.door(), path);
        Clients behind = Clients.open(clients, door, path)) {
      Stage.pause(Duration.ofSeconds(1));
      double jitter = idleJitter();
      long first = cloud.patchSlices(CHANGES, perSecond);
      direct.await(CHANGES, PATIENCE);
      behind.await(CHANGES, PATIENCE);
      double[] added = added(first, direct.arrivals().get(0), behind.arrivals());
      if (added.length != CHANGES * clients) {
        throw new IllegalStateException(
            added.length + " marked events arrived of " + CHANGES * clients);
      }
      return new Latency(percentile(added, 0.50), percentile(added, 0.99), jitter);
    }
  }

  private static double idleJitter() {
    double[] late = new double[WAKES];
    for (int i = 0; i < WAKES; i++) {
      long due = System.nanoTime() + 1_000_000;
      LockSupport.parkNanos(1_000_000);
      late[i] = Math.max(0, System.nanoTime() - due) / 1e6;
    }
    return percentile(late, 0.99);
  }

  private static double[] added(
      long first, List<WatchingClient.Arrival> direct, List<List<WatchingClient.Arrival>> behind) {
    Map<Long, Long> directly = new HashMap<>();
    direct.forEach(arrival -> directly.put(arrival.mark(), arrival.nanos()));
    return behind.stream()
        .flatMap(List::stream)
        .filter(arrival -> arrival.mark() >= first && directly.containsKey(arrival.mark()))
        .mapToDouble(arrival -> (arrival.nanos() - directly.getOrDefault(arrival.mark(), 0L)) / 1e6)
        .toArray();
  }

  private static double percentile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
  }

  /** Whether the machine was quiet enough for the run to count. */
  boolean quietMachine() {
    return jitter <= QUIET;
  }

  static double median(List<Latency> runs, ToDoubleFunction<Latency> figure) {
    return percentile(runs.stream().mapToDouble(figure).toArray(), 0.50);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "p50 %.2f ms, p99 %.2f ms; idle jitter p99 %.2f ms%s",
        p50,
        p99,
        jitter,
        quietMachine() ? "" : ", which is no quiet machine");
  }
}
