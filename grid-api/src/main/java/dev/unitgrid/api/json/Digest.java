/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The one way to hash: SHA-256, written in lower-case base32 (RFC 4648 without padding), so that a
 * digest is legal in labels and names. The format is part of the API: digests are kept in
 * annotations.
 */
public final class Digest {
  /** Characters of a digest that stands for a whole value: 130 bits. */
  public static final int LENGTH = 26;

  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

  private Digest() {}

  /** The digest of {@code text} in UTF-8, {@value #LENGTH} characters. */
  public static String of(String text) {
    return of(text, LENGTH);
  }

  /**
   * The first {@code length} characters of the digest of {@code text} in UTF-8.
   *
   * @param length 1 to 51
   */
  public static String of(String text, int length) {
    return base32(sha256().digest(text.getBytes(StandardCharsets.UTF_8)), length);
  }

  /** The digest of {@code bytes}, {@value #LENGTH} characters. */
  public static String of(byte[] bytes) {
    return base32(sha256().digest(bytes), LENGTH);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-256", impossible);
    }
  }

  private static String base32(byte[] hash, int length) {
    if (length < 1 || length > hash.length * 8 / 5) {
      throw new IllegalArgumentException("a digest has 1 to 51 characters, not " + length);
    }
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      int bit = i * 5;
      int window =
          (hash[bit / 8] & 0xff) << 8 | (bit / 8 + 1 < hash.length ? hash[bit / 8 + 1] & 0xff : 0);
      text.append(ALPHABET.charAt(window >> (11 - bit % 8) & 31));
    }
    return text.toString();
  }
}
