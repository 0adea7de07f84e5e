/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import dev.unitgrid.node.serve.Sink;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Pieces of an answer that wait to be copied into a buffer. */
final class Pieces implements Sink {
  private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
  private long bytes;

  @Override
  public void put(byte[] piece, int from, int to) {
    if (to > from) {
      waiting.addLast(ByteBuffer.wrap(piece, from, to - from));
      bytes += to - from;
    }
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Forgets them. */
  void clear() {
    waiting.clear();
    bytes = 0;
  }

  /** How many bytes wait. */
  long bytes() {
    return bytes;
  }

  /** Moves as much into {@code buffer} as there is room. */
  void fill(ByteBuffer buffer) {
    while (buffer.hasRemaining() && !waiting.isEmpty()) {
      ByteBuffer first = waiting.getFirst();
      int length = Math.min(first.remaining(), buffer.remaining());
      buffer.put(buffer.position(), first, first.position(), length);
      buffer.position(buffer.position() + length);
      first.position(first.position() + length);
      bytes -= length;
      if (!first.hasRemaining()) {
        waiting.removeFirst();
      }
    }
  }

  /** The next bytes as they are, for what does not take a direct buffer. */
  ByteBuffer take() {
    ByteBuffer first = waiting.removeFirst();
    bytes -= first.remaining();
    return first;
  }
}
