/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.node.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final Path HOSTS = Path.of("/run/unitgrid/hosts");

  private final FragileDisk fragile = new FragileDisk();

  @Test
  void a_file_is_made_with_its_folder_and_replaced_on_the_real_disk(@TempDir Path folder)
      throws Exception {
    Path hosts = folder.resolve("a/b/hosts");
    AtomicFile file = new AtomicFile(Disk.system(), hosts);
    replace(file, "one");
    replace(file, "two, longer");
    replace(file, "3");
    assertThat(hosts).content().isEqualTo("3");
    assertThat(Disk.system().names(hosts.getParent())).containsExactly("hosts");
  }

  @Test
  @Rule(33)
  void each_replacement_is_strictly_newer_than_the_one_before_on_the_real_disk(@TempDir Path folder)
      throws Exception {
    Path hosts = folder.resolve("hosts");
    AtomicFile file = new AtomicFile(Disk.system(), hosts);
    replace(file, "aaaa");
    Instant future = Instant.parse("2040-01-01T00:00:00Z");
    Disk.system().setLastModified(hosts, future);
    replace(file, "bbbb");
    Instant second = Files.getLastModifiedTime(hosts).toInstant();
    replace(file, "cccc");
    assertThat(second).isAfter(future);
    assertThat(Files.getLastModifiedTime(hosts).toInstant()).isAfter(second);
  }

  @Test
  @Rule(33)
  void each_replacement_is_strictly_newer_even_where_times_are_coarse() throws Exception {
    fragile.countTimeIn(Duration.ofSeconds(2));
    AtomicFile file = new AtomicFile(fragile, HOSTS);
    Instant before = Instant.MIN;
    for (int i = 0; i < 5; i++) {
      replace(file, "same");
      assertThat(fragile.lastModified(HOSTS)).isAfter(before);
      before = fragile.lastModified(HOSTS);
    }
  }

  @Test
  void a_body_that_fails_leaves_the_former_content_and_no_draft() throws Exception {
    AtomicFile file = new AtomicFile(fragile, HOSTS);
    replace(file, "one");
    assertThatThrownBy(
            () ->
                file.replace(
                    out -> {
                      out.write(new byte[100_000]);
                      throw new IOException("no more");
                    }))
        .hasMessage("no more");
    assertThat(fragile.bytes(HOSTS)).isEqualTo("one".getBytes(UTF_8));
    assertThat(fragile.names(HOSTS.getParent())).containsExactly("hosts");
  }

  @Test
  void a_full_disk_is_freed_of_the_draft_that_filled_it() throws Exception {
    AtomicFile file = new AtomicFile(fragile, HOSTS);
    replace(file, "one");
    fragile.fillAfter(9000);
    assertThatThrownBy(() -> file.replace(out -> out.write(new byte[100_000])))
        .hasMessageContaining("No space left");
    assertThat(fragile.names(HOSTS.getParent())).containsExactly("hosts");
  }

  @Property(tries = 300)
  void whenever_the_machine_stops_the_next_start_finds_one_content_or_the_other(
      @ForAll @IntRange(max = 12) int operations, @ForAll Random random) throws Exception {
    FragileDisk disk = new FragileDisk();
    AtomicFile file = new AtomicFile(disk, HOSTS);
    replace(file, "former");
    disk.stopAfter(operations);
    boolean stopped = false;
    try {
      replace(file, "new");
    } catch (FragileDisk.Stopped here) {
      stopped = true;
    }
    disk.restart(random);
    String found = new String(disk.bytes(HOSTS), UTF_8);
    assertThat(found).isIn("former", "new");
    if (!stopped) {
      assertThat(found).isEqualTo("new");
    }
    // And what the crash left behind is in nobody's way.
    replace(file, "next");
    assertThat(disk.names(HOSTS.getParent())).containsExactly("hosts");
  }

  private static void replace(AtomicFile file, String content) throws IOException {
    file.replace(out -> out.write(content.getBytes(UTF_8)));
  }
}
