/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import dev.unitgrid.cli.CommandFailure;
import dev.unitgrid.cli.ExitCodes;
import dev.unitgrid.cli.Shell;
import dev.unitgrid.testkit.TestCluster;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs the walkthrough: an embedded API server, simulated nodes and the real engine, from"
            + " YAML to ready workloads in every unit. Exits with 0 only if every step holds.",
    footer = {"", "Example:", "  unitgrid demo"})
final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Shell shell;

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    try (TestCluster cluster = TestCluster.start()) {
      Optional<String> failure = new Walkthrough(cluster, shell.out(), PATIENCE).run();
      if (failure.isPresent()) {
        shell.err().println(cluster.describe());
        throw new CommandFailure(failure.get());
      }
      return ExitCodes.WELL;
    }
  }
}
