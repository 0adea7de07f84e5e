/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.Crds;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "crds",
    mixinStandardHelpOptions = true,
    description = "Prints the CRDs of the three kinds of grids.",
    footer = {"", "Example:", "  unitgrid crds | kubectl apply --server-side -f -"})
final class CrdsCommand implements Callable<Integer> {
  private final Shell shell;

  CrdsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() {
    shell.out().print(Crds.yaml());
    return ExitCodes.WELL;
  }
}
