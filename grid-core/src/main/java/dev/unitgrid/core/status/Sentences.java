/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import dev.unitgrid.core.child.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Messages of conditions: which units, and what there is to say; short and in a stable order. */
final class Sentences {
  private static final int MOST_UNITS = 10;
  private static final int LONGEST = 1024;

  private Sentences() {}

  /** Equal messages are said once, with their units; at most ten units are named. */
  static String about(List<Problem> problems) {
    Map<String, List<String>> unitsByMessage = new LinkedHashMap<>();
    for (Problem problem : problems) {
      unitsByMessage
          .computeIfAbsent(problem.message(), message -> new ArrayList<>())
          .add(problem.unit());
    }
    List<String> sentences = new ArrayList<>();
    int named = 0;
    for (Map.Entry<String, List<String>> entry : unitsByMessage.entrySet()) {
      List<String> units = entry.getValue();
      int room = Math.min(units.size(), MOST_UNITS - named);
      if (room > 0) {
        sentences.add(sentence(units.subList(0, room), cut(entry.getKey())));
      }
      named += room;
    }
    int more = problems.size() - named;
    return String.join("; ", sentences)
        + (more > 0 ? "; and " + more + " more unit" + (more == 1 ? "" : "s") : "");
  }

  private static String sentence(List<String> units, String message) {
    if (units.get(0).isEmpty()) {
      return message;
    }
    return (units.size() == 1 ? "unit " : "units ") + String.join(", ", units) + ": " + message;
  }

  /** The first ten of {@code units}, and how many more there are. */
  static String units(List<String> units) {
    int named = Math.min(MOST_UNITS, units.size());
    int more = units.size() - named;
    return String.join(", ", units.subList(0, named)) + (more > 0 ? " and " + more + " more" : "");
  }

  /** The beginning of a message that is too long for a status. */
  static String cut(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "...";
  }
}
