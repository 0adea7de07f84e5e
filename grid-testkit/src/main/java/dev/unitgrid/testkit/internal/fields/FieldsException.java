/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

/** An object whose lists cannot be merged by their keys. */
public final class FieldsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The server's sentence. */
  public FieldsException(String message) {
    super(message);
  }
}
