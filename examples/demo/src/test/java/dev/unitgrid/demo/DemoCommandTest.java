/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.cli.Cli;
import dev.unitgrid.cli.ExitCodes;
import dev.unitgrid.cli.Shell;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void the_demo_is_a_command_beside_the_others() {
    assertThat(run("--help")).isEqualTo(ExitCodes.WELL);
    assertThat(out.toString()).contains("controller", "crds", "plan", "demo");
  }

  @Test
  void options_whose_time_comes_later_are_unknown() {
    assertThat(run("demo", "--serve")).isEqualTo(ExitCodes.USAGE);
    assertThat(run("demo", "--federation")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith("unitgrid demo: "));
  }

  private int run(String... words) {
    Shell shell =
        new Shell(
            new PrintWriter(out),
            new PrintWriter(err),
            InputStream.nullInputStream(),
            Map.of(),
            () -> {});
    return Cli.run(shell, List.of(new DemoCommand(shell)), words);
  }
}
