/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a step is to show.
 *
 * @param sentence what holds
 * @param wrong what is not so yet; empty once it holds
 */
record Check(String sentence, Supplier<Optional<String>> wrong) {
  /** Holds once {@code actual} equals {@code expected}. */
  static Check equal(String sentence, Object expected, Supplier<?> actual) {
    return new Check(
        sentence,
        () -> {
          Object now = actual.get();
          return now.equals(expected)
              ? Optional.empty()
              : Optional.of("expected " + expected + ", there is " + now);
        });
  }
}
