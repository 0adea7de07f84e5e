/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.util.Map;

/**
 * What a command sees of the process that runs it. Commands print to {@code out} what was asked
 * for, to {@code err} what went wrong; they never end the process.
 *
 * @param out for results
 * @param err for failures and notes
 * @param in what {@code -f -} reads
 * @param environment the environment variables
 * @param termination when the process is asked to end
 */
public record Shell(
    PrintWriter out,
    PrintWriter err,
    InputStream in,
    Map<String, String> environment,
    Termination termination) {
  /** Copies {@code environment}. */
  public Shell {
    environment = Map.copyOf(environment);
  }

  /** The wish that the process ends, e.g. a SIGTERM. */
  public interface Termination {
    /** Returns when it is wished. */
    void await() throws InterruptedException;
  }
}
