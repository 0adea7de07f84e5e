/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.snapshot;

import java.io.IOException;

/** The bytes are not those of a snapshot, or not all of them. */
final class DamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedException(String sentence) {
    super(sentence);
  }
}
