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
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the endpoint proxy costs a node, and what it adds to a watch. */
@Command(
    name = "proxy",
    description =
        "The endpoint proxy on a real kube-apiserver: memory, start, CPU, moves of nodes, latency.")
final class ProxyFigures implements Callable<Integer> {
  private static final String PATH = "/apis/discovery.k8s.io/v1/endpointslices";
  private static final String NODES = "/api/v1/nodes";
  private static final int CLIENTS = 10;
  private static final int CHANGES = 1_000;
  private static final int PER_SECOND = 100;
  private static final int EVENTS_IN_ALL = 10_000;
  private static final int OTHER_NODE = 50;
  private static final int UNITS_ON = 5;
  private static final int FEW = 100;
  private static final double TOO_MUCH = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration QUIET = Duration.ofSeconds(1);
  private static final Duration BREATH = Duration.ofMillis(300);

  @Option(
      names = "--jar",
      defaultValue = "examples/standalone-controller/target/unitgrid-node.jar",
      description = "the node agents; default ${DEFAULT-VALUE}")
  private Path jar = Path.of("");

  @Option(names = "--services", defaultValue = "1000", description = "default ${DEFAULT-VALUE}")
  private int services;

  @Option(
      names = "--heap",
      defaultValue = "32",
      description = "MiB of the proxy's heap; default ${DEFAULT-VALUE}")
  private int heapMebibytes;

  @Option(
      names = "--memory",
      defaultValue = "160",
      description = "MiB of the control group's limit; default ${DEFAULT-VALUE}")
  private int memoryMebibytes;

  @Option(names = "--runs", defaultValue = "5", description = "latency runs that count")
  private int runs;

  @Option(names = "--tries", defaultValue = "20", description = "latency runs at most")
  private int tries;

  @Option(
      names = "--part",
      description = "measure only these: ${COMPLETION-CANDIDATES}; default: all")
  private Set<Part> parts = EnumSet.allOf(Part.class);

  @Option(
      names = "--check",
      description = "a run of seconds with few Services: no figures, but whether each event came")
  private boolean check;

  private final List<String> wrong = new ArrayList<>();
  private int events;

  /** What can be measured alone. */
  enum Part {
    PATCHES,
    OTHER_UNITS,
    MOVES,
    LATENCY,
    MANY_EVENTS
  }

  @Override
  public Integer call() throws Exception {
    String assets = System.getenv("KUBEBUILDER_ASSETS");
    if (assets == null || !Files.isRegularFile(jar)) {
      throw new IOException(
          "it takes KUBEBUILDER_ASSETS, a folder with kube-apiserver and etcd, and " + jar);
    }
    if (check) {
      services = FEW;
      parts = EnumSet.of(Part.PATCHES, Part.OTHER_UNITS, Part.MOVES);
    }
    try (EdgeCloud cloud = EdgeCloud.load(Path.of(assets), services);
        Confinement limits = Confinement.ofMemory(memoryMebibytes)) {
      Optional<Path> archive =
          check ? Optional.empty() : Optional.of(NodeAgent.archive(jar, cloud));
      try (NodeAgent agent = NodeAgent.start(jar, archive, cloud, heapMebibytes, limits)) {
        measure(cloud, agent, limits);
      }
    }
    wrong.forEach(sentence -> print("WRONG: %s%n", sentence));
    return wrong.isEmpty() ? 0 : 1;
  }

  private int changes() {
    return check ? FEW : CHANGES;
  }

  private void expect(boolean holds, String otherwise) {
    if (!holds) {
      wrong.add(otherwise);
    }
  }

  private void measure(EdgeCloud cloud, NodeAgent agent, Confinement limits) throws IOException {
    print(
        "%d Services x %d endpoints, limit %d MiB, heap %d MiB%n",
        services, LiveSlices.ENDPOINTS, memoryMebibytes, heapMebibytes);
    print(
        "ready after %d ms, with %.2f s of CPU%n",
        agent.readyAfter().toMillis(), agent.cpu().toMillis() / 1000.0);
    print("resident after the lists, peak: %.1f MiB%n", agent.peakMebibytes());
    if (parts.contains(Part.PATCHES)) {
      Duration one = cpuOfPatches(cloud, agent, 1);
      Duration ten = cpuOfPatches(cloud, agent, CLIENTS);
      double ratio = (double) ten.toNanos() / one.toNanos();
      print("10 clients cost %.2f x one client%n", ratio);
      expect(ratio < TOO_MUCH, "ten clients cost much more than one");
    }
    if (parts.contains(Part.OTHER_UNITS)) {
      otherUnits(cloud, agent);
    }
    if (parts.contains(Part.MOVES)) {
      moves(cloud, agent);
    }
    if (parts.contains(Part.LATENCY)) {
      latency(cloud, agent);
    }
    while (parts.contains(Part.MANY_EVENTS) && events < EVENTS_IN_ALL) {
      cpuOfPatches(cloud, agent, CLIENTS);
    }
    print(
        "resident after %d events, peak: %.1f MiB; the control group's peak, file cache and all: %.1f MiB%n",
        events, agent.peakMebibytes(), limits.peakBytes() / 1024.0 / 1024.0);
  }

  /** Events of patched slices, at a direct watch and at clients of the proxy. */
  private Duration cpuOfPatches(EdgeCloud cloud, NodeAgent agent, int clients) throws IOException {
    try (Clients direct = Clients.open(1, cloud.door(), PATH);
        Clients behind = Clients.open(clients, agent.door(), PATH)) {
      settle();
      Duration before = agent.cpu();
      cloud.patchSlices(changes(), PER_SECOND);
      boolean all = behind.await(changes(), PATIENCE);
      settle();
      Duration used = agent.cpu().minus(before);
      events += changes();
      print(
          "%d patched slices at %d/s, %d client%s: %.2f s of CPU; events a client %s, direct %s%s; stale %d; faults %s%n",
          changes(),
          PER_SECOND,
          clients,
          clients == 1 ? "" : "s",
          used.toMillis() / 1000.0,
          behind.counts(),
          direct.counts(),
          all ? "" : " (MISSING after " + PATIENCE.toSeconds() + " s)",
          behind.stale(PATH),
          behind.faults());
      expectEach(behind, changes(), clients + " clients of patched slices");
      return used;
    }
  }

  /** Changes that concern other units' endpoints only. */
  private void otherUnits(EdgeCloud cloud, NodeAgent agent) throws IOException {
    try (Clients direct = Clients.open(1, cloud.door(), PATH);
        Clients behind = Clients.open(1, agent.door(), PATH)) {
      settle();
      Duration before = agent.cpu();
      cloud.patchOtherUnits(changes(), PER_SECOND);
      direct.await(changes(), PATIENCE);
      settle();
      print(
          "%d changes in other units: %.2f s of CPU; events %s, bytes %d; direct events %s, bytes %d%n",
          changes(),
          agent.cpu().minus(before).toMillis() / 1000.0,
          behind.counts(),
          behind.received(),
          direct.counts(),
          direct.received());
      expect(behind.received() == 0, "a client heard of changes in another unit");
      events += changes();
    }
  }

  private void moves(EdgeCloud cloud, NodeAgent agent) throws IOException {
    for (int round = 0; round < (check ? 1 : 3); round++) {
      move(cloud, agent, OTHER_NODE, UNITS_ON, "another node enters the unit");
      move(cloud, agent, OTHER_NODE, 0, "another node leaves the unit");
      move(cloud, agent, EdgeCloud.LOCAL, UNITS_ON, "the local node moves away");
      move(cloud, agent, EdgeCloud.LOCAL, 0, "the local node moves back");
    }
  }

  private void move(EdgeCloud cloud, NodeAgent agent, int node, int units, String what)
      throws IOException {
    try (Clients nodes = Clients.open(1, cloud.door(), NODES);
        Clients behind = Clients.open(CLIENTS, agent.door(), PATH)) {
      settle();
      Duration before = agent.cpu();
      cloud.moveNode(node, units);
      nodes.await(1, PATIENCE);
      behind.await(1, PATIENCE);
      behind.awaitQuiet(quiet());
      long start = nodes.lastArrival();
      print(
          "%s: last of %s events at %d clients %.1f ms after a direct watch had the node; %.2f s of CPU; stale %d; faults %s%n",
          what,
          behind.counts(),
          CLIENTS,
          (behind.lastArrival() - start) / 1e6,
          agent.cpu().minus(before).toMillis() / 1000.0,
          behind.stale(PATH),
          behind.faults());
      int changed = node == EdgeCloud.LOCAL ? services : cloud.slicesOn(node);
      expectEach(behind, changed, what);
    }
  }

  private void expectEach(Clients clients, int events, String what) throws IOException {
    expect(clients.eachHad(events), what + ": not " + events + " events each");
    expect(clients.stale(PATH) == 0, what + ": stale slices");
    expect(clients.faults().isEmpty(), what + ": " + clients.faults());
  }

  private void latency(EdgeCloud cloud, NodeAgent agent) throws IOException {
    List<Latency> counted = new ArrayList<>();
    List<Latency> rejected = new ArrayList<>();
    for (int run = 0; run < tries && counted.size() < runs; run++) {
      Latency measured = Latency.measure(cloud, agent.door(), PATH, CLIENTS, PER_SECOND);
      events += Latency.CHANGES;
      (measured.quietMachine() ? counted : rejected).add(measured);
      print("added latency, run %d: %s%n", run + 1, measured);
    }
    List<Latency> all = new ArrayList<>(counted);
    if (counted.size() < runs) {
      print("only %d of %d runs had a quiet machine; the rest count too%n", counted.size(), tries);
      all.addAll(rejected);
    }
    print(
        "added latency, median of %d runs: p50 %.2f ms, p99 %.2f ms; idle jitter p99 %.2f ms%n",
        all.size(),
        Latency.median(all, Latency::p50),
        Latency.median(all, Latency::p99),
        Latency.median(all, Latency::jitter));
  }

  private void settle() {
    Stage.pause(quiet());
  }

  private Duration quiet() {
    return check ? BREATH : QUIET;
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format, values);
    System.out.flush();
  }
}
