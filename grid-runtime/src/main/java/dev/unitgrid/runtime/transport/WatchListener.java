/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import org.jspecify.annotations.Nullable;

/** Hears of a watch; calls for one watch never overlap. */
public interface WatchListener {
  /** The server accepted; frames follow. */
  void onOpen();

  /** One whole frame, without its line end. */
  void onFrame(byte[] frame);

  /** The server answered something else than 200: the whole answer. The end. */
  void onRefused(ApiResponse response);

  /**
   * The stream is over: the server ended it ({@code null}), or it broke, or it ended in the middle
   * of a frame ({@link TransportException}); a half frame is never delivered. The end.
   */
  void onClosed(@Nullable TransportException cause);
}
