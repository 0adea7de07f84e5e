/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import dev.unitgrid.core.dns.HostsBlock;
import dev.unitgrid.core.dns.NameRecord;
import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.files.AtomicFile;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hosts file on the disk. Blocks; used by one thread. */
final class HostsFile {
  private static final Logger LOG = LoggerFactory.getLogger(HostsFile.class);

  private final Disk disk;
  private final AtomicFile file;
  private final HostsBlock block;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final long largest;
  private String complaint = "";
  private @Nullable Look last;
  private @Nullable Closeable lock;

  /** How the file looked; another length or time is another hand. */
  private record Look(long length, Instant lastModified) {}

  /**
   * A file that nothing is known of.
   *
   * @param largest how many bytes it may have: it comes into memory as a whole
   */
  HostsFile(
      Disk disk, Path path, HostsBlock block, long largest, Scheduler scheduler, Metrics metrics) {
    this.disk = disk;
    this.file = new AtomicFile(disk, path);
    this.block = block;
    this.largest = largest;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /** Whether the file is as it was left. */
  boolean isUntouched() {
    try {
      return last != null && last.equals(look());
    } catch (IOException gone) {
      return false;
    }
  }

  /**
   * Makes the file say {@code names}, if it does not.
   *
   * @return why it could not, if so; said in the log once
   */
  Optional<String> say(List<ImmutableList<NameRecord>> names) {
    Duration start = scheduler.elapsed();
    try {
      if (lock == null) {
        lock = file.lock();
      }
      if (write(Iterables.concat(names))) {
        metrics.count(NodeMetrics.HOSTS_WRITES);
        metrics.time(NodeMetrics.HOSTS_WRITING, scheduler.elapsed().minus(start));
      }
      last = look();
    } catch (IOException refused) {
      return Optional.of(failed(refused));
    }
    if (!complaint.isEmpty()) {
      LOG.info("The hosts file {} is written again", file.path());
      complaint = "";
    }
    return Optional.empty();
  }

  /** Lets another process have it. */
  void close() {
    Closeable held = lock;
    lock = null;
    if (held != null) {
      try {
        held.close();
      } catch (IOException refused) {
        LOG.warn("The lock of the hosts file {} cannot be given back: {}", file.path(), refused);
      }
    }
  }

  private boolean write(Iterable<NameRecord> names) throws IOException {
    byte[] former = former();
    HostsBlock.Content content = block.in(former, names);
    if (Arrays.equals(former, content.bytes())) {
      return false;
    }
    file.replace(out -> out.write(content.bytes()));
    for (String repair : content.repairs()) {
      LOG.warn("The hosts file {} was edited: {}", file.path(), repair);
    }
    return true;
  }

  private byte[] former() throws IOException {
    try (InputStream in = disk.read(file.path())) {
      long length = disk.length(file.path());
      if (length > largest) {
        throw new IOException(
            "it has " + length + " bytes, and memory for " + largest + ": take lines out of it");
      }
      return in.readAllBytes();
    } catch (NoSuchFileException none) {
      return new byte[0];
    }
  }

  private Look look() throws IOException {
    return new Look(disk.length(file.path()), disk.lastModified(file.path()));
  }

  private String failed(IOException refused) {
    metrics.count(NodeMetrics.HOSTS_WRITE_FAILURES);
    String sentence = "the hosts file " + file.path() + " cannot be written: " + refused;
    if (!sentence.equals(complaint)) {
      LOG.warn("{}; it answers what it did, and is tried again", sentence);
      complaint = sentence;
    }
    return sentence;
  }
}
