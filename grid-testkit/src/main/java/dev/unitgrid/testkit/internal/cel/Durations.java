/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them. Stateless. */
final class Durations {
  private static final Pattern PART =
      Pattern.compile("(\\d+(?:\\.\\d*)?)\\s*(ns|us|µs|ms|s|m|h|d|w|[a-z]+)");

  private Durations() {}

  /** The duration that {@code text} says, which has the format of one. */
  static Duration parse(String text) {
    Matcher part = PART.matcher(text);
    BigDecimal nanos = BigDecimal.ZERO;
    while (part.find()) {
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
    }
    Duration duration = Duration.ofNanos(nanos.longValue());
    return text.trim().startsWith("-") ? duration.negated() : duration;
  }

  private static BigDecimal unit(String unit) {
    long nanos =
        switch (unit) {
          case "ns" -> 1L;
          case "us", "µs" -> 1_000L;
          case "ms" -> 1_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          case "w" -> 604_800_000_000_000L;
          default ->
              unit.startsWith("mi")
                  ? 60_000_000_000L
                  : unit.startsWith("h")
                      ? 3_600_000_000_000L
                      : unit.startsWith("d")
                          ? 86_400_000_000_000L
                          : unit.startsWith("w") ? 604_800_000_000_000L : 1_000_000_000L;
        };
    return BigDecimal.valueOf(nanos);
  }
}
