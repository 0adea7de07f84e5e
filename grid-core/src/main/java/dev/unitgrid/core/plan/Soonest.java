/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** The soonest of several times. */
final class Soonest {
  private Soonest() {}

  static Optional<Instant> of(Stream<Optional<Instant>> times) {
    return times.flatMap(Optional::stream).min(Instant::compareTo);
  }
}
