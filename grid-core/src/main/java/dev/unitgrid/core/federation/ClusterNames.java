/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import java.util.List;

/** What is said of many clusters, short and in a stable order. */
final class ClusterNames {
  private static final int MOST = 10;
  private static final int LONGEST = 300;

  private ClusterNames() {}

  /** The first ten of {@code sentences}, and how many more there are. */
  static String join(List<String> sentences) {
    return cut(sentences, "; ");
  }

  /** The first ten of {@code names}, and how many more there are. */
  static String list(List<String> names) {
    return cut(names, ", ");
  }

  private static String cut(List<String> parts, String separator) {
    int more = parts.size() - MOST;
    String said =
        String.join(separator, parts.stream().limit(MOST).map(ClusterNames::beginning).toList());
    return more > 0 ? said + separator + "and " + more + " more" : said;
  }

  private static String beginning(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
  }
}
