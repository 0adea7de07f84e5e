/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import dev.unitgrid.cli.CommandFailure;
import dev.unitgrid.cli.ExitCodes;
import dev.unitgrid.cli.Shell;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description =
        "Runs the walkthrough: an embedded API server, simulated nodes and the real engine, from"
            + " YAML to ready workloads in every unit. Exits with 0 only if every step holds.",
    footer = {
      "",
      "Examples:",
      "  unitgrid demo",
      "  unitgrid demo --federation",
      "  unitgrid demo --serve   # then, as it says: kubectl --kubeconfig FILE get dg,deployments"
    })
final class DemoCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Shell shell;

  @Option(
      names = "--serve",
      description =
          "After the walkthrough, leaves the API server, the simulated cluster and the engine up and"
              + " prints a kubeconfig for kubectl; Ctrl-C ends it.")
  private boolean serve;

  @Option(
      names = "--federation",
      description =
          "Runs the step of many clusters instead: three embedded API servers, a parent and two"
              + " children.")
  private boolean federation;

  @Spec
  @SuppressWarnings("NullAway.Init") // injected by picocli
  private CommandSpec spec;

  DemoCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (federation) {
      return federated();
    }
    try (TestCluster cluster = TestCluster.start()) {
      Optional<String> failure = new Walkthrough(cluster, shell.out(), PATIENCE).run();
      if (failure.isPresent()) {
        shell.err().println(cluster.describe());
        throw new CommandFailure(failure.get());
      }
      if (serve) {
        serve(cluster);
      }
      return ExitCodes.WELL;
    }
  }

  private int federated() {
    if (serve) {
      throw new ParameterException(
          spec.commandLine(), "--serve leaves one cluster up, not those of --federation");
    }
    try (TestCluster parent = TestCluster.start();
        TestCluster first = TestCluster.start();
        TestCluster second = TestCluster.start()) {
      Optional<String> failure =
          new FederatedWalkthrough(parent, first, second, shell.out(), PATIENCE).run();
      if (failure.isPresent()) {
        List.of(parent, first, second).forEach(cluster -> shell.err().println(cluster.describe()));
        throw new CommandFailure(failure.get());
      }
      return ExitCodes.WELL;
    }
  }

  private void serve(TestCluster cluster) throws IOException, InterruptedException {
    Path kubeconfig = Files.createTempFile("unitgrid-demo-", ".kubeconfig");
    try (GridEngine engine = GridEngine.builder(cluster.apiClient()).build()) {
      engine.start();
      Files.writeString(kubeconfig, cluster.kubeconfig());
      shell.out().println();
      shell.out().println("The API server stays up until Ctrl-C. Its kubeconfig:");
      shell.out().println();
      shell.out().println("  export KUBECONFIG=" + kubeconfig);
      shell.out().println("  kubectl get dg,deployments,pods -o wide");
      shell.out().println("  kubectl label node gz-1 zone=zone3");
      shell.out().println("  kubectl get deployments -w");
      shell.out().flush();
      shell.termination().await();
    } finally {
      Files.deleteIfExists(kubeconfig);
    }
  }
}
