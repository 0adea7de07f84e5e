/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what a real control plane does in its own time. */
final class Patience {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(40);

  private Patience() {}

  /** Until {@code condition} holds; else the error prints {@code found}. */
  static void until(String what, BooleanSupplier condition, Supplier<String> found) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + LIMIT + ": " + what + "; " + found.get());
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
