/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

/** What became of reading a snapshot. */
public sealed interface SnapshotReading {
  /**
   * It was whole, and the visitor has all of it.
   *
   * @param records how many there were
   * @param bytes the file's length
   */
  record Whole(long records, long bytes) implements SnapshotReading {}

  /** There is none: the first start, or an empty folder. */
  record None() implements SnapshotReading {}

  /**
   * It is damaged, of another format, or not for the visitor. It lies aside now, or is removed, so
   * that the next one takes its place; nothing of it may be served.
   *
   * @param reason one sentence
   */
  record Refused(String reason) implements SnapshotReading {}

  /**
   * The disk did not let us read it; it is where it was. Nothing of it may be served.
   *
   * @param reason one sentence
   */
  record Unreadable(String reason) implements SnapshotReading {}
}
