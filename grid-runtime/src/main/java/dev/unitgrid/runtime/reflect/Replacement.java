/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import java.util.List;
import java.util.Set;

/**
 * A complete list: what is not in it is gone, unless it is kept.
 *
 * @param namespace the one that was listed; empty for all. Objects of others are not touched
 * @param items every object that could be decoded
 * @param kept objects that are there but could not be decoded: their last good value stays
 * @param keepsAbsent whether an object was listed of which not even the name could be read: any
 *     absent one may be it, so none is taken for deleted
 * @param version the version that the list is of; none if whoever made it does not know
 */
public record Replacement<T>(
    String namespace,
    List<Item<T>> items,
    Set<ObjectKey> kept,
    boolean keepsAbsent,
    ResourceVersion version) {
  /** A list of a version that is not known. */
  public Replacement(
      String namespace, List<Item<T>> items, Set<ObjectKey> kept, boolean keepsAbsent) {
    this(namespace, items, kept, keepsAbsent, ResourceVersion.NONE);
  }

  /** Copies the collections. */
  public Replacement {
    items = List.copyOf(items);
    kept = Set.copyOf(kept);
  }

  /** Whether the object {@code key}, which is not among the items, is gone by this list. */
  public boolean lacks(ObjectKey key) {
    return !keepsAbsent
        && !kept.contains(key)
        && (namespace.isEmpty() || namespace.equals(key.namespace()));
  }
}
