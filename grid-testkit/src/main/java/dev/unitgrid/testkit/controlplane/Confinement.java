/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.controlplane;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Memory and CPU that a program gets at most, as a container's limits give it: a Linux control
 * group of its own, of version 1 or 2. It takes the rights of root. One thread.
 */
public final class Confinement implements AutoCloseable {
  private static final Path ROOT = Path.of("/sys/fs/cgroup");
  private static final int PERIOD_MICROS = 100_000;
  private static final long MEBI = 1024L * 1024L;
  private static final long UNLIMITED = -1;

  private final List<Path> groups;
  private final boolean unified;

  private Confinement(List<Path> groups, boolean unified) {
    this.groups = groups;
    this.unified = unified;
  }

  /**
   * A new group.
   *
   * @param memoryMebibytes limit of the memory, file cache and all
   * @param milliCpus limit of the CPU time, in thousandths of a core
   * @throws ControlPlaneException if the control groups of this machine cannot be written
   */
  public static Confinement of(int memoryMebibytes, int milliCpus) {
    return limited(memoryMebibytes * MEBI, milliCpus * (PERIOD_MICROS / 1000L));
  }

  /**
   * A new group whose CPU time is not limited.
   *
   * @param memoryMebibytes limit of the memory, file cache and all
   * @throws ControlPlaneException if the control groups of this machine cannot be written
   */
  public static Confinement ofMemory(int memoryMebibytes) {
    return limited(memoryMebibytes * MEBI, UNLIMITED);
  }

  private static Confinement limited(long bytes, long quotaMicros) {
    boolean unified = Files.exists(ROOT.resolve("cgroup.controllers"));
    String name = "unitgrid-" + UUID.randomUUID();
    List<Path> groups =
        unified
            ? List.of(ROOT.resolve(name))
            : List.of(ROOT.resolve("memory").resolve(name), ROOT.resolve("cpu").resolve(name));
    Confinement made = new Confinement(groups, unified);
    try {
      made.limit(bytes, quotaMicros);
      return made;
    } catch (IOException refused) {
      throw new ControlPlaneException(
          "the limits of a container cannot be set: the control groups below "
              + ROOT
              + " are not writable here",
          refused);
    }
  }

  private void limit(long bytes, long quotaMicros) throws IOException {
    for (Path group : groups) {
      Files.createDirectory(group);
    }
    if (unified) {
      Files.writeString(groups.get(0).resolve("memory.max"), Long.toString(bytes));
      Files.writeString(
          groups.get(0).resolve("cpu.max"),
          (quotaMicros == UNLIMITED ? "max" : quotaMicros) + " " + PERIOD_MICROS);
    } else {
      Files.writeString(groups.get(0).resolve("memory.limit_in_bytes"), Long.toString(bytes));
      Files.writeString(
          groups.get(1).resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
      Files.writeString(groups.get(1).resolve("cpu.cfs_quota_us"), Long.toString(quotaMicros));
    }
  }

  /** The command that runs {@code command} in here, with the same process id. */
  public List<String> command(List<String> command) {
    StringBuilder enter = new StringBuilder();
    for (Path group : groups) {
      enter.append("echo $$ > ").append(group).append("/cgroup.procs && ");
    }
    List<String> confined = new ArrayList<>(List.of("sh", "-c", enter + "exec \"$0\" \"$@\""));
    confined.addAll(command);
    return confined;
  }

  /** Whether {@code process} runs in here: then it gets no more than these limits. */
  public boolean holds(Process process) {
    return groups.stream().allMatch(group -> processes(group).contains(process.pid()));
  }

  private static List<Long> processes(Path group) {
    Path file = group.resolve("cgroup.procs");
    try {
      return Files.readAllLines(file, StandardCharsets.US_ASCII).stream()
          .map(Long::valueOf)
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + file, unreadable);
    }
  }

  /** The most memory that was in use at one time, in bytes, file cache and all. */
  public long peakBytes() {
    Path file = groups.get(0).resolve(unified ? "memory.peak" : "memory.max_usage_in_bytes");
    try {
      return Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII).strip());
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + file, unreadable);
    }
  }

  /** Takes the group away; its programs must have ended. */
  @Override
  public void close() {
    try {
      for (Path group : groups) {
        Files.deleteIfExists(group);
      }
    } catch (IOException inUse) {
      throw new UncheckedIOException("a program still runs in its control group", inUse);
    }
  }
}
