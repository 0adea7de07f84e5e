/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import java.time.Duration;

/**
 * How long is waited for the API server.
 *
 * @param connect for a connection
 * @param answer from the end of a request to the head of its answer: longer than the minute that
 *     the API server gives itself
 * @param idle after which a connection is not used again: on the way to a cloud are machines that
 *     forget connections, and do not say so
 */
record PassLimits(Duration connect, Duration answer, Duration idle) {
  static final PassLimits USUAL =
      new PassLimits(Duration.ofSeconds(5), Duration.ofSeconds(90), Duration.ofSeconds(30));
}
