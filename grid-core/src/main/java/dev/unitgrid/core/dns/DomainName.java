/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.dns;

import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;

/** What DNS takes for a name (RFC 1035): labels of up to 63 characters, 253 in all. */
final class DomainName {
  private static final int LONGEST = 253;
  private static final int LONGEST_LABEL = 63;
  private static final CharMatcher LEGAL =
      CharMatcher.inRange('a', 'z').or(CharMatcher.inRange('0', '9')).or(CharMatcher.anyOf("-_"));

  private DomainName() {}

  static boolean isLegal(String name) {
    return name.length() <= LONGEST
        && Splitter.on('.')
            .splitToStream(name)
            .allMatch(
                label ->
                    !label.isEmpty()
                        && label.length() <= LONGEST_LABEL
                        && LEGAL.matchesAllOf(label));
  }
}
