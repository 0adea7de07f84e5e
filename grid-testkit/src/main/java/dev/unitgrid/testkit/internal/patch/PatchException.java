/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.patch;

/** A patch that cannot be done. */
public final class PatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  PatchException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** The HTTP status that the server answers. */
  public int status() {
    return status;
  }
}
