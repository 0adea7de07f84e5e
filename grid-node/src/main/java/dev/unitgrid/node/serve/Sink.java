/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

/** Takes the pieces of an answer in their order. */
public interface Sink {
  /** Takes a piece, whose bytes nobody changes: they need not be copied. */
  void put(byte[] bytes, int from, int to);

  /** Takes a piece whole. */
  default void put(byte[] bytes) {
    put(bytes, 0, bytes.length);
  }
}
