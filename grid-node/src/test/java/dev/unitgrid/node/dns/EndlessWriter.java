/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import dev.unitgrid.core.dns.HostsBlock;
import dev.unitgrid.core.dns.NameRecord;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.SystemScheduler;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that gives a hosts file one content and the other until it is killed. */
final class EndlessWriter {
  private static final int NAMES = 500;

  private EndlessWriter() {}

  /** Takes the file. */
  public static void main(String... arguments) {
    try (SystemScheduler scheduler = SystemScheduler.start("endless-writer", 1)) {
      HostsFile file =
          new HostsFile(
              Disk.system(),
              Path.of(arguments[0]),
              HostsBlock.of("cluster.local"),
              1 << 20,
              scheduler,
              Metrics.NOOP);
      Optional<String> failure = Optional.empty();
      for (int round = 0; failure.isEmpty(); round++) {
        failure = file.say(names(round % 2));
      }
      throw new IllegalStateException(failure.get());
    }
  }

  /** Of equal length for every {@code round}. */
  static List<ImmutableList<NameRecord>> names(int round) {
    ImmutableList.Builder<NameRecord> names = ImmutableList.builder();
    for (int i = 0; i < NAMES; i++) {
      names.add(
          new NameRecord(
              "web-" + i + ".web-svc.default.svc.cluster.local",
              ImmutableSortedSet.of("10." + round + ".0." + i % 250)));
    }
    return List.of(names.build());
  }
}
