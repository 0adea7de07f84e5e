/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.core.dns.HostsBlock;
import dev.unitgrid.node.Rule;
import dev.unitgrid.node.files.Disk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9, while a process writes as fast as it can. */
@Rule(33)
class KilledWriterTest {
  private static final String FOREIGN = "127.0.0.1 localhost\n";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Random random = new Random(20261124);
  private @TempDir Path folder;

  @Test
  void a_process_that_is_killed_leaves_a_whole_file() throws Exception {
    kill(2);
  }

  @Test
  @Tag("slow")
  void thirty_processes_that_are_killed_leave_a_whole_file_each() throws Exception {
    kill(30);
  }

  private void kill(int times) throws Exception {
    Path hosts = Files.writeString(folder.resolve("hosts"), FOREIGN);
    List<String> whole = List.of(content(0), content(1));
    for (int i = 0; i < times; i++) {
      Process writer = start(hosts);
      try {
        awaitChanges(writer, hosts, 2 + random.nextInt(20));
        assertThatThrownBy(() -> Disk.system().lock(folder.resolve("hosts.lock")))
            .hasMessageContaining("has it locked");
      } finally {
        writer.destroyForcibly().waitFor(); // SIGKILL, whatever it is just doing
      }
      assertThat(writer.exitValue()).isEqualTo(128 + 9);
      assertThat(Files.readString(hosts)).isIn(whole);
    }
  }

  private static String content(int round) {
    HostsBlock block = HostsBlock.of("cluster.local");
    return new String(
        block.in(FOREIGN.getBytes(UTF_8), EndlessWriter.names(round).get(0)).bytes(), UTF_8);
  }

  private Process start(Path hosts) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            EndlessWriter.class.getName(),
            hosts.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private void awaitChanges(Process writer, Path hosts, int count) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    FileTime last = Files.getLastModifiedTime(hosts);
    int seen = 0;
    while (seen < count) {
      FileTime now = Files.getLastModifiedTime(hosts);
      assertThat(now).isGreaterThanOrEqualTo(last);
      seen += now.equals(last) ? 0 : 1;
      last = now;
      assertThat(writer.isAlive()).as(() -> log()).isTrue();
      assertThat(System.nanoTime()).as("waits for changes").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (java.io.IOException none) {
      return "no log";
    }
  }
}
