/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import com.google.common.base.CharMatcher;
import dev.unitgrid.api.LabelSyntax;
import dev.unitgrid.api.json.Digest;

/**
 * A text as a label value (RULE 11). A unit key such as {@code topology.kubernetes.io/zone} and a
 * name of 70 characters are no label values, so what is selected by is not always the text itself;
 * identity is never read from it.
 */
public final class LabelValue {
  private static final int LONGEST = 63;
  private static final int HASH = 8;
  private static final CharMatcher ALPHANUMERIC =
      CharMatcher.inRange('a', 'z')
          .or(CharMatcher.inRange('A', 'Z'))
          .or(CharMatcher.inRange('0', '9'));
  private static final CharMatcher ILLEGAL = ALPHANUMERIC.or(CharMatcher.anyOf("_.-")).negate();

  private LabelValue() {}

  /**
   * {@code text} itself if it is a legal label value, else a readable prefix and a hash of it of
   * eight characters; at most 63 characters. Different texts have different values.
   */
  public static String of(String text) {
    return isLegal(text) ? text : hashed(text);
  }

  /** Whether {@code text} may be the value of a label as it is. */
  public static boolean isLegal(String text) {
    return LabelSyntax.isValue(text);
  }

  private static String hashed(String text) {
    String readable = ILLEGAL.replaceFrom(text, '-');
    String cut = readable.substring(0, Math.min(readable.length(), LONGEST - HASH - 1));
    String prefix = ALPHANUMERIC.negate().trimFrom(cut);
    String hash = Digest.of(text, HASH);
    return prefix.isEmpty() ? hash : prefix + "-" + hash;
  }
}
