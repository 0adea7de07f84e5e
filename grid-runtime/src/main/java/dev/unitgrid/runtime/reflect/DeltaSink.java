/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;

/** Takes what a {@link Reflector} learns. Calls of one reflector never overlap. */
public interface DeltaSink<T> {
  /** A complete list. */
  void replace(Replacement<T> list);

  /** An object is new or changed. */
  void upsert(Item<T> item);

  /** The object {@code key} was deleted; {@code version} is that of its deletion. */
  void remove(ObjectKey key, ResourceVersion version);
}
