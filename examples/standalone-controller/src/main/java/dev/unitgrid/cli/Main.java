/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ToIntFunction;

/** The process of {@code unitgrid.jar}. */
public final class Main {
  private static final List<String> STAYING =
      List.of("controller", "endpoint-proxy", "dns", "node");

  private Main() {}

  /** Runs the command that {@code arguments} name and ends the process. */
  public static void main(String[] arguments) {
    main(List.of(), arguments);
  }

  /** As {@link #main(String[])}, with the commands {@code more}, made for the process's shell. */
  public static void main(List<java.util.function.Function<Shell, Object>> more, String[] words) {
    quietUnlessItStays(words);
    run(shell -> Cli.run(shell, more.stream().map(each -> each.apply(shell)).toList(), words));
  }

  /** Runs {@code command} in the process's shell and ends the process with what it returns. */
  static void run(ToIntFunction<Shell> command) {
    Signals.runAndExit(
        termination ->
            command.applyAsInt(
                new Shell(
                    writer(FileDescriptor.out),
                    writer(FileDescriptor.err),
                    System.in,
                    System.getenv(),
                    termination)));
  }

  /** Before the first logger: lines of a program that stays belong to it, not between results. */
  private static void quietUnlessItStays(String[] words) {
    boolean stays = words.length > 0 && STAYING.contains(words[0]);
    if (!stays && !System.getenv().containsKey(Logging.LEVEL)) {
      System.setProperty(Logging.LEVEL, "ERROR");
    }
  }

  /** Past {@code System.out}, which swallows what goes wrong. */
  private static PrintWriter writer(FileDescriptor stream) {
    return new PrintWriter(
        new OutputStreamWriter(new FileOutputStream(stream), StandardCharsets.UTF_8), true);
  }
}
