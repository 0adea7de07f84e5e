/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Every way in which some server may read a path. Stateless. */
final class OddReadings {
  private static final Pattern FILTERED =
      Pattern.compile(
          "/(api/v1|apis/discovery\\.k8s\\.io/[^/]+)(/watch)?(/namespaces/[^/]+)?"
              + "/(endpoints|endpointslices)(/.*)?");

  private OddReadings() {}

  /** Whether {@code target}, without its query, is endpoints or their slices to somebody. */
  static boolean leadToEndpoints(String target) {
    Set<String> readings = new LinkedHashSet<>();
    String read = target;
    for (int decoded = 0; decoded < 3; decoded++) {
      readings.add(read);
      readings.add(read.replace('\\', '/'));
      readings.add(read.replaceAll(";[^/]*", ""));
      readings.add(read.replaceAll("[?#].*", ""));
      try {
        read = URLDecoder.decode(read.replace("+", "%2B"), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException malformed) {
        break; // nobody reads on
      }
    }
    return readings.stream()
        .anyMatch(
            reading ->
                FILTERED.matcher(reading).matches()
                    || FILTERED.matcher(cleaned(reading)).matches());
  }

  private static String cleaned(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/", -1)) {
      if (segment.equals("..") && !segments.isEmpty()) {
        segments.remove(segments.size() - 1);
      } else if (!segment.isEmpty() && !segment.equals(".") && !segment.equals("..")) {
        segments.add(segment);
      }
    }
    return "/" + String.join("/", segments);
  }
}
