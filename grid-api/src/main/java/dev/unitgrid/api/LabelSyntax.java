/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import java.util.regex.Pattern;

/**
 * What the API server takes for a label's key and value (source: content and validation of
 * apimachinery).
 */
public final class LabelSyntax {
  /** What a name of a key and a value consist of, in words. */
  public static final String RULE =
      "consists of letters, digits, '-', '_' and '.', begins and ends with a letter or digit, and"
          + " has at most 63 characters";

  private static final int LONGEST = 63;
  private static final int LONGEST_SUBDOMAIN = 253;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?");
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

  private LabelSyntax() {}

  /** Whether {@code text} may be the value of a label; the empty text may. */
  public static boolean isValue(String text) {
    return text.isEmpty() || isName(text);
  }

  /** Whether {@code text} may be the key of a label: a name, with or without a domain before it. */
  public static boolean isKey(String text) {
    int slash = text.indexOf('/');
    return (slash < 0 || isSubdomain(text.substring(0, slash)))
        && isName(text.substring(slash + 1));
  }

  /** Whether {@code text} is a DNS subdomain, as the names of most objects are. */
  public static boolean isSubdomain(String text) {
    return text.length() <= LONGEST_SUBDOMAIN && SUBDOMAIN.matcher(text).matches();
  }

  private static boolean isName(String text) {
    return text.length() <= LONGEST && NAME.matcher(text).matches();
  }
}
