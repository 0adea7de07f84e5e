/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Runs a command as a process: SIGTERM and SIGINT let it finish what it holds (a lease, say), then
 * the process ends with the command's own exit code instead of the signal's.
 */
public final class Signals {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CountDownLatch wished = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile int exitCode = 1; // written by the main thread, read by the hook

  private Signals() {}

  /** Runs {@code command} and ends the process with what it returns. */
  public static void runAndExit(ToIntFunction<Shell.Termination> command) {
    Signals signals = new Signals();
    Thread hook = new Thread(signals::finishAndHalt, "unitgrid-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    signals.run(command);
    System.exit(signals.exitCode);
  }

  private void run(ToIntFunction<Shell.Termination> command) {
    try {
      exitCode = command.applyAsInt(wished::await);
    } finally {
      finished.countDown();
    }
  }

  /** Also runs after an ordinary end; then nothing is left to wait for. */
  private void finishAndHalt() {
    wished.countDown();
    try {
      if (finished.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(exitCode);
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
