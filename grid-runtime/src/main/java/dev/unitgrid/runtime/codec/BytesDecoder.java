/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

/**
 * Makes of the bytes of a live object what is kept of it, where a tree of each would cost too much:
 * for objects that are passed on as they are, a hundred times a second. It must not block.
 */
@FunctionalInterface
public interface BytesDecoder<T> {
  /**
   * The value of the object {@code utf8}, whose brackets and quotes are right. The bytes belong to
   * the decoder.
   *
   * @throws RuntimeException if the object cannot be understood; it costs that object only
   */
  T decode(byte[] utf8);

  /**
   * As {@link #decode}, for an item of a list: it comes without {@code apiVersion} and {@code
   * kind}, and is held until the list has been read to its end, so it should be small.
   */
  default T decodeItem(byte[] utf8) {
    return decode(utf8);
  }
}
