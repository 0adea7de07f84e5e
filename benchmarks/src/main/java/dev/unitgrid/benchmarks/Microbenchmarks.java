/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.Main;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs JMH with its own options. */
@Command(
    name = "jmh",
    description =
        "JMH: decoding and planning. Options after -- are JMH's own, e.g. jmh -- -f 1 Decode.")
final class Microbenchmarks implements Callable<Integer> {
  @Parameters(arity = "0..*", description = "options of JMH")
  private List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Main.main(options.toArray(new String[0]));
    return 0;
  }
}
