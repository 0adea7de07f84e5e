/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

/** A rule that the real server knows and this one does not evaluate; the message says why. */
public final class UnsupportedRuleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedRuleException(String message) {
    super(message);
  }

  UnsupportedRuleException(String message, Throwable cause) {
    super(message, cause);
  }
}
