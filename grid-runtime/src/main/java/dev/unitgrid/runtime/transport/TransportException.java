/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import org.jspecify.annotations.Nullable;

/** There was no answer: a request that fails with this may or may not have had its effect. */
public final class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean truncated;

  /** A sentence, and what caused it. */
  public TransportException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  private TransportException(String message, @Nullable Throwable cause, boolean truncated) {
    super(message, cause);
    this.truncated = truncated;
  }

  /** The end of a watch in the middle of a frame, of which {@code bytes} had come. */
  public static TransportException truncatedFrame(long bytes, @Nullable Throwable cause) {
    return new TransportException(
        "the watch ended in the middle of a frame, after " + bytes + " bytes of it", cause, true);
  }

  /** Whether a watch ended in the middle of a frame. */
  public boolean isTruncated() {
    return truncated;
  }
}
