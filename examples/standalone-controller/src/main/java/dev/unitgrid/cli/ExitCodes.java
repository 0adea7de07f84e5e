/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

/** The exit codes of all commands. */
public final class ExitCodes {
  /** It did what was asked. */
  public static final int WELL = 0;

  /** It failed; one sentence on standard error says why. */
  public static final int FAILED = 1;

  /** It was called wrongly. */
  public static final int USAGE = 2;

  /** {@code plan --exit-code}: something differs. */
  public static final int DIFFERS = 3;

  private ExitCodes() {}
}
