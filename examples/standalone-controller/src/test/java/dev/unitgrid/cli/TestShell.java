/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Runs commands in process and keeps what they print. */
final class TestShell {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CountDownLatch termination = new CountDownLatch(1);
  private final Shell shell;

  TestShell() {
    this("", Map.of());
  }

  TestShell(String input, Map<String, String> environment) {
    shell =
        new Shell(
            new PrintWriter(out),
            new PrintWriter(err),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            environment,
            termination::await);
  }

  int run(String... arguments) {
    return Cli.run(shell, List.of(), arguments);
  }

  /** What SIGTERM does. */
  void terminate() {
    termination.countDown();
  }

  String out() {
    return out.toString();
  }

  String err() {
    return err.toString();
  }
}
