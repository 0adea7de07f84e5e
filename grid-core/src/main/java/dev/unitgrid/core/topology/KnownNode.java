/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A node that is known, or that an endpoint waits for. */
final class KnownNode {
  final String name;

  /** The slices with endpoints here, by their numbers. */
  final BitSet slices = new BitSet();

  private @Nullable NodeLabels labels;
  private int[] shared = new int[0];

  KnownNode(String name) {
    this.name = name;
  }

  /** Its labels; null while it is not known. */
  @Nullable NodeLabels labels() {
    return labels;
  }

  void label(@Nullable NodeLabels labels) {
    this.labels = labels;
  }

  /** The keys, as bits, that it shares with the local node. */
  int shared(Proximity proximity) {
    return proximity.index < shared.length ? shared[proximity.index] : 0;
  }

  /**
   * Computes them anew.
   *
   * @return whether they changed
   */
  boolean compare(Proximity proximity) {
    int now = proximity.sharedWith(labels);
    if (now == shared(proximity)) {
      return false;
    }
    if (proximity.index >= shared.length) {
      shared = Arrays.copyOf(shared, proximity.index + 1);
    }
    shared[proximity.index] = now;
    return true;
  }

  boolean isForgettable() {
    return labels == null && slices.isEmpty();
  }
}
