/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import dev.unitgrid.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Counts. */
public final class CountedMetrics implements Metrics {
  private final Map<String, Integer> counts = new HashMap<>();

  /** How often. */
  public int of(String name) {
    return counts.getOrDefault(name, 0);
  }

  @Override
  public void count(String name, String... tags) {
    counts.merge(name, 1, Integer::sum);
  }

  @Override
  public void time(String name, Duration duration, String... tags) {
    count(name);
  }

  @Override
  public Registration gauge(String name, DoubleSupplier value, String... tags) {
    return () -> {};
  }
}
