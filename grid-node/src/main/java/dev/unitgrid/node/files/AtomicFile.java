/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.files;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A file that is replaced as a whole: its readers, and whoever comes after a crash, see the former
 * content or the new one. Each replacement has a strictly later time of change than the one before
 * (RULE 33: CoreDNS never reloads a file of equal size and time). One thread replaces it.
 */
public final class AtomicFile {
  /** FAT, the coarsest of the usual ones, counts in steps of two seconds. */
  private static final Duration COARSE = Duration.ofSeconds(2);

  private static final Duration FINE = Duration.ofMillis(1);
  private static final int BUFFER = 8192;

  private final Disk disk;
  private final Path file;
  private final Path folder;
  private final Path draft;

  /** The file {@code file} of {@code disk}; it need not exist, nor its folder. */
  public AtomicFile(Disk disk, Path file) {
    this.disk = disk;
    this.file = file.toAbsolutePath();
    this.folder = parentOf(this.file);
    this.draft = folder.resolve(this.file.getFileName() + ".tmp");
  }

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Body {
    /** Writes it to {@code out}, which is buffered and closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** The file's name on the disk. */
  public Path path() {
    return file;
  }

  /**
   * Takes the file for this process, by a lock file beside it, until what is returned is closed.
   * Two processes that replace a file share its draft, and could show half of it.
   *
   * @throws IOException if another process has it, or the disk refuses
   */
  public Closeable lock() throws IOException {
    disk.makeFolder(folder);
    return disk.lock(folder.resolve(file.getFileName() + ".lock"));
  }

  /**
   * Replaces the content.
   *
   * @throws IOException if the disk refuses, or {@code body} does: the former content is still
   *     there, unless only the last step failed, which makes the new one survive a crash
   */
  public void replace(Body body) throws IOException {
    disk.makeFolder(folder);
    try {
      write(body);
    } catch (IOException | RuntimeException failed) {
      discardDraft(failed);
      throw failed;
    }
    disk.rename(draft, file);
    disk.syncFolder(folder);
  }

  private void write(Body body) throws IOException {
    try (Disk.Draft written = disk.create(draft)) {
      OutputStream out = new BufferedOutputStream(written.out(), BUFFER);
      body.writeTo(out);
      out.flush();
      Optional<Instant> before = lastModified();
      if (before.isPresent()) {
        makeNewerThan(before.get());
      }
      written.sync();
    }
  }

  private Optional<Instant> lastModified() throws IOException {
    try {
      return Optional.of(disk.lastModified(file));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  private void makeNewerThan(Instant before) throws IOException {
    for (Duration step : new Duration[] {FINE, COARSE}) {
      if (disk.lastModified(draft).isAfter(before)) {
        return;
      }
      disk.setLastModified(draft, before.plus(step));
    }
  }

  private void discardDraft(Exception failed) {
    try {
      // On a full disk the half-written draft is what fills it.
      disk.delete(draft);
    } catch (IOException also) {
      failed.addSuppressed(also);
    }
  }

  private static Path parentOf(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("not a file: " + file);
    }
    return parent;
  }
}
