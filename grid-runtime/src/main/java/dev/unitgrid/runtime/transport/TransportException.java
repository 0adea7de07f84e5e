/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import org.jspecify.annotations.Nullable;

/** There was no answer: a request that fails with this may or may not have had its effect. */
public final class TransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A sentence, and what caused it. */
  public TransportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
