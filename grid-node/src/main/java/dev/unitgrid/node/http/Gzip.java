/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import dev.unitgrid.node.serve.Body;
import dev.unitgrid.node.serve.Sink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Compresses an answer while it is handed out. */
final class Gzip implements Body {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int CHUNK = 8 * 1024;

  private final Body plain;
  private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
  private final CRC32 checksum = new CRC32();
  private final Pieces pieces = new Pieces();
  private boolean begun;
  private boolean ended;

  Gzip(Body plain) {
    this.plain = plain;
  }

  @Override
  public Next next(Sink sink) {
    if (!begun) {
      begun = true;
      sink.put(HEADER);
      return Next.MORE;
    }
    if (ended) {
      return Next.END;
    }
    Next next = plain.next(pieces);
    while (!pieces.isEmpty()) {
      ByteBuffer piece = pieces.take();
      checksum.update(piece.duplicate());
      deflater.setInput(piece);
      deflate(sink);
    }
    if (next == Next.END) {
      ended = true;
      deflater.finish();
      deflate(sink);
      sink.put(trailer());
      return Next.MORE;
    }
    return next;
  }

  private void deflate(Sink sink) {
    byte[] chunk = new byte[CHUNK];
    for (int length = deflater.deflate(chunk); length > 0; length = deflater.deflate(chunk)) {
      sink.put(Arrays.copyOf(chunk, length));
    }
  }

  private byte[] trailer() {
    byte[] trailer = new byte[8];
    long sum = checksum.getValue();
    long length = deflater.getBytesRead();
    for (int i = 0; i < 4; i++) {
      trailer[i] = (byte) (sum >> (8 * i));
      trailer[4 + i] = (byte) (length >> (8 * i));
    }
    return trailer;
  }

  @Override
  public void close() {
    deflater.end();
    plain.close();
  }
}
