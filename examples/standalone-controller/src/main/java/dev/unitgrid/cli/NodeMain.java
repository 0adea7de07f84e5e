/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

/**
 * The process of {@code unitgrid-node.jar}: the agents of {@code unitgrid.jar} without what only
 * the cloud side needs. A JVM holds the directory of its jar in memory, and that of {@code
 * unitgrid.jar} is a fifth of what a node gives.
 */
public final class NodeMain {
  private NodeMain() {}

  /** Runs the agent that {@code arguments} name and ends the process. */
  public static void main(String[] arguments) {
    Main.run(shell -> Cli.runNodeAgent(shell, arguments));
  }
}
