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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** An agent of the runnable jar as a process of its own, as its DaemonSet runs it. */
final class NodeAgent implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-Xss256k",
          "-XX:ReservedCodeCacheSize=24m",
          "-XX:-UsePerfData",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0");

  private static final List<String> PROXY = List.of("endpoint-proxy");
  private static final List<String> PROXY_HEAP =
      List.of("-Xmn6m", "-XX:MinHeapFreeRatio=20", "-XX:MaxHeapFreeRatio=30");

  /** Of those that keep names, as in deploy/node. */
  private static final List<String> HEAP =
      List.of(
          "-Xms10m",
          "-Xmn3m",
          "-XX:MinHeapFreeRatio=15",
          "-XX:MaxHeapFreeRatio=20",
          "-XX:MarkSweepDeadRatio=0",
          "-XX:CompileThresholdScaling=3");

  private final Process process;
  private final Door door;
  private final Path log;
  private final Duration readyAfter;

  private NodeAgent(Process process, Door door, Path log, Duration readyAfter) {
    this.process = process;
    this.door = door;
    this.log = log;
    this.readyAfter = readyAfter;
  }

  /**
   * The archive of classes beside the jar, as {@code deploy/class-archives} writes it for the
   * image; if there is none, another by a run on {@code cloud}.
   */
  static Path archive(Path jar, EdgeCloud cloud) throws IOException {
    return archive(jar, cloud, PROXY);
  }

  /** As {@link #archive(Path, EdgeCloud)}, by another command and its options. */
  static Path archive(Path jar, EdgeCloud cloud, List<String> words) throws IOException {
    String name = words.get(0).equals("dns") ? "unitgrid-dns.jsa" : "unitgrid-node.jsa";
    Path image = jar.resolveSibling(name);
    if (Files.exists(image)) {
      return image;
    }
    Path archive = Files.createTempDirectory("unitgrid-agent").resolve("agent.jsa");
    List<String> flags = List.of("-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds*=off");
    NodeAgent trained = start(command(flags, jar, cloud, words), cloud);
    trained.end();
    if (!Files.exists(archive)) {
      throw new IOException("no archive of classes was written, see " + trained.log);
    }
    return archive;
  }

  /**
   * Starts it and waits until it is ready.
   *
   * @param archive of classes, if it has one
   * @param heapMebibytes the limit of its heap
   */
  static NodeAgent start(
      Path jar, Optional<Path> archive, EdgeCloud cloud, int heapMebibytes, Confinement limits)
      throws IOException {
    return start(jar, archive, cloud, heapMebibytes, limits, PROXY);
  }

  /** As the other, by another command and its options. */
  static NodeAgent start(
      Path jar,
      Optional<Path> archive,
      EdgeCloud cloud,
      int heapMebibytes,
      Confinement limits,
      List<String> words)
      throws IOException {
    List<String> flags = new ArrayList<>();
    if (words.equals(PROXY)) {
      flags.add("-Xms" + heapMebibytes * 5 / 8 + "m");
      flags.addAll(PROXY_HEAP);
    } else {
      flags.addAll(HEAP);
    }
    flags.add("-Xmx" + heapMebibytes + "m");
    archive.ifPresent(
        file -> flags.addAll(List.of("-XX:SharedArchiveFile=" + file, "-Xshare:auto")));
    return start(limits.command(command(flags, jar, cloud, words)), cloud);
  }

  private static List<String> command(
      List<String> more, Path jar, EdgeCloud cloud, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of("java"));
    command.addAll(FLAGS);
    command.addAll(more);
    command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
    command.addAll(words);
    command.addAll(
        List.of(
            "--node",
            LiveSlices.node(EdgeCloud.LOCAL),
            "--kubeconfig",
            cloud.kubeconfig().toString(),
            words.get(0).equals("dns") ? "--http" : "--listen",
            "127.0.0.1:" + FreePort.any()));
    return command;
  }

  private static NodeAgent start(List<String> command, EdgeCloud cloud) throws IOException {
    Path log = Files.createTempFile("unitgrid-agent", ".log");
    String listen = command.get(command.size() - 1);
    Door door =
        Door.plain(Integer.parseInt(listen.substring(listen.indexOf(':') + 1)), cloud.token());
    long start = System.nanoTime();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    if (!command.contains(PROXY.get(0))) {
      builder.environment().put("MALLOC_ARENA_MAX", "1");
    }
    Process process = builder.start();
    while (!door.isReady()) {
      long waited = System.nanoTime() - start;
      if (!process.isAlive() || waited > PATIENCE.toNanos()) {
        process.destroyForcibly();
        throw new IOException(
            "the agent is not ready after "
                + waited / 1_000_000
                + " ms:\n"
                + Files.readString(log));
      }
      Stage.pause(Duration.ofMillis(5));
    }
    return new NodeAgent(process, door, log, Duration.ofNanos(System.nanoTime() - start));
  }

  /** Where its clients list and watch. */
  Door door() {
    return door;
  }

  /** From the start of the process. */
  Duration readyAfter() {
    return readyAfter;
  }

  /** The value of a metric without tags. */
  double metric(String name) throws IOException {
    return door.metric(name);
  }

  /** CPU time that it has used. */
  Duration cpu() {
    return process.toHandle().info().totalCpuDuration().orElseThrow();
  }

  /** The most memory that was resident at one time, in MiB. */
  double peakMebibytes() throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
    return status
            .lines()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1024.0;
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    end();
  }
}
