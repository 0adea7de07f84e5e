/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.cli.yaml.ManifestException;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of {@code unitgrid}: finds the command, runs it, and says what went wrong. */
public final class Cli {
  private Cli() {}

  /**
   * Runs one command and returns the exit code of the process, one of {@link ExitCodes}.
   *
   * @param shell where it runs
   * @param more further commands, objects with picocli's annotations
   * @param arguments the words of the command line
   */
  public static int run(Shell shell, List<Object> more, String... arguments) {
    CommandLine line = new CommandLine(new Root());
    line.addSubcommand(new CrdsCommand(shell));
    line.addSubcommand(new ControllerCommand(shell));
    line.addSubcommand(new PlanCommand(shell));
    addNodeAgents(line, shell);
    line.addSubcommand(
        new CommandLine(new ExplainCommand()).addSubcommand(new ExplainServiceCommand(shell)));
    more.forEach(line::addSubcommand);
    return run(shell, line, arguments);
  }

  /** As {@link #run}, with the agents of a node and no other command. */
  static int runNodeAgent(Shell shell, String... arguments) {
    CommandLine line = new CommandLine(new NodeAgents());
    addNodeAgents(line, shell);
    return run(shell, line, arguments);
  }

  private static void addNodeAgents(CommandLine line, Shell shell) {
    line.addSubcommand(new EndpointProxyCommand(shell));
    line.addSubcommand(new DnsCommand(shell));
    line.addSubcommand(new NodeCommand(shell));
  }

  private static int run(Shell shell, CommandLine line, String... arguments) {
    line.setOut(shell.out());
    line.setErr(shell.err());
    line.setUsageHelpWidth(100);
    line.setParameterExceptionHandler((wrong, words) -> usage(shell, wrong));
    line.setExecutionExceptionHandler((failure, command, parsed) -> failed(shell, failure));
    int exitCode = line.execute(arguments);
    if (shell.out().checkError()) {
      shell.err().println("unitgrid: standard output cannot be written: the result is not whole");
      exitCode = exitCode == ExitCodes.USAGE ? exitCode : ExitCodes.FAILED;
    }
    shell.err().flush();
    return exitCode;
  }

  private static int usage(Shell shell, ParameterException wrong) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    shell.err().println(command + ": " + firstLine(wrong) + ". See '" + command + " --help'.");
    return ExitCodes.USAGE;
  }

  private static int failed(Shell shell, Exception failure) {
    if (failure instanceof CommandFailure || failure instanceof ManifestException) {
      shell.err().println("unitgrid: " + firstLine(failure));
    } else {
      bug(shell.err(), failure);
    }
    return ExitCodes.FAILED;
  }

  private static void bug(PrintWriter err, Exception failure) {
    err.println("unitgrid: this is a bug in unitgrid, please report it:");
    failure.printStackTrace(err);
  }

  private static String firstLine(Exception failure) {
    String message = String.valueOf(failure.getMessage()).strip();
    return message.lines().findFirst().orElse("").replaceAll("\\.$", "");
  }

  @Command(
      name = "unitgrid",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND",
      description = "One manifest, a workload in every site.",
      footer = {
        "",
        "Exit codes: 0 well, 1 it failed (one sentence on standard error), 2 wrong usage.",
        "",
        "Examples:",
        "  unitgrid crds | kubectl apply --server-side -f -",
        "  unitgrid plan -f grid.yaml --nodes nodes.yaml",
        "  unitgrid controller --leader-elect --http 127.0.0.1:8080",
        "  unitgrid endpoint-proxy --node bj-1 --state-dir /var/lib/unitgrid",
        "  unitgrid dns --node bj-1 --hosts-file /run/unitgrid/dns/hosts",
        "  unitgrid node --node bj-1 --hosts-file /run/unitgrid/dns/hosts",
        "  unitgrid explain service default/servicegrid-demo-svc --node bj-1"
      })
  private static final class Root extends NothingAlone {}

  @Command(
      name = "unitgrid-node",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      synopsisSubcommandLabel = "COMMAND",
      description = "The agents that run on every node: those of unitgrid.jar in less memory.",
      footer = {
        "",
        "Exit codes: 0 well, 1 it failed (one sentence on standard error), 2 wrong usage."
      })
  private static final class NodeAgents extends NothingAlone {}

  private abstract static class NothingAlone implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // injected by picocli
    private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "a command is missing");
    }
  }
}
