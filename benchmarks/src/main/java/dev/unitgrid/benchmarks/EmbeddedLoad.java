/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.testkit.TestCluster;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long it takes to fill an embedded API server in a JVM that just started. */
@Command(
    name = "embedded-load",
    description = "Loads nodes and Deployments into the embedded API server, controllers running.")
final class EmbeddedLoad implements Callable<Integer> {
  @Option(names = "--nodes", defaultValue = "10000", description = "how many nodes")
  private int nodes;

  @Option(names = "--deployments", defaultValue = "10000", description = "how many Deployments")
  private int deployments;

  @Option(names = "--paused", description = "pause the simulated controllers meanwhile")
  private boolean paused;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    try (TestCluster cluster = TestCluster.start()) {
      cluster.server().pauseControllers(paused);
      double up = seconds(start);
      for (int i = 0; i < nodes; i++) {
        cluster.nodes("location=unit-" + i % 100, "node-" + i);
      }
      double withNodes = seconds(start);
      for (int i = 0; i < deployments; i++) {
        cluster.apply(EmbeddedServerBenchmark.deployment(i, "echo:1"));
      }
      double all = seconds(start);
      System.out.printf(
          Locale.ROOT,
          "up %.3f s, %d nodes %.2f s, %d Deployments %.2f s, all %.2f s, this thread on a core"
              + " %.2f s%n",
          up,
          nodes,
          withNodes - up,
          deployments,
          all - withNodes,
          all,
          ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9);
    }
    return 0;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
