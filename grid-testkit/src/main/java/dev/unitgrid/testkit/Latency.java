/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.time.Duration;

/** How long the next message between a client and the server takes. */
@FunctionalInterface
interface Latency {
  Latency NONE = () -> Duration.ZERO;

  Duration next();
}
