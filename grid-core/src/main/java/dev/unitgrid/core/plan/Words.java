/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.core.child.ObservedChild;
import java.util.List;

/** Parts of sentences for users. */
final class Words {
  private static final int MOST_NAMED = 10;

  private Words() {}

  static String of(ObservedChild child) {
    return child.type().kind() + " " + child.name();
  }

  /** The first ten of {@code names}, and how many more there are. */
  static String list(List<String> names) {
    String named = String.join(", ", names.subList(0, Math.min(MOST_NAMED, names.size())));
    int more = names.size() - MOST_NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
