/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import dev.unitgrid.node.serve.Body;
import dev.unitgrid.node.serve.Sink;
import java.nio.ByteBuffer;

/** The first bytes of an answer, and what is behind them. */
final class Beginning implements Body {
  private final Body body;
  private final Pieces kept = new Pieces();
  private boolean whole;

  private Beginning(Body body) {
    this.body = body;
  }

  static Beginning of(Body body, int bytes) {
    Beginning beginning = new Beginning(body);
    Next next = Next.MORE;
    while (next == Next.MORE && beginning.kept.bytes() < bytes) {
      next = body.next(beginning.kept);
    }
    beginning.whole = next == Next.END;
    return beginning;
  }

  boolean isWhole() {
    return whole;
  }

  @Override
  public Next next(Sink sink) {
    if (kept.isEmpty()) {
      return whole ? Next.END : body.next(sink);
    }
    ByteBuffer piece = kept.take();
    int from = piece.arrayOffset() + piece.position();
    sink.put(piece.array(), from, from + piece.remaining());
    return Next.MORE;
  }

  @Override
  public void close() {
    body.close();
  }
}
