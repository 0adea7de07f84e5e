/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.files;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A disk in memory that forgets at a crash what was not synced, stops at any operation, is full, or
 * refuses to be written to.
 */
public final class FragileDisk implements Disk {
  /** Time stands still, as for files that are written within one tick of a clock. */
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final Map<Path, Content> names = new HashMap<>();
  private final Map<Path, Content> syncedNames = new HashMap<>();
  private final Set<Path> locked = new HashSet<>();
  private Duration step = Duration.ofNanos(1);
  private long operationsLeft = Long.MAX_VALUE;
  private long bytesLeft = Long.MAX_VALUE;
  private String refusal = "";
  private int bugs;

  /** The machine stops: nothing catches this. */
  public static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final class Content {
    private byte[] now = {};
    private byte[] synced = {};
    private Instant lastModified = NOW;
  }

  /** The machine stops before the operation number {@code operations}, from 0. */
  public void stopAfter(long operations) {
    operationsLeft = operations;
  }

  /** The disk takes {@code bytes} more. */
  public void fillAfter(long bytes) {
    bytesLeft = bytes;
  }

  /** All that changes the disk fails with {@code sentence}; with none if it is empty. */
  public void refuse(String sentence) {
    refusal = sentence;
  }

  /** The next operations that change the disk fail as nobody expects. */
  public void failForABug(int operations) {
    bugs = operations;
  }

  /** Times of change are kept in steps of {@code step}. */
  public void countTimeIn(Duration step) {
    this.step = step;
  }

  /** What a start after a crash finds; of what was not synced, anything or nothing. */
  public void restart(Random random) {
    operationsLeft = Long.MAX_VALUE;
    locked.clear();
    Map<Path, Content> found = new HashMap<>(random.nextBoolean() ? names : syncedNames);
    for (Content content : found.values()) {
      if (!Arrays.equals(content.now, content.synced) && random.nextBoolean()) {
        int kept = random.nextInt(content.now.length + 1);
        // The length may be there before the bytes are.
        content.now = Arrays.copyOf(Arrays.copyOf(content.now, kept), content.now.length);
      }
      content.synced = content.now;
    }
    names.clear();
    names.putAll(found);
    syncedNames.clear();
    syncedNames.putAll(found);
  }

  /** Makes a file as it is, or replaces it. */
  public void put(Path file, byte[] bytes) {
    Content content = new Content();
    content.now = bytes.clone();
    content.synced = content.now;
    names.put(file, content);
    syncedNames.put(file, content);
  }

  /** The bytes of a file. */
  public byte[] bytes(Path file) {
    return names.get(file).now.clone();
  }

  @Override
  public void makeFolder(Path folder) throws IOException {
    operate();
  }

  @Override
  public Draft create(Path file) throws IOException {
    operate();
    Content content = new Content();
    names.put(file, content);
    return new MemoryDraft(content);
  }

  @Override
  public InputStream read(Path file) throws IOException {
    return new ByteArrayInputStream(content(file).now);
  }

  @Override
  public long length(Path file) throws IOException {
    return content(file).now.length;
  }

  @Override
  public List<String> names(Path folder) {
    List<String> found = new ArrayList<>();
    names.keySet().forEach(name -> found.add(name.getFileName().toString()));
    found.sort(null);
    return found;
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    operate();
    names.put(to, content(from));
    names.remove(from);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    operate();
    syncedNames.clear();
    syncedNames.putAll(names);
  }

  @Override
  public Closeable lock(Path file) throws IOException {
    if (!locked.add(file)) {
      throw new IOException(file + " is locked");
    }
    return () -> locked.remove(file);
  }

  @Override
  public void delete(Path file) throws IOException {
    operate();
    names.remove(file);
  }

  @Override
  public Instant lastModified(Path file) throws IOException {
    return content(file).lastModified;
  }

  @Override
  public void setLastModified(Path file, Instant time) throws IOException {
    operate();
    Duration since = Duration.between(NOW, time);
    content(file).lastModified = NOW.plus(step.multipliedBy(since.dividedBy(step)));
  }

  private Content content(Path file) throws IOException {
    Content content = names.get(file);
    if (content == null) {
      throw new NoSuchFileException(file.toString());
    }
    return content;
  }

  private void operate() throws IOException {
    if (operationsLeft-- <= 0) {
      operationsLeft = 0;
      throw new Stopped();
    }
    if (bugs > 0) {
      bugs--;
      throw new IllegalStateException("a bug");
    }
    if (!refusal.isEmpty()) {
      throw new IOException(refusal);
    }
  }

  private final class MemoryDraft implements Draft {
    private final Content content;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    MemoryDraft(Content content) {
      this.content = content;
    }

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int count) throws IOException {
          operate();
          if (count > bytesLeft) {
            throw new IOException("No space left on device");
          }
          bytesLeft -= count;
          written.write(bytes, offset, count);
          content.now = written.toByteArray();
        }
      };
    }

    @Override
    public void sync() throws IOException {
      operate();
      content.synced = content.now;
    }

    @Override
    public void close() {}
  }
}
