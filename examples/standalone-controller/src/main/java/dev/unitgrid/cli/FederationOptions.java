/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.Labels;
import dev.unitgrid.core.federation.TargetNamespaces;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What the command is told about many clusters. */
final class FederationOptions {
  /** The half of many clusters that a process is. */
  enum Role {
    parent,
    child
  }

  @Option(
      names = "--federation",
      paramLabel = "ROLE",
      description =
          "parent: carry grids with the label superedge.io/fed=yes to the child clusters. child: make"
              + " grids of what the parent carries here.")
  Optional<Role> role = Optional.empty();

  @Option(
      names = "--parent-kubeconfig",
      paramLabel = "FILE",
      description =
          "Child: the parent cluster; read again when it changes. Without it, the Secret"
              + " clusternet-system/parent-cluster of Clusternet says where it is.")
  Optional<Path> parentKubeconfig = Optional.empty();

  @Option(
      names = "--cluster-namespace",
      converter = NamespaceName.class,
      paramLabel = "NS",
      description = "Child: its namespace in the parent cluster.")
  Optional<String> clusterNamespace = Optional.empty();

  @Option(
      names = "--create-namespaces",
      description = "Child: make target namespaces that are missing.")
  boolean createNamespaces;

  @Option(
      names = "--target-namespaces",
      converter = NamespaceName.class,
      split = ",",
      paramLabel = "NS",
      description =
          "Child: the parent may put grids into these namespaces only. All by default; never into"
              + " kube-system.")
  List<String> targetNamespaces = List.of();

  @Option(
      names = "--parent-runs-workloads",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "true",
      paramLabel = "true|false",
      description =
          "Parent: whether its own nodes get workloads of distributed grids, too. True by default;"
              + " false deletes nothing.")
  boolean parentRunsWorkloads = true;

  @Option(
      names = "--cluster-label",
      paramLabel = "KEY",
      defaultValue = Labels.CLUSTER_ID,
      description =
          "Parent: the label of the namespaces of child clusters. ${DEFAULT-VALUE} by default.")
  String clusterLabel = Labels.CLUSTER_ID;

  /** Refuses options of the other half, and halves that are not whole. */
  void check(CommandSpec spec, boolean dryRun) {
    refuse(spec, Role.child, "--parent-kubeconfig", "--cluster-namespace", "--create-namespaces");
    refuse(spec, Role.child, "--target-namespaces");
    refuse(spec, Role.parent, "--parent-runs-workloads", "--cluster-label");
    if (role.isPresent() && dryRun) {
      throw new ParameterException(
          spec.commandLine(), "--dry-run shows plans of one cluster, not of --federation");
    }
    if (role.isPresent() && spec.commandLine().getParseResult().hasMatchedOption("--namespace")) {
      throw new ParameterException(
          spec.commandLine(),
          "--namespace goes not with --federation, whose grids are of all namespaces; a child has"
              + " --target-namespaces");
    }
    if (parentKubeconfig.isPresent() != clusterNamespace.isPresent()) {
      throw new ParameterException(
          spec.commandLine(),
          "--parent-kubeconfig and --cluster-namespace belong together; without both, Clusternet's"
              + " Secret is read");
    }
  }

  private void refuse(CommandSpec spec, Role needed, String... options) {
    ParseResult given = spec.commandLine().getParseResult();
    for (String option : options) {
      if (given.hasMatchedOption(option) && !role.equals(Optional.of(needed))) {
        throw new ParameterException(
            spec.commandLine(), option + " has no effect without --federation " + needed);
      }
    }
  }

  TargetNamespaces targets() {
    return targetNamespaces.isEmpty()
        ? TargetNamespaces.ALL
        : TargetNamespaces.only(targetNamespaces);
  }
}
