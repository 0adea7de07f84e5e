/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.node.serve.ServedChange;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/**
 * The versions of a kind that is served filtered (RULE 30): a counter of our own, of which a block
 * is reserved, that is written down, before it is used up. So a restart begins above everything
 * served without a write for each change. Used by the one loop only, save {@link #reserved}.
 */
final class FilteredKind {
  /** How many versions are reserved at a time. */
  static final long BLOCK = 1_000_000;

  private static final byte[] VERSION =
      "\"resourceVersion\":\"".getBytes(StandardCharsets.US_ASCII);

  private final ServedKind kind;
  private final Clock clock;
  private final Runnable reserving;
  // Grows on the loop; whoever writes the snapshot reads it.
  private final AtomicLong reserved = new AtomicLong();
  private volatile boolean begun;

  /**
   * Versions that have not begun.
   *
   * @param reserving is called when {@link #reserved} is to be written down
   */
  FilteredKind(ServedKind kind, Clock clock, Runnable reserving) {
    this.kind = kind;
    this.clock = clock;
    this.reserving = reserving;
  }

  /** No version above this one has been served. May be read on any thread. */
  long reserved() {
    return reserved.get();
  }

  /** What was reserved before a restart. */
  void restore(long before) {
    reserved.set(before);
  }

  boolean isReady() {
    return kind.isReady();
  }

  /** As {@link #isReady}, on any thread. */
  boolean hasBegun() {
    return begun;
  }

  /**
   * Begins to serve.
   *
   * @param upstream the highest version seen of the API server
   * @param objects what is there, given the version that all of it is served with
   */
  void begin(long upstream, LongFunction<Collection<ServedObject>> objects) {
    long now = micros();
    ServedVersions versions = ServedVersions.begin(reserved.get(), 0, now, upstream);
    reserve(versions.current());
    kind.begin(versions, objects.apply(versions.current()));
    begun = true;
  }

  /** A batch of changes that clients see whole. */
  Batch batch() {
    return new Batch();
  }

  private void reserve(long current) {
    if (reserved.get() < current + BLOCK / 2) {
      reserved.set(current + BLOCK);
      reserving.run();
    }
  }

  private long micros() {
    java.time.Instant now = clock.instant();
    return now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
  }

  /** Changes, each with the next version. */
  final class Batch {
    private final List<ServedChange> changes = new ArrayList<>();
    private long version = kind.versions().current();

    /**
     * The object {@code key} looks as {@code json} writes it under a version. If it is served so
     * already, but for its version, that is no change: a client would be told of nothing.
     */
    void put(ObjectKey key, LongFunction<byte[]> json) {
      byte[] now = json.apply(version + 1);
      ServedObject before = kind.object(key).orElse(null);
      if (before == null || !sameButVersion(before.json(), now)) {
        version++;
        changes.add(new ServedChange.Put(new ServedObject(key, version, now)));
      }
    }

    /** The object {@code key} is gone, if it was served. */
    void gone(ObjectKey key) {
      if (kind.object(key).isPresent()) {
        version++;
        changes.add(new ServedChange.Gone(key, version));
      }
    }

    /** Serves them. */
    void commit() {
      if (!changes.isEmpty()) {
        kind.apply(changes);
        reserve(version);
      }
    }
  }

  /**
   * Whether two objects, which are of different versions, differ in nothing else. The one place
   * where they differ is then within the text of a {@code resourceVersion}.
   */
  static boolean sameButVersion(byte[] one, byte[] other) {
    int at = Arrays.mismatch(one, other);
    int start = at;
    while (start > 0 && start < one.length && one[start - 1] != '"') {
      start--;
    }
    int name = start - VERSION.length;
    if (name < 0 || !Arrays.equals(one, name, start, VERSION, 0, VERSION.length)) {
      return false;
    }
    int end = quote(one, at);
    int otherEnd = quote(other, at);
    return Arrays.equals(one, end, one.length, other, otherEnd, other.length);
  }

  private static int quote(byte[] json, int from) {
    int at = from;
    while (at < json.length && json[at] != '"') {
      at++;
    }
    return at;
  }
}
