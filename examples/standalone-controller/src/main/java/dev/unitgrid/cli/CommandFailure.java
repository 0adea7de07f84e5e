/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot do what was asked; the message is the one sentence that the user reads. */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A sentence. */
  public CommandFailure(String sentence) {
    super(sentence);
  }

  /** A sentence, and what caused it. */
  public CommandFailure(String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
  }
}
