/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.runtime.codec.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One change of what is served. */
public sealed interface ServedChange {
  /** An object that is new or differs. */
  record Put(ServedObject object) implements ServedChange {
    @Override
    public ObjectKey key() {
      return object.key();
    }

    @Override
    public long version() {
      return object.version();
    }
  }

  /**
   * An object that is gone; clients are told with what they were served last, in this version.
   *
   * @param version of the deletion
   */
  record Gone(ObjectKey key, long version) implements ServedChange {}

  /** Of which object. */
  ObjectKey key();

  /** The version that the kind has reached with it. */
  long version();

  /**
   * The changes that a new list of the API server makes, for a kind that keeps its versions. A list
   * does not say when an object was deleted: each deletion is given a version of its own that no
   * other change has, so that a watch that breaks between two of them loses none. There is always
   * one free, for each deletion took one.
   *
   * @param after the version up to which everything was known
   * @param changed what is new or differs
   * @param gone what the list does not hold any more
   * @return in the order of their versions, as {@link ServedKind#apply} takes them
   */
  static List<ServedChange> ofRelist(
      long after, Collection<ServedObject> changed, Collection<ObjectKey> gone) {
    List<ServedChange> changes = new ArrayList<>();
    Set<Long> taken = new HashSet<>();
    for (ServedObject object : changed) {
      changes.add(new Put(object));
      taken.add(object.version());
    }
    long free = after;
    for (ObjectKey key : gone.stream().sorted().toList()) {
      do {
        free++;
      } while (taken.contains(free));
      changes.add(new Gone(key, free));
    }
    changes.sort(Comparator.comparingLong(ServedChange::version));
    return changes;
  }
}
