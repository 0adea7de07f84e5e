/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import java.util.Arrays;
import java.util.BitSet;

/**
 * What a node is shown of a slice: all of it, unchanged, or some of its endpoints, by their place
 * in the slice. Immutable; it holds for one version of the slice only.
 */
public final class Shown {
  private static final Shown UNCHANGED = new Shown(false, new long[0]);
  private static final Shown NOTHING = new Shown(true, new long[0]);

  private final boolean filtered;
  private final long[] kept;

  private Shown(boolean filtered, long[] kept) {
    this.filtered = filtered;
    this.kept = kept;
  }

  /** The slice as it is: its Service is not filtered. */
  public static Shown unchanged() {
    return UNCHANGED;
  }

  /** None of its endpoints. */
  public static Shown nothing() {
    return NOTHING;
  }

  /** The endpoints at {@code places}, and no hints. */
  public static Shown only(BitSet places) {
    return places.isEmpty() ? NOTHING : new Shown(true, places.toLongArray());
  }

  /** Whether the slice is filtered, be it that all its endpoints are kept. */
  public boolean filtered() {
    return filtered;
  }

  /** Whether the endpoint at {@code place} is kept. */
  public boolean keeps(int place) {
    int word = place >> 6;
    return !filtered || (word < kept.length && (kept[word] & (1L << place)) != 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shown that
        && filtered == that.filtered
        && Arrays.equals(kept, that.kept);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(kept) * 2 + (filtered ? 1 : 0);
  }

  @Override
  public String toString() {
    return filtered ? BitSet.valueOf(kept).toString() : "unchanged";
  }
}
