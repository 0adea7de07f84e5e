/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.runtime.metrics.Metrics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.function.DoubleSupplier;

/** The engine's metrics, and those of the process, as Prometheus scrapes them. Thread-safe. */
final class PrometheusMetrics implements Metrics {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

  /** All metrics in Prometheus' text format. */
  String scrape() {
    return registry.scrape();
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  @Override
  public void count(String name, String... tags) {
    registry.counter(name, tags).increment();
  }

  @Override
  public void time(String name, Duration duration, String... tags) {
    registry.timer(name, tags).record(duration);
  }

  @Override
  public Registration gauge(String name, DoubleSupplier value, String... tags) {
    Gauge gauge = Gauge.builder(name, value::getAsDouble).tags(tags).register(registry);
    return () -> registry.remove(gauge);
  }
}
