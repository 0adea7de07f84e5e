/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a cluster costs before anybody uses it, counted and not timed. */
class StartTest {
  /** Starts a cluster in a JVM of its own. */
  static final class Program {
    private Program() {}

    /** Prints how many threads of ours there are. */
    public static void main(String... arguments) {
      try (TestCluster cluster = TestCluster.start()) {
        cluster.nodes("location=beijing", "bj-1");
        long threads =
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("unitgrid-testkit"))
                .count();
        System.out.println("threads " + threads);
      }
    }
  }

  private static List<String> run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:stdout:none",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    return lines;
  }

  @Test
  void a_cluster_that_starts_loads_no_cel_no_http_and_few_threads() throws Exception {
    List<String> lines = run();
    assertThat(lines).anyMatch(line -> line.startsWith("dev.unitgrid.testkit.TestCluster "));
    assertThat(lines)
        .noneMatch(line -> line.startsWith("dev.cel."))
        .noneMatch(line -> line.startsWith("com.google.protobuf."))
        .noneMatch(line -> line.startsWith("com.sun.net.httpserver."))
        .noneMatch(line -> line.startsWith("okhttp3."))
        .noneMatch(line -> line.startsWith("org.yaml.snakeyaml."));
    assertThat(lines)
        .filteredOn(line -> line.startsWith("threads "))
        .singleElement()
        .satisfies(line -> assertThat(Integer.parseInt(line.substring(8))).isLessThanOrEqualTo(2));
  }
}
