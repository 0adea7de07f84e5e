/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.base.CharMatcher;
import java.util.Optional;

/** Ordinals of a StatefulSet's pods as names have them. */
final class Ordinals {
  private static final int LONGEST = 10;
  private static final CharMatcher DIGITS = CharMatcher.inRange('0', '9');

  private Ordinals() {}

  /** The ordinal that {@code text} is; empty for what no controller writes, such as {@code 007}. */
  static Optional<Long> parse(String text) {
    boolean plain =
        !text.isEmpty()
            && text.length() <= LONGEST
            && DIGITS.matchesAllOf(text)
            && (text.length() == 1 || text.charAt(0) != '0');
    return plain ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }
}
