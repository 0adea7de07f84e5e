/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.testkit.controlplane.Confinement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the DNS agent costs a node, alone and in one process with the endpoint proxy. */
@Command(
    name = "dns",
    description = "The DNS agent on a real kube-apiserver: memory, writes of the file, CPU.")
final class NameFigures implements Callable<Integer> {
  private static final int LOCAL = 0;
  private static final int ELSEWHERE = 1;
  private static final Duration SETTLING = Duration.ofSeconds(3);

  @Mixin private ScaleOptions options = new ScaleOptions();

  @Option(names = "--grids", defaultValue = "200", description = "default ${DEFAULT-VALUE}")
  private int grids;

  @Option(
      names = "--units",
      defaultValue = "6",
      description =
          "units with ten pods of each grid, the local one first; default ${DEFAULT-VALUE}")
  private int units;

  @Option(
      names = "--services",
      defaultValue = "1000",
      description =
          "Services x 50 endpoints beside the grids, for 'node'; default ${DEFAULT-VALUE}")
  private int services;

  @Option(
      names = "--heap",
      defaultValue = "32",
      description = "MiB of the agent's heap; default ${DEFAULT-VALUE}")
  private int heapMebibytes;

  @Option(
      names = "--memory",
      defaultValue = "160",
      description = "MiB of the control group's limit; default ${DEFAULT-VALUE}")
  private int memoryMebibytes;

  @Option(
      names = "--agent",
      split = ",",
      defaultValue = "dns,node",
      description = "which commands; default ${DEFAULT-VALUE}")
  private List<String> agents = List.of();

  @Option(names = "--changes", defaultValue = "40", description = "changes of local pods")
  private int changes;

  @Override
  public Integer call() throws Exception {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    Path jar = options.jar.resolveSibling("unitgrid-node.jar"); // as the DaemonSet runs it
    if (assets == null || !Files.isRegularFile(jar)) {
      throw new IOException(
          "it takes KUBEBUILDER_ASSETS, a folder with kube-apiserver and etcd, and " + jar);
    }
    for (String agent : agents) {
      measure(Path.of(assets), jar, agent, agent.equals("dns") ? 0 : services);
    }
    return 0;
  }

  private void measure(Path assets, Path jar, String command, int others) throws IOException {
    Path hosts = Files.createTempDirectory("unitgrid-names").resolve("hosts");
    LiveGrids live = new LiveGrids(grids, units);
    List<String> words = List.of(command, "--hosts-file", hosts.toString());
    try (EdgeCloud cloud = EdgeCloud.load(assets, others);
        Confinement limits = Confinement.ofMemory(memoryMebibytes)) {
      live.create(cloud.admin());
      Path archive = NodeAgent.archive(jar, cloud, words);
      Files.deleteIfExists(hosts);
      try (NodeAgent agent =
          NodeAgent.start(jar, Optional.of(archive), cloud, heapMebibytes, limits, words)) {
        awaitNames(hosts);
        print(
            "%s: %d grids x %d pods in the unit, %d pods elsewhere, %d Services x %d endpoints beside; heap %d MiB%n",
            command,
            grids,
            LiveGrids.PODS,
            grids * LiveGrids.PODS * (units - 1),
            others,
            LiveSlices.ENDPOINTS,
            heapMebibytes);
        print(
            "%s: ready after %d ms; the file has %d bytes; resident, peak: %.1f MiB%n",
            command, agent.readyAfter().toMillis(), Files.size(hosts), agent.peakMebibytes());
        changes(cloud, live, agent, command);
        print(
            "%s: resident, peak: %.1f MiB; the control group's peak, file cache and all: %.1f MiB%n",
            command, agent.peakMebibytes(), limits.peakBytes() / 1024.0 / 1024.0);
      }
    }
  }

  private void changes(EdgeCloud cloud, LiveGrids live, NodeAgent agent, String command)
      throws IOException {
    for (int round = 0; round < 2; round++) {
      change(
          cloud, live, agent, command + ": changes of pods in the unit", LOCAL, changes, 2, round);
      change(cloud, live, agent, command + ": changes in other units", ELSEWHERE, 1000, 100, round);
    }
  }

  private static void change(
      EdgeCloud cloud,
      LiveGrids live,
      NodeAgent agent,
      String what,
      int unit,
      int count,
      int perSecond,
      int round)
      throws IOException {
    Stage.pause(SETTLING);
    double writes = agent.metric("unitgrid_hosts_writes_total");
    Duration before = agent.cpu();
    live.change(cloud.admin(), unit, count, perSecond, round);
    Stage.pause(SETTLING);
    print(
        "%s: %d at %d/s: %.0f writes, %.2f s of CPU%n",
        what,
        count,
        perSecond,
        agent.metric("unitgrid_hosts_writes_total") - writes,
        agent.cpu().minus(before).toMillis() / 1000.0);
  }

  private void awaitNames(Path hosts) throws IOException {
    long lines = 2L + 2L * grids * LiveGrids.PODS;
    for (int i = 0; i < 600 && !isWhole(hosts, lines); i++) {
      Stage.pause(Duration.ofMillis(50));
    }
    if (!isWhole(hosts, lines)) {
      throw new IOException("not all names came into " + hosts);
    }
  }

  private static boolean isWhole(Path hosts, long lines) throws IOException {
    return Files.exists(hosts) && Files.readAllLines(hosts).size() == lines;
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
    System.out.flush();
  }
}
