/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

/** An expectation that did not come true; the message shows what is there instead. */
public final class ExpectationError extends AssertionError {
  private static final long serialVersionUID = 1L;

  ExpectationError(String message) {
    super(message);
  }
}
