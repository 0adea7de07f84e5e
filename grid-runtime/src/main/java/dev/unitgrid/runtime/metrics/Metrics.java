/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.metrics;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Where the runtime and the controllers report what they do; an embedder puts it on the metrics
 * library of the process. Names are in {@link MetricNames} and, for the controllers, beside them.
 * Tags are alternating names and values, a bounded number of values a name. Implementations are
 * thread-safe, do not block and do not throw.
 */
public interface Metrics {
  /** Keeps nothing. */
  Metrics NOOP =
      new Metrics() {
        @Override
        public void count(String name, String... tags) {}

        @Override
        public void time(String name, Duration duration, String... tags) {}

        @Override
        public Registration gauge(String name, DoubleSupplier value, String... tags) {
          return () -> {};
        }
      };

  /** One more of {@code name}. */
  void count(String name, String... tags);

  /** Something took {@code duration}. */
  void time(String name, Duration duration, String... tags);

  /**
   * Reads {@code value}, which is cheap and callable from any thread, whenever metrics are
   * collected, until the registration is closed.
   */
  Registration gauge(String name, DoubleSupplier value, String... tags);

  /** A gauge that is read. */
  interface Registration extends AutoCloseable {
    /** Ends it. */
    @Override
    void close();
  }
}
