/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line of the benchmarks. */
@Command(
    name = "benchmarks",
    mixinStandardHelpOptions = true,
    scope = CommandLine.ScopeType.INHERIT, // each command has a --help
    description = "Measures what the figures in the README claim.",
    subcommands = {
      StoreHeap.class,
      Microbenchmarks.class,
      Converge.class,
      Idle.class,
      Restart.class,
      EmbeddedLoad.class,
      ProxyFigures.class,
      NameFigures.class,
      FederationFigures.class
    })
final class Benchmarks {
  private Benchmarks() {}

  /** Runs one of them. */
  public static void main(String... args) {
    System.exit(new CommandLine(new Benchmarks()).execute(args));
  }
}
