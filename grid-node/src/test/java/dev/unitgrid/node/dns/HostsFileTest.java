/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import dev.unitgrid.core.dns.HostsBlock;
import dev.unitgrid.core.dns.NameRecord;
import dev.unitgrid.node.Rule;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.node.files.FragileDisk;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.testkit.Simulation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Rule(33)
class HostsFileTest {
  private static final Path HOSTS = Path.of("/run/unitgrid/hosts");
  private static final int LARGEST = 1000;

  @Test
  void a_replacement_of_equal_length_is_strictly_newer_and_no_change_is_no_replacement(
      @TempDir Path folder) throws Exception {
    Path path = folder.resolve("new/hosts");
    try (Simulation simulation = Simulation.of(1)) {
      HostsFile file = file(Disk.system(), path, simulation);
      assertThat(file.say(names("10.1.0.1"))).isEmpty();
      Instant first = Disk.system().lastModified(path);
      assertThat(file.say(names("10.1.0.1"))).isEmpty();
      assertThat(Disk.system().lastModified(path)).isEqualTo(first);
      assertThat(file.isUntouched()).isTrue();

      assertThat(file.say(names("10.1.0.2"))).isEmpty();
      assertThat(Disk.system().lastModified(path)).isAfter(first);
    }
  }

  @Test
  void a_file_that_another_keeps_is_left_as_it_is_until_that_one_ends(@TempDir Path folder)
      throws Exception {
    Path path = folder.resolve("hosts");
    try (Simulation simulation = Simulation.of(1)) {
      HostsFile first = file(Disk.system(), path, simulation);
      HostsFile second = file(Disk.system(), path, simulation);
      first.say(names("10.1.0.1"));
      String before = Files.readString(path);

      assertThat(second.say(names("10.1.0.2")).orElseThrow()).contains("has it locked");
      assertThat(path).content().isEqualTo(before);

      first.close();
      assertThat(second.say(names("10.1.0.2"))).isEmpty();
      assertThat(path).content().contains("10.1.0.2");
    }
  }

  @Test
  void a_file_that_is_larger_than_memory_has_room_for_is_left_as_it_is() throws Exception {
    FragileDisk disk = new FragileDisk();
    String large = "127.0.0.1 localhost\n".repeat(51);
    disk.put(HOSTS, large.getBytes(UTF_8));
    try (Simulation simulation = Simulation.of(1)) {
      HostsFile file = file(disk, HOSTS, simulation);

      assertThat(file.say(names("10.1.0.1")).orElseThrow()).contains("it has 1020 bytes");
      assertThat(text(disk)).isEqualTo(large);

      disk.put(HOSTS, large.substring(20).getBytes(UTF_8));
      assertThat(file.say(names("10.1.0.1"))).isEmpty();
      assertThat(text(disk)).startsWith(large.substring(20)).contains("10.1.0.1 web-0");
    }
  }

  @Property(tries = 300)
  void whenever_the_machine_stops_the_file_is_whole_old_or_new(
      @ForAll @IntRange(max = 12) int operations, @ForAll Random random) throws Exception {
    FragileDisk disk = new FragileDisk();
    disk.put(HOSTS, "127.0.0.1 localhost\n".getBytes(UTF_8));
    try (Simulation simulation = Simulation.of(1)) {
      HostsFile file = file(disk, HOSTS, simulation);
      file.say(names("10.1.0.1"));
      String before = text(disk);
      disk.stopAfter(operations);
      boolean stopped = false;
      try {
        assertThat(file.say(names("10.1.0.2"))).isEmpty();
      } catch (FragileDisk.Stopped here) {
        stopped = true;
      }
      disk.restart(random);

      String after = before.replace("10.1.0.1", "10.1.0.2");
      assertThat(text(disk)).isIn(before, after);
      if (!stopped) {
        assertThat(text(disk)).isEqualTo(after);
      }
      file(disk, HOSTS, simulation).say(names("10.1.0.3"));
      assertThat(text(disk)).isEqualTo(before.replace("10.1.0.1", "10.1.0.3"));
    }
  }

  private static String text(FragileDisk disk) {
    return new String(disk.bytes(HOSTS), UTF_8);
  }

  private static HostsFile file(Disk disk, Path path, Simulation simulation) {
    return new HostsFile(
        disk, path, HostsBlock.of("cluster.local"), LARGEST, simulation.scheduler(), Metrics.NOOP);
  }

  private static List<ImmutableList<NameRecord>> names(String address) {
    return List.of(
        ImmutableList.of(
            new NameRecord(
                "web-0.web-svc.default.svc.cluster.local", ImmutableSortedSet.of(address))));
  }
}
