/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import picocli.CommandLine.Option;

/** The option of the commands that run on a node. */
final class NodeOption {
  @Option(
      names = "--node",
      required = true,
      paramLabel = "NAME",
      description = "The node that it runs on, by the name of its Node.")
  @SuppressWarnings("NullAway.Init") // required
  private String name;

  String name() {
    return name;
  }
}
