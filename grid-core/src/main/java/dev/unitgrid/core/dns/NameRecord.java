/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.collect.ImmutableSortedSet;
import java.util.Collection;
import java.util.Comparator;

/**
 * A name and what it answers. Immutable.
 *
 * @param name in full, without a last dot
 * @param addresses never empty; those of IPv4 first, each in the form that the slice has
 */
public record NameRecord(String name, ImmutableSortedSet<String> addresses) {
  static final Comparator<String> ADDRESSES =
      Comparator.comparing((String address) -> address.indexOf(':') >= 0)
          .thenComparing(Comparator.naturalOrder());

  static NameRecord of(String name, Collection<String> addresses) {
    return new NameRecord(name, ImmutableSortedSet.copyOf(ADDRESSES, addresses));
  }
}
