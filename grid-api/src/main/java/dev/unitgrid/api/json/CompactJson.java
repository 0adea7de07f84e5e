/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.zip.DataFormatException;

/**
 * A {@link Json} value as caches keep it: deflated bytes and a digest, so that thousands of live
 * objects fit in little memory. {@link #json()} parses anew at each call. Equal by digest;
 * immutable and thread-safe.
 */
public final class CompactJson {
  private final byte[] deflated;
  private final int length;
  private final String digest;

  private CompactJson(byte[] deflated, int length, String digest) {
    this.deflated = deflated;
    this.length = length;
    this.digest = digest;
  }

  /** Keeps {@code value}. */
  public static CompactJson of(Json value) {
    String canonical = value.canonical();
    byte[] bytes = canonical.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return new CompactJson(Deflation.deflate(bytes), bytes.length, Digest.of(bytes));
  }

  /** The value, parsed. */
  public Json json() {
    try {
      return Json.parse(Deflation.inflate(deflated, length));
    } catch (DataFormatException impossible) {
      throw new AssertionError("bytes that this class deflated", impossible);
    }
  }

  /** As {@link Json#digest()} of {@link #json()}, without parsing. */
  public String digest() {
    return digest;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CompactJson that && digest.equals(that.digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return json().toString();
  }
}
