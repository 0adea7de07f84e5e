/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.json.JsonCursor;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A change that watches are told of, and the one after it. Written by the loop and read by many:
 * what a reader finds by {@link #next} it sees whole.
 */
final class Logged {
  private final long version;
  private final ObjectKey key;
  private final @Nullable ServedObject before;
  private final @Nullable ServedObject after;
  private final boolean added;
  // Readers go along it while the loop appends: written after what it leads to is complete.
  private volatile @Nullable Logged next;
  private byte @Nullable [] lastState;

  /** What a watch is told of a change. */
  enum Event {
    NOTHING,
    ADDED,
    MODIFIED,
    DELETED
  }

  /**
   * A change.
   *
   * @param before what was there, where selectors may tell it from what is there now; else null
   * @param after null for a deletion
   * @param added whether nothing was there
   */
  Logged(
      long version,
      ObjectKey key,
      @Nullable ServedObject before,
      @Nullable ServedObject after,
      boolean added) {
    this.version = version;
    this.key = key;
    this.before = before;
    this.after = after;
    this.added = added;
  }

  /** Before the first change. */
  static Logged start(long version) {
    return new Logged(version, new ObjectKey("", "-"), null, null, true);
  }

  long version() {
    return version;
  }

  ObjectKey key() {
    return key;
  }

  @Nullable ServedObject before() {
    return before;
  }

  @Nullable ServedObject after() {
    return after;
  }

  @Nullable Logged next() {
    return next;
  }

  void link(Logged later) {
    next = later;
  }

  /** What a watch of {@code selection} is told. */
  Event event(Selection selection) {
    boolean is = after != null && selection.matches(after);
    boolean was = before == null ? is && !added : selection.matches(before);
    if (is) {
      return was ? Event.MODIFIED : Event.ADDED;
    }
    return was ? Event.DELETED : Event.NOTHING;
  }

  /** The object as a watch is shown it that is told {@code event}. */
  byte[] shown(Event event) {
    if (event == Event.DELETED) {
      return lastState();
    }
    if (after == null) {
      throw new IllegalStateException(key + " is deleted in version " + version);
    }
    return after.json();
  }

  /**
   * What was there last, in the version of this change: kube-proxy takes the rules away that a
   * deleted Service had, so it must not be shown what the Service became.
   */
  private byte[] lastState() {
    byte[] state = lastState;
    if (state == null) {
      if (before == null) {
        throw new IllegalStateException(key + " is not deleted in version " + version);
      }
      state = inVersion(before.json(), version);
      lastState = state; // two readers may both make it, of equal bytes
    }
    return state;
  }

  private static byte[] inVersion(byte[] json, long version) {
    JsonCursor cursor = new JsonCursor(json);
    cursor.beginObject();
    while (cursor.nextField()) {
      if (!cursor.nameIs("metadata") || !cursor.atObject()) {
        cursor.skip();
        continue;
      }
      cursor.beginObject();
      while (cursor.nextField()) {
        boolean found = cursor.nameIs("resourceVersion");
        cursor.skip();
        if (found) {
          return spliced(json, cursor.valueStart(), cursor.position(), "\"" + version + "\"");
        }
      }
    }
    return json;
  }

  private static byte[] spliced(byte[] json, int from, int to, String value) {
    byte[] middle = value.getBytes(StandardCharsets.US_ASCII);
    byte[] spliced = new byte[json.length - (to - from) + middle.length];
    System.arraycopy(json, 0, spliced, 0, from);
    System.arraycopy(middle, 0, spliced, from, middle.length);
    System.arraycopy(json, to, spliced, from + middle.length, json.length - to);
    return spliced;
  }
}
