/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import java.util.Comparator;

/**
 * The namespace and name of an object among those of its kind; sorted by namespace, then name.
 *
 * @param namespace empty for an object without one
 * @param name never empty
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

  /**
   * A key.
   *
   * @throws IllegalArgumentException if {@code name} is empty
   */
  public ObjectKey {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("an object without a name");
    }
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code namespace/name}, or the name alone. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
