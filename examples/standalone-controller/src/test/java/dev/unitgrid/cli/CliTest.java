/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private final TestShell shell = new TestShell();

  @ParameterizedTest
  @ValueSource(strings = {"crds", "controller", "plan", "endpoint-proxy", "dns", "node"})
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
  void a_result_that_cannot_be_written_is_a_failure_with_a_sentence() {
    Writer full =
        new Writer() {
          @Override
          public void write(char[] text, int from, int length) throws IOException {
            throw new IOException("No space left on device");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    for (String[] words : new String[][] {{"crds"}, {"--help"}}) {
      StringWriter err = new StringWriter();
      Shell onFullDisk =
          new Shell(
              new PrintWriter(full),
              new PrintWriter(err),
              InputStream.nullInputStream(),
              Map.of(),
              () -> {});
      assertThat(Cli.run(onFullDisk, List.of(), words)).isEqualTo(ExitCodes.FAILED);
      assertThat(err.toString().lines())
          .containsExactly("unitgrid: standard output cannot be written: the result is not whole");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_full_device_is_noticed() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "crds")
            .redirectOutput(new File("/dev/full"))
            .start();
    assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains("standard output cannot be written");
    assertThat(process.waitFor()).isEqualTo(ExitCodes.FAILED);
  }

  @Test
  void two_that_want_standard_input_are_wrong_usage() {
    for (String[] words :
        new String[][] {{"plan", "-f", "-", "--nodes", "-"}, {"plan", "-f", "-", "-f", "-"}}) {
      TestShell fresh = new TestShell();
      assertThat(fresh.run(words)).isEqualTo(ExitCodes.USAGE);
      assertThat(fresh.err().lines())
          .singleElement()
          .asString()
          .contains("both want standard input", "See 'unitgrid plan --help'");
    }
  }

  @Test
  void crds_prints_the_kinds_as_they_are_published() {
    assertThat(shell.run("crds")).isEqualTo(ExitCodes.WELL);
    assertThat(shell.out()).isEqualTo(Crds.yaml());
  }
}
