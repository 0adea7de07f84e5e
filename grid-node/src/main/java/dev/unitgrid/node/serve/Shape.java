/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

/** How a client wants objects. */
public enum Shape {
  /** As they are. */
  WHOLE,
  /** Their metadata alone. */
  METADATA,
  /** As rows of a table for people. */
  TABLE
}
