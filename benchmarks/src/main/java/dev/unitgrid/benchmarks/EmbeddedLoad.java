/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.testkit.TestCluster;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long it takes to fill an embedded API server in a JVM that just started: each node by {@code
 * cluster.nodes}, each Deployment by {@code cluster.applyAll}, one after the other on one thread.
 * The clock starts before the server does and stops with the last answer. Pods fit the nodes of
 * their unit, so the simulated cluster has its full work meanwhile, unless it is paused.
 */
@Command(
    name = "embedded-load",
    description = "Loads nodes and Deployments into the embedded API server.")
final class EmbeddedLoad implements Callable<Integer> {
  private static final int UNITS = 100;

  @Option(names = "--nodes", defaultValue = "10000", description = "how many nodes")
  private int nodes;

  @Option(names = "--deployments", defaultValue = "10000", description = "how many Deployments")
  private int deployments;

  @Option(names = "--paused", description = "pause the simulated controllers meanwhile")
  private boolean paused;

  @Option(names = "--settle", description = "wait until the simulated controllers have no work")
  private boolean settle;

  /** Seconds on a clock, and seconds on a core of all threads of the JVM. */
  private record Elapsed(double seconds, double onCores) {
    static Elapsed now() {
      long onCores =
          ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
      return new Elapsed(System.nanoTime() / 1e9, onCores / 1e9);
    }

    Elapsed since(Elapsed start) {
      return new Elapsed(seconds - start.seconds, onCores - start.onCores);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f s (%.2f s on cores)", seconds, onCores);
    }
  }

  @Override
  public Integer call() {
    Elapsed start = Elapsed.now();
    try (TestCluster cluster = TestCluster.start()) {
      cluster.server().pauseControllers(paused);
      Elapsed up = Elapsed.now();
      for (int i = 0; i < nodes; i++) {
        cluster.nodes("location=unit-" + i % UNITS, "node-" + i);
      }
      Elapsed withNodes = Elapsed.now();
      cluster.applyAll(
          () ->
              IntStream.range(0, deployments)
                  .mapToObj(
                      i -> EmbeddedServerBenchmark.deployment(i, "echo:1", "unit-" + i % UNITS))
                  .iterator());
      Elapsed all = Elapsed.now();
      System.out.printf(
          Locale.ROOT,
          "up %s, %d nodes %s, %d Deployments %s, all %s, this thread %.2f s on a core%n",
          up.since(start),
          nodes,
          withNodes.since(up),
          deployments,
          all.since(withNodes),
          all.since(start),
          ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9);
      if (settle) {
        cluster.await().within(Duration.ofMinutes(10)).idle();
        System.out.println("settled " + Elapsed.now().since(start));
      }
    }
    return 0;
  }
}
