/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import java.nio.charset.StandardCharsets;

/** Writes the frames of watches around objects, which are not copied. Stateless. */
final class Frames {
  private static final byte[] ADDED = head("ADDED");
  private static final byte[] MODIFIED = head("MODIFIED");
  private static final byte[] DELETED = head("DELETED");
  private static final byte[] BOOKMARK = head("BOOKMARK");
  private static final byte[] ERROR = head("ERROR");
  private static final byte[] TAIL = "}\n".getBytes(StandardCharsets.US_ASCII);

  private Frames() {}

  static void event(Logged.Event event, byte[] object, Sink sink) {
    byte[] head =
        switch (event) {
          case ADDED -> ADDED;
          case MODIFIED -> MODIFIED;
          case DELETED -> DELETED;
          case NOTHING -> throw new IllegalArgumentException("a frame that says nothing");
        };
    frame(head, object, sink);
  }

  static void bookmark(byte[] object, Sink sink) {
    frame(BOOKMARK, object, sink);
  }

  static void error(Refusal refusal, Sink sink) {
    frame(ERROR, refusal.status().toBytes(), sink);
  }

  private static void frame(byte[] head, byte[] object, Sink sink) {
    sink.put(head);
    sink.put(object);
    sink.put(TAIL);
  }

  private static byte[] head(String type) {
    return ("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.US_ASCII);
  }
}
