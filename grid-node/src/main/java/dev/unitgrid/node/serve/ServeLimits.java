/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

/**
 * How much is kept for clients.
 *
 * @param loggedChanges how many changes of a kind are remembered at least; as many more as half of
 *     it and one for each object, so that all objects may change at once
 * @param loggedBytes how many bytes of objects that are not served any more are remembered a kind,
 *     for watches that are behind: a client farther behind is evicted
 * @param heldPages of how many states of a kind the next pages of lists can be asked for
 */
public record ServeLimits(int loggedChanges, long loggedBytes, int heldPages) {
  /** 1,000 changes, 4 MiB, and the pages of 4 lists. */
  public static final ServeLimits USUAL = new ServeLimits(1000, 4 << 20, 4);

  /**
   * Limits.
   *
   * @throws IllegalArgumentException if one of them is not positive
   */
  public ServeLimits {
    if (loggedChanges < 1 || loggedBytes < 1 || heldPages < 1) {
      throw new IllegalArgumentException("a limit that lets nothing through");
    }
  }
}
