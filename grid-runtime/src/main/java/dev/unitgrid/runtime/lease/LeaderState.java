/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

import java.time.Instant;
import java.util.Optional;

/**
 * Who leads, as an elector sees it.
 *
 * @param leading whether this one does
 * @param holder the identity in the lease when it was last read; empty if nobody's
 * @param terms how many terms this one has had
 * @param renewedAt when it last took or renewed the lease
 * @param problem why it cannot reach the lease now, a sentence
 */
public record LeaderState(
    boolean leading,
    String holder,
    long terms,
    Optional<Instant> renewedAt,
    Optional<String> problem) {
  /** Whether it cannot lead because it may not read or write the lease. */
  public boolean lacksRight() {
    return problem.filter(sentence -> sentence.startsWith("403 ")).isPresent(); // an ApiStatus
  }
}
