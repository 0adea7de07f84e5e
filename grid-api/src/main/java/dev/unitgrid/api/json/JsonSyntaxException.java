/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import org.jspecify.annotations.Nullable;

/** A text that is not one JSON document; the message says where. */
public final class JsonSyntaxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A problem with its place, and what found it. */
  public JsonSyntaxException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
