/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The option of the commands that run against one cluster. It names no class of client-java, which
 * picocli would load.
 */
final class ClusterOption {
  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "The cluster. In a pod: its own; else KUBECONFIG or ~/.kube/config.")
  private Optional<Path> kubeconfig = Optional.empty();

  /** The file that the user named, if any. */
  Optional<Path> kubeconfig() {
    return kubeconfig;
  }
}
