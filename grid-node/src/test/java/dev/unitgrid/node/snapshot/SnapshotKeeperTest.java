/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.files.FragileDisk;
import dev.unitgrid.testkit.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotKeeperTest {
  private static final Path FOLDER = Path.of("/var/lib/unitgrid");
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration A_LITTLE_MORE = INTERVAL.plusMillis(1);

  private final Simulation simulation = Simulation.of(1);
  private final FragileDisk disk = new FragileDisk();
  private final CountedMetrics metrics = new CountedMetrics();
  private final SnapshotFile file = new SnapshotFile(disk, FOLDER, metrics);
  private final Counter counter = new Counter();
  private final SnapshotKeeper keeper =
      SnapshotKeeper.of(file, counter, INTERVAL, simulation.scheduler(), Runnable::run, metrics);

  /** A number that is kept. */
  private static final class Counter implements Snapshot {
    private int value;
    private Runnable whileWriting = () -> {};

    @Override
    public Map<String, String> header() {
      return Map.of("value", String.valueOf(value));
    }

    @Override
    public void tellTo(Records records) {
      whileWriting.run();
    }
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  @Test
  void without_a_change_nothing_is_written() {
    simulation.run(Duration.ofHours(1));
    keeper.close();
    assertThat(written()).isEqualTo("none");
  }

  @Test
  void what_is_known_first_is_written_within_a_second_and_a_change_then_after_the_interval() {
    counter.value = 7;
    keeper.begun();
    keeper.changed();
    simulation.run(Duration.ofMillis(1_001));
    assertThat(written()).isEqualTo("7");
    change();
    simulation.run(Duration.ofMillis(1_001));
    assertThat(written()).isEqualTo("7");
    simulation.run(A_LITTLE_MORE);
    assertThat(written()).isEqualTo("8");
  }

  @Test
  void many_changes_are_written_once_in_an_interval() {
    for (int i = 0; i < 100; i++) {
      change();
      simulation.run(Duration.ofSeconds(1));
    }
    assertThat(metrics.of(NodeMetrics.SNAPSHOT_WRITES)).isBetween(9, 10);
    simulation.run(A_LITTLE_MORE);
    assertThat(written()).isEqualTo("100");
    simulation.run(Duration.ofHours(1));
    assertThat(metrics.of(NodeMetrics.SNAPSHOT_WRITES)).isBetween(10, 11);
  }

  @Test
  void a_change_while_it_is_written_is_written_after_the_next_interval() {
    counter.whileWriting =
        () -> {
          counter.whileWriting = () -> {};
          change();
        };
    change();
    simulation.run(A_LITTLE_MORE);
    assertThat(written()).isEqualTo("1");
    simulation.run(A_LITTLE_MORE);
    assertThat(written()).isEqualTo("2");
  }

  @Test
  void a_full_disk_is_counted_and_tried_again_until_there_is_room() {
    disk.refuse("No space left on device");
    change();
    simulation.run(Duration.ofSeconds(35));
    assertThat(metrics.of(NodeMetrics.SNAPSHOT_WRITE_FAILURES)).isEqualTo(3);
    assertThat(written()).isEqualTo("none");
    disk.refuse("");
    simulation.run(A_LITTLE_MORE);
    assertThat(written()).isEqualTo("1");
    simulation.run(Duration.ofHours(1));
    assertThat(metrics.of(NodeMetrics.SNAPSHOT_WRITES)).isEqualTo(1);
  }

  @Test
  void a_bug_of_the_one_who_tells_does_not_end_all_writing() {
    counter.whileWriting =
        () -> {
          counter.whileWriting = () -> {};
          throw new IllegalStateException("a bug");
        };
    change();
    assertThat(catchThrowable(() -> simulation.run(A_LITTLE_MORE))).hasRootCauseMessage("a bug");
    simulation.run(A_LITTLE_MORE);
    assertThat(written()).isEqualTo("1");
  }

  @Test
  void closing_writes_what_is_not_written_and_nothing_after_it() {
    change();
    keeper.close();
    assertThat(written()).isEqualTo("1");
    change();
    simulation.run(Duration.ofHours(1));
    assertThat(written()).isEqualTo("1");
    keeper.close();
    assertThat(metrics.of(NodeMetrics.SNAPSHOT_WRITES)).isEqualTo(1);
  }

  private void change() {
    counter.value++;
    keeper.changed();
  }

  private String written() {
    String[] value = {"none"};
    file.read(
        new SnapshotVisitor() {
          @Override
          public void header(Map<String, String> values) throws IOException {
            value[0] = values.get("value");
          }

          @Override
          public void record(String kind, String key, String version, byte[] bytes) {}
        });
    return value[0];
  }
}
