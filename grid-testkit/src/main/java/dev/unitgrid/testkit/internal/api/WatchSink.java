/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

/**
 * Where the frames of one watch go. Called under the server's lock: an implementation only takes
 * note and delivers elsewhere.
 */
public interface WatchSink {
  /** One event, without a line end. */
  void frame(byte[] frame);

  /** What was there when the watch began is told; from here on come changes as they happen. */
  default void caughtUp() {}

  /** The server ends the watch. */
  void end();
}
