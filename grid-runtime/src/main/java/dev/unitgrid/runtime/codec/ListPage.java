/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import java.util.List;

/**
 * One page of a list.
 *
 * @param version of the list as a whole
 * @param continueToken for the next page; empty on the last one
 * @param items the objects that could be decoded
 * @param poisoned the others
 */
public record ListPage<T>(
    ResourceVersion version, String continueToken, List<Item<T>> items, List<Poisoned> poisoned) {
  /** Copies the lists. */
  public ListPage {
    items = List.copyOf(items);
    poisoned = List.copyOf(poisoned);
  }

  /** Whether no page follows. */
  public boolean isLast() {
    return continueToken.isEmpty();
  }
}
