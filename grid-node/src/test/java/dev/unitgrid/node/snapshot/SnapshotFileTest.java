/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.node.files.FragileDisk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
  private static final Path FOLDER = Path.of("/var/lib/unitgrid");
  private static final Path FILE = FOLDER.resolve("snapshot");
  private static final Told DEMO =
      Told.of(
          "bj-1",
          Told.Entry.of("Service", "default/demo", "17", "{\"spec\":{}}".getBytes(UTF_8)),
          Told.Entry.of("EndpointSlice", "default/demo-abc", "1767225600000001", new byte[3000]),
          Told.Entry.of("EndpointSlice", "default/demo-abd", "1767225600000002", new byte[0]));

  private final FragileDisk disk = new FragileDisk();
  private final CountedMetrics metrics = new CountedMetrics();
  private final SnapshotFile file = new SnapshotFile(disk, FOLDER, metrics);
  private final Told.Visitor visitor = new Told.Visitor();

  @Test
  void a_first_start_finds_none() {
    assertThat(file.read(visitor)).isEqualTo(new SnapshotReading.None());
    assertThat(metrics.of(NodeMetrics.SNAPSHOTS_REFUSED)).isZero();
  }

  @Test
  void what_was_written_last_is_read_on_the_real_disk(@TempDir Path folder) {
    SnapshotFile real = new SnapshotFile(Disk.system(), folder.resolve("state"), metrics);
    write(real, Told.of("bj-1"));
    write(real, DEMO);
    assertThat(real.read(visitor))
        .isEqualTo(new SnapshotReading.Whole(3, real.path().toFile().length()));
    assertThat(visitor.told()).isEqualTo(DEMO);
  }

  @Property(tries = 200)
  void any_snapshot_is_read_as_it_was_told(@ForAll("snapshots") Told told) {
    write(file, told);
    Told.Visitor found = new Told.Visitor();
    assertThat(file.read(found)).isInstanceOf(SnapshotReading.Whole.class);
    assertThat(found.told()).isEqualTo(told);
  }

  @Property(tries = 500)
  void a_changed_byte_a_missing_end_and_an_added_one_are_never_served(@ForAll Random random) {
    write(file, DEMO);
    byte[] bytes = disk.bytes(FILE);
    disk.put(FILE, damaged(bytes, random));
    assertThat(file.read(visitor)).isInstanceOf(SnapshotReading.Refused.class);
    assertThat(visitor.told().header()).isEmpty();
    assertThat(visitor.told().entries()).isEmpty();
    assertThat(file.read(visitor)).isEqualTo(new SnapshotReading.None());
  }

  @Property(tries = 300)
  void whenever_the_machine_stops_the_next_start_reads_one_snapshot_or_the_other(
      @ForAll @IntRange(max = 14) int operations, @ForAll Random random) {
    FragileDisk fragile = new FragileDisk();
    SnapshotFile snapshot = new SnapshotFile(fragile, FOLDER, metrics);
    write(snapshot, DEMO);
    fragile.stopAfter(operations);
    Told next = Told.of("bj-2", Told.Entry.of("Node", "bj-2", "3", new byte[20_000]));
    try {
      write(snapshot, next);
    } catch (FragileDisk.Stopped here) {
      // The start below sees what is left.
    }
    fragile.restart(random);
    Told.Visitor found = new Told.Visitor();
    assertThat(snapshot.read(found)).isInstanceOf(SnapshotReading.Whole.class);
    assertThat(found.told()).isIn(DEMO, next);
  }

  @Property(tries = 300)
  void foreign_bytes_are_never_served_and_never_a_crash(@ForAll @Size(max = 400) byte[] bytes) {
    disk.put(FILE, bytes);
    assertThat(file.read(visitor)).isInstanceOf(SnapshotReading.Refused.class);
    assertThat(visitor.told().entries()).isEmpty();
  }

  @Test
  void a_snapshot_of_a_newer_program_is_set_aside_and_named() {
    write(file, DEMO);
    byte[] bytes = disk.bytes(FILE);
    bytes[11] = 2;
    disk.put(FILE, bytes);
    assertThat(file.read(visitor))
        .isEqualTo(
            new SnapshotReading.Refused("its format is number 2, and this program knows 1 only"));
    assertThat(disk.names(FOLDER)).containsExactly("snapshot.damaged-1");
    assertThat(metrics.of(NodeMetrics.SNAPSHOTS_REFUSED)).isEqualTo(1);
  }

  @Test
  void the_last_three_that_were_refused_are_kept() {
    for (int i = 0; i < 12; i++) {
      disk.put(FILE, new byte[i]);
      file.read(visitor);
    }
    assertThat(disk.names(FOLDER))
        .containsExactly("snapshot.damaged-10", "snapshot.damaged-11", "snapshot.damaged-12");
  }

  @Test
  void what_the_visitor_refuses_is_set_aside_with_its_sentence() {
    write(file, DEMO);
    SnapshotVisitor ofAnotherNode =
        new SnapshotVisitor() {
          @Override
          public void header(Map<String, String> values) throws IOException {
            throw new IOException("it is the snapshot of " + values.get("node"));
          }

          @Override
          public void record(String kind, String key, String version, byte[] bytes) {
            throw new AssertionError("nothing was accepted");
          }
        };
    assertThat(file.read(ofAnotherNode))
        .isEqualTo(new SnapshotReading.Refused("it is the snapshot of bj-1"));
    assertThat(disk.names(FOLDER)).containsExactly("snapshot.damaged-1");
  }

  @Test
  void a_refused_one_that_cannot_be_set_aside_is_not_served_either() {
    disk.put(FILE, new byte[50]);
    disk.refuse("Read-only file system");
    assertThat(file.read(visitor)).isInstanceOf(SnapshotReading.Refused.class);
    assertThat(visitor.told().entries()).isEmpty();
  }

  @Test
  void one_that_cannot_be_read_stays_where_it_is(@TempDir Path folder) throws Exception {
    SnapshotFile real = new SnapshotFile(Disk.system(), folder, metrics);
    Files.createDirectory(real.path());
    assertThat(real.read(visitor)).isInstanceOf(SnapshotReading.Unreadable.class);
    assertThat(real.path()).isDirectory();
    assertThat(metrics.of(NodeMetrics.SNAPSHOTS_REFUSED)).isEqualTo(1);
  }

  @Test
  void a_record_that_no_reader_would_take_is_not_written() {
    write(file, DEMO);
    Told tooLong = Told.of("bj-1", Told.Entry.of("Node", "n", "1", new byte[(4 << 20) + 1]));
    assertThatThrownBy(() -> file.write(tooLong)).hasMessageContaining("too long");
    assertThat(file.read(visitor)).isInstanceOf(SnapshotReading.Whole.class);
    assertThat(visitor.told()).isEqualTo(DEMO);
  }

  @Test
  void neither_writing_nor_reading_holds_more_than_one_record(@TempDir Path folder)
      throws Exception {
    SnapshotFile real = new SnapshotFile(Disk.system(), folder, metrics);
    long[] visited = {0};
    real.write(
        new Snapshot() {
          @Override
          public Map<String, String> header() {
            return Map.of();
          }

          @Override
          public void tellTo(Records records) throws IOException {
            // More than the heap of these tests: neither side could hold them.
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 1100; i++) {
              records.record("EndpointSlice", "s-" + i, "1", zeros);
            }
          }
        });
    SnapshotVisitor counting =
        new SnapshotVisitor() {
          @Override
          public void header(Map<String, String> values) {}

          @Override
          public void record(String kind, String key, String version, byte[] bytes) {
            visited[0] += bytes.length;
          }
        };
    assertThat(real.read(counting)).isInstanceOf(SnapshotReading.Whole.class);
    assertThat(visited[0]).isEqualTo(1100L << 20);
  }

  @Test
  void the_sum_is_checked_before_anything_is_inflated() throws Exception {
    write(file, DEMO);
    byte[] bytes = disk.bytes(FILE);
    bytes[bytes.length - 1] ^= 1;
    List<Integer> opened = new ArrayList<>();
    SnapshotFormat.Source source =
        () -> {
          opened.add(1);
          return new ByteArrayInputStream(bytes);
        };
    assertThatThrownBy(() -> SnapshotFormat.read(source, bytes.length, visitor))
        .isInstanceOf(DamagedException.class)
        .hasMessage("its checksum is wrong");
    assertThat(opened).hasSize(1);
  }

  @Provide
  Arbitrary<Told> snapshots() {
    Arbitrary<String> texts = Arbitraries.strings().ofMaxLength(20);
    Arbitrary<byte[]> contents = Arbitraries.bytes().array(byte[].class).ofMaxSize(3000);
    Arbitrary<Told.Entry> entries =
        Combinators.combine(texts, texts, texts, contents).as(Told.Entry::of);
    return Combinators.combine(
            Arbitraries.maps(texts, texts).ofMaxSize(5), entries.list().ofMaxSize(10))
        // A lone surrogate is no text that UTF-8 could carry.
        .as((header, list) -> new Told(whole(header), list.stream().map(this::whole).toList()));
  }

  private Told.Entry whole(Told.Entry entry) {
    return new Told.Entry(
        whole(entry.kind()), whole(entry.key()), whole(entry.resourceVersion()), entry.content());
  }

  private Map<String, String> whole(Map<String, String> header) {
    Map<String, String> whole = new TreeMap<>();
    header.forEach((key, value) -> whole.put(whole(key), whole(value)));
    return whole;
  }

  private String whole(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }

  private static byte[] damaged(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(3)) {
      case 0:
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      case 1:
        return Arrays.copyOf(bytes, at);
      default:
        return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
    }
  }

  private static void write(SnapshotFile file, Told told) {
    try {
      file.write(told);
    } catch (IOException refused) {
      throw new AssertionError(refused);
    }
  }
}
