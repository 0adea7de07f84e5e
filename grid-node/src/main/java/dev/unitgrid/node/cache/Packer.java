/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Keeps bytes deflated. Thread-safe: one deflater and one inflater are used again and again, since
 * making one costs more than deflating a slice; who finds them in use makes another. Equal bytes
 * are packed to equal ones.
 */
final class Packer {
  private final AtomicReference<@Nullable Deflater> idleDeflater = new AtomicReference<>();
  private final AtomicReference<@Nullable Inflater> idleInflater = new AtomicReference<>();

  /** Deflated bytes, and how many they were. Not to be changed. */
  @SuppressWarnings("ArrayRecordComponent") // compared by sameAs
  record Packed(byte[] deflated, int length) {
    /** What {@link #toBytes} wrote. */
    static Packed of(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int length = buffer.getInt();
      return new Packed(Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length), length);
    }

    byte[] toBytes() {
      return ByteBuffer.allocate(Integer.BYTES + deflated.length)
          .putInt(length)
          .put(deflated)
          .array();
    }

    boolean sameAs(Packed other) {
      return length == other.length && Arrays.equals(deflated, other.deflated);
    }
  }

  Packed pack(byte[] bytes) {
    Deflater idle = idleDeflater.getAndSet(null);
    Deflater deflater = idle == null ? new Deflater(Deflater.BEST_SPEED, true) : idle;
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[Math.max(64, bytes.length / 4)];
    int used = 0;
    while (!deflater.finished()) {
      if (used == out.length) {
        out = Arrays.copyOf(out, out.length * 2);
      }
      used += deflater.deflate(out, used, out.length - used);
    }
    deflater.reset();
    Deflater other = idleDeflater.getAndSet(deflater);
    if (other != null) {
      other.end();
    }
    return new Packed(Arrays.copyOf(out, used), bytes.length);
  }

  byte[] unpack(Packed packed) {
    Inflater idle = idleInflater.getAndSet(null);
    Inflater inflater = idle == null ? new Inflater(true) : idle;
    byte[] out = new byte[packed.length()];
    inflater.setInput(packed.deflated());
    try {
      int used = 0;
      while (used < out.length) {
        int read = inflater.inflate(out, used, out.length - used);
        if (read == 0) {
          throw new IllegalStateException("packed bytes end after " + used);
        }
        used += read;
      }
    } catch (DataFormatException impossible) {
      throw new IllegalStateException("bytes that this class deflated", impossible);
    }
    inflater.reset();
    Inflater other = idleInflater.getAndSet(inflater);
    if (other != null) {
      other.end();
    }
    return out;
  }
}
