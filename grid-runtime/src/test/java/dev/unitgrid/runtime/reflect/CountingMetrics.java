/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.runtime.metrics.Metrics;
import java.time.Duration;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Counts by name. */
record CountingMetrics(Map<String, Integer> counts) implements Metrics {
  @Override
  public void count(String name, String... tags) {
    counts.merge(name, 1, Integer::sum);
  }

  @Override
  public void time(String name, Duration duration, String... tags) {}

  @Override
  public Registration gauge(String name, DoubleSupplier value, String... tags) {
    return () -> {};
  }
}
