/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Bytes to fewer bytes, and back. */
final class Deflation {
  private Deflation() {}

  static byte[] deflate(byte[] bytes) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      deflater.setInput(bytes);
      deflater.finish();
      byte[] out = new byte[bytes.length + 64];
      int used = 0;
      while (!deflater.finished()) {
        if (used == out.length) {
          out = Arrays.copyOf(out, out.length * 2);
        }
        used += deflater.deflate(out, used, out.length - used);
      }
      return Arrays.copyOf(out, used);
    } finally {
      deflater.end();
    }
  }

  static byte[] inflate(byte[] deflated, int length) throws DataFormatException {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(deflated);
      byte[] out = new byte[length];
      int used = 0;
      while (used < length && !inflater.finished()) {
        int read = inflater.inflate(out, used, length - used);
        if (read == 0 && inflater.needsInput()) {
          break;
        }
        used += read;
      }
      return out;
    } finally {
      inflater.end();
    }
  }
}
