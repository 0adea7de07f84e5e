/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import java.io.IOException;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** Cuts a stream into its lines. */
final class Frames {
  private final BufferedSource source;
  private final long longest;

  Frames(BufferedSource source, long longest) {
    this.source = source;
    this.longest = longest;
  }

  /**
   * The next line that is not empty, without its end; null when the stream ended after a line.
   *
   * @throws TransportException if it ended or broke within a line, or the line is too long
   * @throws IOException if it broke between two lines
   */
  byte @Nullable [] next() throws IOException {
    long length = lineLength();
    while (length == 0) {
      source.skip(1);
      length = lineLength();
    }
    if (length < 0) {
      return null;
    }
    byte[] line = source.readByteArray(length);
    source.skip(1);
    return line;
  }

  /** -1 at the end. */
  private long lineLength() throws IOException {
    long length;
    try {
      length = source.indexOf((byte) '\n', 0, longest + 1);
    } catch (IOException broken) {
      if (buffered() > 0) {
        throw TransportException.truncatedFrame(buffered(), broken);
      }
      throw broken;
    }
    if (length < 0 && buffered() > longest) {
      throw new TransportException("a frame is longer than " + longest + " bytes", null);
    }
    if (length < 0 && buffered() > 0) {
      throw TransportException.truncatedFrame(buffered(), null);
    }
    return length;
  }

  private long buffered() {
    return source.getBuffer().size();
  }
}
