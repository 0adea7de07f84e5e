/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.node.files.AtomicFile;
import dev.unitgrid.node.files.Disk;
import dev.unitgrid.runtime.metrics.Metrics;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot of a state folder. It is read at a start and written by one thread at a time;
 * whatever moment the machine stops at, the next start finds the former one or the new one. A
 * damaged or foreign one is renamed to {@code snapshot.damaged-N}, of which the last three are
 * kept, and never told to anyone. Blocks.
 */
public final class SnapshotFile {
  /** How many refused files are kept for whoever looks into them. */
  static final int ASIDE = 3;

  private static final Logger LOG = LoggerFactory.getLogger(SnapshotFile.class);
  private static final String NAME = "snapshot";
  private static final String ASIDE_PREFIX = NAME + ".damaged-";

  private final Disk disk;
  private final Path folder;
  private final AtomicFile file;
  private final Metrics metrics;

  /**
   * The snapshot in {@code folder}, which is made when there is something to write. No two
   * processes may share a folder.
   */
  public SnapshotFile(Disk disk, Path folder, Metrics metrics) {
    this.disk = disk;
    this.folder = folder.toAbsolutePath();
    this.file = new AtomicFile(disk, this.folder.resolve(NAME));
    this.metrics = metrics;
  }

  /** Where it is. */
  public Path path() {
    return file.path();
  }

  /**
   * Replaces it.
   *
   * @throws IOException if the disk refuses; the former one is still there, and whole
   */
  public void write(Snapshot snapshot) throws IOException {
    file.replace(out -> SnapshotFormat.write(snapshot, out));
  }

  /**
   * Tells {@code visitor} what was written last; nothing of it unless all of it is whole. Unless
   * the answer is {@link SnapshotReading.Whole}, whatever was visited is to be thrown away.
   */
  public SnapshotReading read(SnapshotVisitor visitor) {
    GuardedVisitor guarded = new GuardedVisitor(visitor);
    try {
      long length = disk.length(path());
      long records = SnapshotFormat.read(() -> disk.read(path()), length, guarded);
      return new SnapshotReading.Whole(records, length);
    } catch (NoSuchFileException none) {
      return new SnapshotReading.None();
    } catch (DamagedException | ZipException | RefusedException damaged) {
      return refuse(sentence(damaged));
    } catch (IOException refused) {
      metrics.count(NodeMetrics.SNAPSHOTS_REFUSED);
      LOG.warn(
          "The snapshot {} is not used, for it cannot be read: {}", path(), refused.toString());
      return new SnapshotReading.Unreadable(refused.toString());
    }
  }

  private SnapshotReading refuse(String reason) {
    metrics.count(NodeMetrics.SNAPSHOTS_REFUSED);
    LOG.warn("The snapshot {} is not used and set aside: {}", path(), reason);
    try {
      setAside();
    } catch (IOException refused) {
      // It is refused again at the next start, or replaced before that.
      LOG.warn("The snapshot {} could not be set aside: {}", path(), refused.toString());
    }
    return new SnapshotReading.Refused(reason);
  }

  private void setAside() throws IOException {
    List<Long> numbers =
        disk.names(folder).stream()
            .filter(name -> name.matches("snapshot\\.damaged-[0-9]{1,18}"))
            .map(name -> Long.valueOf(name.substring(ASIDE_PREFIX.length())))
            .sorted()
            .toList();
    long next = numbers.isEmpty() ? 1 : numbers.get(numbers.size() - 1) + 1;
    disk.rename(path(), aside(next));
    for (long old : numbers.subList(0, Math.max(0, numbers.size() + 1 - ASIDE))) {
      disk.delete(aside(old));
    }
    disk.syncFolder(folder);
  }

  private Path aside(long number) {
    return folder.resolve(ASIDE_PREFIX + number);
  }

  private static String sentence(IOException damaged) {
    return Objects.requireNonNullElse(damaged.getMessage(), damaged.toString());
  }

  /** Tells what the visitor refuses from what the disk does. */
  private record GuardedVisitor(SnapshotVisitor visitor) implements SnapshotVisitor {
    @Override
    public void header(Map<String, String> values) throws IOException {
      try {
        visitor.header(values);
      } catch (IOException refused) {
        throw new RefusedException(refused);
      }
    }

    @Override
    public void record(String kind, String key, String resourceVersion, byte[] bytes)
        throws IOException {
      try {
        visitor.record(kind, key, resourceVersion, bytes);
      } catch (IOException refused) {
        throw new RefusedException(refused);
      }
    }
  }

  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }
}
