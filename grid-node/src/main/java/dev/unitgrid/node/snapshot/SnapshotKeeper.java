/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import dev.unitgrid.node.NodeMetrics;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a snapshot after changes, at most once in an interval. What cannot be written (a full
 * disk, a read-only folder) is counted, told in one line, and tried again after the interval.
 * Thread-safe.
 */
public final class SnapshotKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);

  private static final Duration FIRST = Duration.ofSeconds(1);

  private final SnapshotFile file;
  private final Snapshot snapshot;
  private final Duration interval;
  private final Scheduler scheduler;
  private final Executor writer;
  private final Metrics metrics;
  private final AtomicReference<State> state = new AtomicReference<>(State.WRITTEN);

  /** The last line that was logged about a failure; touched by the one who writes only. */
  private String complaint = "";

  private enum State {
    /** What is on the disk is what is known. */
    WRITTEN,
    /** There was a change, and the interval passes. */
    WAITING,
    WRITING,
    /** There was a change since the writing began. */
    WRITING_AND_CHANGED,
    CLOSED
  }

  private SnapshotKeeper(
      SnapshotFile file,
      Snapshot snapshot,
      Duration interval,
      Scheduler scheduler,
      Executor writer,
      Metrics metrics) {
    this.file = file;
    this.snapshot = snapshot;
    this.interval = interval;
    this.scheduler = scheduler;
    this.writer = writer;
    this.metrics = metrics;
  }

  /**
   * A keeper that has nothing to write yet.
   *
   * @param snapshot is asked on {@code writer}
   * @param interval from a change to its writing, and between two writings at least
   * @param writer runs what blocks: not the scheduler's own threads, which others wait for
   */
  public static SnapshotKeeper of(
      SnapshotFile file,
      Snapshot snapshot,
      Duration interval,
      Scheduler scheduler,
      Executor writer,
      Metrics metrics) {
    return new SnapshotKeeper(file, snapshot, interval, scheduler, writer, metrics);
  }

  /** There is something new to write. Returns at once. */
  public void changed() {
    writeAfter(interval);
  }

  /**
   * There is something to write, and nothing was before: it is written after a second at most, so
   * that a node which soon fails has something to start from. Returns at once.
   */
  public void begun() {
    writeAfter(FIRST.compareTo(interval) < 0 ? FIRST : interval);
  }

  private void writeAfter(Duration delay) {
    State before = state.getAndUpdate(SnapshotKeeper::afterChange);
    if (before == State.WRITTEN) {
      writeLater(delay);
    }
  }

  /**
   * Writes at once, on this thread, what is not written yet, and nothing after that. If another
   * thread is just writing, it ends, and what changed meanwhile is written here.
   */
  @Override
  public void close() {
    State before = state.getAndSet(State.CLOSED);
    if (before == State.WAITING || before == State.WRITING_AND_CHANGED) {
      write();
    }
  }

  private static State afterChange(State now) {
    return switch (now) {
      case WRITTEN, WAITING -> State.WAITING;
      case WRITING, WRITING_AND_CHANGED -> State.WRITING_AND_CHANGED;
      case CLOSED -> State.CLOSED;
    };
  }

  private void writeLater(Duration delay) {
    scheduler.schedule(delay, () -> writer.execute(this::due));
  }

  private void due() {
    if (!state.compareAndSet(State.WAITING, State.WRITING)) {
      return;
    }
    boolean written = false;
    try {
      written = write();
    } finally {
      // Also after a bug of the one who tells the snapshot: it must not end all writing.
      done(written);
    }
  }

  private void done(boolean written) {
    State after = state.updateAndGet(now -> afterWriting(now, written));
    if (after == State.WAITING) {
      writeLater(interval);
    }
  }

  private static State afterWriting(State now, boolean written) {
    return switch (now) {
      case WRITING -> written ? State.WRITTEN : State.WAITING;
      case WRITING_AND_CHANGED -> State.WAITING;
      default -> now;
    };
  }

  /** One at a time: the last writing of {@link #close} may meet one that is under way. */
  private synchronized boolean write() {
    Duration start = scheduler.elapsed();
    try {
      file.write(snapshot);
    } catch (IOException refused) {
      failed(refused);
      return false;
    }
    metrics.count(NodeMetrics.SNAPSHOT_WRITES);
    metrics.time(NodeMetrics.SNAPSHOT_WRITING, scheduler.elapsed().minus(start));
    if (!complaint.isEmpty()) {
      LOG.info("The snapshot {} is written again", file.path());
      complaint = "";
    }
    return true;
  }

  private void failed(IOException refused) {
    metrics.count(NodeMetrics.SNAPSHOT_WRITE_FAILURES);
    String line = refused.toString();
    if (!line.equals(complaint)) {
      LOG.warn(
          "The snapshot {} cannot be written: {}. A restart without the API server finds the"
              + " former one; it is tried again every {} s",
          file.path(),
          line,
          interval.toSeconds());
      complaint = line;
    }
  }
}
