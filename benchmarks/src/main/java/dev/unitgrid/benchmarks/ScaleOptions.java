/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What every program on a real control plane needs. */
final class ScaleOptions {
  @Option(
      names = "--repository",
      defaultValue = ".",
      description = "the checkout whose deploy/ is used; default: here")
  Path repository = Path.of(".");

  @Option(
      names = "--jar",
      defaultValue = "examples/standalone-controller/target/unitgrid.jar",
      description = "the controller; default ${DEFAULT-VALUE}")
  Path jar = Path.of("");
}
