/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One running program; its output goes to a log file. */
final class Program {
  private static final int TAIL_LINES = 15;

  private final Part part;
  private final List<String> command;
  private final Path log;
  private Process process;

  private Program(Part part, List<String> command, Path log, Process process) {
    this.part = part;
    this.command = command;
    this.log = log;
    this.process = process;
  }

  static Program start(Part part, List<String> command, Path log) {
    return new Program(part, List.copyOf(command), log, launch(command, log));
  }

  private static Process launch(List<String> command, Path log) {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .start();
    } catch (IOException cannotStart) {
      throw new UncheckedIOException("cannot start " + command.get(0), cannotStart);
    }
  }

  Part part() {
    return part;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills it without a chance to say goodbye, and starts the same command. */
  void restart() {
    kill();
    process = launch(command, log);
  }

  void kill() {
    process.destroyForcibly();
    await(10);
  }

  void stop() {
    process.destroy();
    if (!await(5)) {
      kill();
    }
  }

  private boolean await(int seconds) {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  String endOfLog() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException unreadable) {
      return "no log: " + unreadable.getMessage();
    }
  }
}
