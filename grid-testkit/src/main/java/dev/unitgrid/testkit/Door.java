/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.api.WatchSink;

/** The way back to who sent one request. Exactly one method is called, once. */
interface Door {
  /** Answers. */
  void answer(ApiResponse response);

  /** Answers 200 and opens a stream; {@code close} is to be run when the other side goes. */
  Stream open(Runnable close);

  /** Breaks the connection. */
  void reset(String why);

  /** Never answers. */
  void hang();

  /** An open stream. */
  interface Stream extends WatchSink {
    /** Sends the beginning of a frame and breaks the connection. */
    void breakOff(byte[] half);
  }
}
