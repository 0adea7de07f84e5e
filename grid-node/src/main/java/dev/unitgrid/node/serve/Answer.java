/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

/** How a read is answered. */
public sealed interface Answer {
  /** Not at all. */
  record Refused(Refusal refusal) implements Answer {}

  /** With one object. */
  @SuppressWarnings("ArrayRecordComponent") // shared, and never changed
  record One(byte[] json) implements Answer {}

  /** With a list, which ends. */
  record Listed(Body body) implements Answer {}

  /** With a watch, which goes on. */
  record Watched(Body body) implements Answer {}
}
