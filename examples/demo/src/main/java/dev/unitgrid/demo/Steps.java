/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The steps of a walkthrough: what is printed of each, and how long each check is waited for. */
final class Steps {
  private static final Duration GLANCE = Duration.ofMillis(10);

  private final PrintWriter out;
  private final Duration patience;

  /** A step has failed; the message is its sentence. */
  private static final class StepFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StepFailed(String sentence) {
      super(sentence);
    }
  }

  Steps(PrintWriter out, Duration patience) {
    this.out = out;
    this.patience = patience;
  }

  /** Runs {@code all}; answers the sentence of the first that does not hold, if any. */
  Optional<String> run(Runnable all) {
    long start = System.nanoTime();
    try {
      all.run();
    } catch (StepFailed failed) {
      return Optional.of(String.valueOf(failed.getMessage()));
    }
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    out.printf("Every step holds (%.1f s).%n", millis / 1000.0);
    return Optional.empty();
  }

  void title(String title) {
    out.println("== " + title);
    out.println();
    out.flush();
  }

  /** Applies manifests of the walkthrough. */
  void apply(TestCluster cluster, String... files) {
    out.println("$ kubectl apply -f " + String.join(" -f ", files));
    for (String file : files) {
      cluster.apply(resource(file));
    }
  }

  private static String resource(String file) {
    try (InputStream stream = Steps.class.getResourceAsStream(file)) {
      return new String(
          Objects.requireNonNull(stream, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Waits for all of {@code checks}, each for as long as patience lasts. */
  void check(Check... checks) {
    for (Check check : checks) {
      long end = System.nanoTime() + patience.toNanos();
      Optional<String> wrong = check.wrong().get();
      while (wrong.isPresent() && System.nanoTime() < end) {
        LockSupport.parkNanos(GLANCE.toNanos());
        wrong = check.wrong().get();
      }
      if (wrong.isPresent()) {
        throw new StepFailed("not so: " + check.sentence() + ": " + wrong.get());
      }
      out.println("  ok: " + check.sentence());
    }
    out.println();
    out.flush();
  }
}
