/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.store;

/**
 * Where an object is kept.
 *
 * @param resource {@code plural.group}, or {@code plural} in the core group
 * @param namespace empty for objects without one
 */
public record ObjectKey(String resource, String namespace, String name)
    implements Comparable<ObjectKey> {
  @Override
  public int compareTo(ObjectKey other) {
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  /** The place in a list, as continue tokens have it. */
  public String place() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
