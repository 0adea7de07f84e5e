/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

import java.time.Duration;

/**
 * The times of an election, as client-go has them.
 *
 * @param lease how long others wait after the last change that they saw, in whole seconds
 * @param renewal how long a leader goes on without having renewed; shorter than {@code lease}
 * @param retry the pause between two attempts; shorter than {@code renewal}
 */
public record LeaseTimes(Duration lease, Duration renewal, Duration retry) {
  /** 15, 10 and 2 seconds. */
  public static final LeaseTimes DEFAULT =
      new LeaseTimes(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(2));

  /**
   * Times.
   *
   * @throws IllegalArgumentException unless {@code lease > renewal > retry > 0} and {@code lease}
   *     is of whole seconds
   */
  public LeaseTimes {
    boolean ordered =
        lease.compareTo(renewal) > 0
            && renewal.compareTo(retry) > 0
            && retry.compareTo(Duration.ZERO) > 0;
    if (!ordered || !lease.equals(Duration.ofSeconds(lease.toSeconds()))) {
      throw new IllegalArgumentException(
          "no election with a lease of " + lease + ", renewal " + renewal + ", retry " + retry);
    }
  }
}
