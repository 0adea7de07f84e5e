/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private final TestShell shell = new TestShell();

  @ParameterizedTest
  @ValueSource(strings = {"crds", "controller", "plan"})
  void the_help_of_a_command_shows_an_example(String command) {
    assertThat(shell.run(command, "--help")).isEqualTo(ExitCodes.WELL);
    assertThat(shell.out())
        .contains("Usage: unitgrid " + command, "Example", "  unitgrid " + command);
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void the_help_names_the_commands_and_the_exit_codes() {
    assertThat(shell.run("--help")).isEqualTo(ExitCodes.WELL);
    assertThat(shell.out()).contains("crds", "Exit codes", "Examples");
  }

  @Test
  void no_command_an_unknown_one_and_an_unknown_option_are_wrong_usage() {
    for (String[] words :
        new String[][] {{}, {"dance"}, {"--dance"}, {"crds", "--dance"}, {"crds", "x"}}) {
      TestShell fresh = new TestShell();

      assertThat(fresh.run(words)).isEqualTo(ExitCodes.USAGE);
      assertThat(fresh.out()).isEmpty();
      assertThat(fresh.err().lines()).hasSize(1).first().asString().contains("--help'.");
    }
  }

  @Test
  void crds_prints_the_kinds_as_they_are_published() {
    assertThat(shell.run("crds")).isEqualTo(ExitCodes.WELL);
    assertThat(shell.out()).isEqualTo(Crds.yaml());
  }
}
