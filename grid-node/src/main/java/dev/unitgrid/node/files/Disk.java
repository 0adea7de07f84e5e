/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.files;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * What is done to files, operation by operation, so that a test can stop between any two of them,
 * fill the disk, or forget what was never synced. Blocks. As thread-safe as a file system is.
 */
public interface Disk {
  /** The machine's own file system. */
  static Disk system() {
    return SystemDisk.INSTANCE;
  }

  /** Makes {@code folder} and its parents, if they are missing. */
  void makeFolder(Path folder) throws IOException;

  /** An empty file to write to; what it held before is gone. */
  Draft create(Path file) throws IOException;

  /**
   * The content of {@code file}.
   *
   * @throws NoSuchFileException if there is none
   */
  InputStream read(Path file) throws IOException;

  /**
   * The length of {@code file} in bytes.
   *
   * @throws NoSuchFileException if there is none
   */
  long length(Path file) throws IOException;

  /** The names of the files in {@code folder}, sorted. */
  List<String> names(Path folder) throws IOException;

  /** Gives {@code from} the name {@code to} in one step; a file that had the name is replaced. */
  void rename(Path from, Path to) throws IOException;

  /** Makes names in {@code folder} as they are now survive a crash. */
  void syncFolder(Path folder) throws IOException;

  /**
   * Takes {@code file} for this process until what is returned is closed, or the process ends in
   * any way. The file is made if it is missing, and never removed.
   *
   * @throws IOException if another process has it, or the disk refuses
   */
  Closeable lock(Path file) throws IOException;

  /** Removes {@code file}; nothing happens if there is none. */
  void delete(Path file) throws IOException;

  /**
   * When {@code file} was last changed.
   *
   * @throws NoSuchFileException if there is none
   */
  Instant lastModified(Path file) throws IOException;

  /** Says that {@code file} was last changed at {@code time}, as exactly as the disk can. */
  void setLastModified(Path file, Instant time) throws IOException;

  /** A file that is being written. Not thread-safe. */
  interface Draft extends Closeable {
    /** Where its content goes; it is closed with the draft. */
    OutputStream out();

    /** Makes what was written so far survive a crash. */
    void sync() throws IOException;
  }
}
