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
 * Runs a command as a process: SIGTERM and SIGINT let a command that waits for them finish what it
 * holds (a lease, say), then the process ends with the command's own exit code instead of the
 * signal's. Any other command is ended by the signal at once.
 */
public final class Signals {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final CountDownLatch wished = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  // Written by the main thread, read by the hook.
  private volatile int exitCode = ExitCodes.FAILED;
  private volatile boolean waits;

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
      exitCode = command.applyAsInt(this::await);
    } finally {
      finished.countDown();
    }
  }

  private void await() throws InterruptedException {
    waits = true;
    wished.await();
  }

  /** Also runs after an ordinary end; then nothing is left to wait for. */
  private void finishAndHalt() {
    wished.countDown();
    Duration patience = waits ? PATIENCE : Duration.ZERO;
    try {
      if (finished.await(patience.toSeconds(), TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(exitCode);
      }
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }
}
