/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of the commands that run against one cluster. */
final class ClusterOption {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The cluster. In a pod: its own; else KUBECONFIG or ~/.kube/config.")
  private Optional<Path> kubeconfig = Optional.empty();

  /**
   * A client of that cluster.
   *
   * @throws CommandFailure if there is none to be found
   */
  ApiClient client(Shell shell) {
    return new ClusterAccess(shell.environment()).connect(kubeconfig).client();
  }
}
