/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import java.util.List;

/** The process of {@code unitgrid-demo.jar}: all commands of {@code unitgrid.jar}, and the demo. */
public final class Main {
  private Main() {}

  /** Runs the command that {@code arguments} name and ends the process. */
  public static void main(String[] arguments) {
    dev.unitgrid.cli.Main.main(List.of(DemoCommand::new), arguments);
  }
}
