/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.kubectl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The program kubectl, for one cluster. */
final class Kubectl {
  private final Path kubeconfig;

  Kubectl(Path kubeconfig) {
    this.kubeconfig = kubeconfig;
  }

  /** What a run printed on both streams, and how it ended. */
  record Run(int exit, String output) {}

  /**
   * Fails with a sentence where there is no kubectl.
   *
   * @throws AssertionError if it cannot be started
   */
  static void require() {
    try {
      new ProcessBuilder("kubectl", "version", "--client")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .onExit()
          .join();
    } catch (IOException missing) {
      throw new AssertionError(
          "there is no kubectl on the PATH, and these tests run it: install one", missing);
    }
  }

  /** Runs kubectl with {@code words}, and {@code input} on its standard input. */
  CompletableFuture<Run> run(String input, List<String> words) {
    Process process = start(words);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String output =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Run(process.waitFor(), output);
          } catch (IOException broken) {
            throw new UncheckedIOException(broken);
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
          }
        });
  }

  private Process start(List<String> words) {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    try {
      return builder.start();
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** A kubectl that goes on until it is closed, such as one with {@code -w}. */
  Following follow(String... words) {
    return new Following(start(Arrays.asList(words)));
  }

  /** Takes the lines of a kubectl one by one. */
  static final class Following implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;

    private Following(Process process) {
      this.process = process;
      this.lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The next line. */
    String next() {
      try {
        return CompletableFuture.supplyAsync(this::read).get(20, TimeUnit.SECONDS);
      } catch (TimeoutException silent) {
        throw new AssertionError("no line within 20 s", silent);
      } catch (Exception failed) {
        throw new AssertionError(failed);
      }
    }

    private String read() {
      try {
        return String.valueOf(lines.readLine());
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
