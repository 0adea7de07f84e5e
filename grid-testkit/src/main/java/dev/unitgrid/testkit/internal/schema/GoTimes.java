/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/**
 * Reads a time as the two types of Kubernetes do, {@code Time} and {@code MicroTime}, with the
 * complaints of Go's parser; what is read is written in UTC. One instance reads one text.
 */
final class GoTimes {
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'");

  private final String text;
  private final boolean micro;
  private String rest;

  private GoTimes(String text, boolean micro) {
    this.text = text;
    this.micro = micro;
    this.rest = text;
  }

  /**
   * {@code text} as it is stored.
   *
   * @throws WrongTypeException if it is no time
   */
  static String normal(String text, boolean micro) {
    return isNormal(text, micro) ? text : new GoTimes(text, micro).read();
  }

  /** Most times are as they should be, and of a day that every month has. */
  private static boolean isNormal(String text, boolean micro) {
    String form = micro ? "dddd-dd-ddTdd:dd:dd.ddddddZ" : "dddd-dd-ddTdd:dd:ddZ";
    if (text.length() != form.length()) {
      return false;
    }
    for (int i = 0; i < form.length(); i++) {
      char wanted = form.charAt(i);
      char is = text.charAt(i);
      if (wanted == 'd' ? is < '0' || is > '9' : is != wanted) {
        return false;
      }
    }
    return isBetween(text, 5, 1, 12)
        && isBetween(text, 8, 1, 28)
        && isBetween(text, 11, 0, 23)
        && isBetween(text, 14, 0, 59)
        && isBetween(text, 17, 0, 59);
  }

  private static boolean isBetween(String text, int at, int least, int most) {
    int number = (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
    return number >= least && number <= most;
  }

  private String read() {
    int year = number(4, 4, "2006");
    literal("-");
    int month = ranged(2, "01", 1, 12, "month");
    literal("-");
    int day = number(2, 2, "02");
    literal("T");
    int hour = ranged(1, "15", 0, 23, "hour");
    literal(":");
    int minute = ranged(2, "04", 0, 59, "minute");
    literal(":");
    int second = ranged(2, "05", 0, 59, "second");
    int nanos = fraction();
    long offset = offset();
    if (!rest.isEmpty()) {
      throw new WrongTypeException("parsing time \"" + text + "\": extra text: \"" + rest + "\"");
    }
    if (day < 1 || day > LocalDate.of(year, month, 1).lengthOfMonth()) {
      throw outOfRange("day");
    }
    LocalDateTime utc =
        LocalDate.of(year, month, day)
            .atTime(LocalTime.of(hour, minute, second, nanos))
            .minus(offset, ChronoUnit.MINUTES);
    return (micro ? MICROS : SECONDS).format(utc);
  }

  private int ranged(int least, String element, int from, int to, String name) {
    int number = number(least, 2, element);
    if (number < from || number > to) {
      throw outOfRange(name);
    }
    return number;
  }

  private int number(int least, int most, String element) {
    int digits = 0;
    while (digits < most && digits < rest.length() && isDigit(rest.charAt(digits))) {
      digits++;
    }
    if (digits < least) {
      throw cannot(element);
    }
    return Integer.parseInt(take(digits));
  }

  private static boolean isDigit(char letter) {
    return letter >= '0' && letter <= '9';
  }

  private String take(int length) {
    String taken = rest.substring(0, length);
    rest = rest.substring(length);
    return taken;
  }

  private void literal(String literal) {
    if (!rest.startsWith(literal)) {
      throw cannot(literal);
    }
    take(literal.length());
  }

  private int fraction() {
    if (micro) {
      if (!rest.matches("\\.\\d{6}.*")) {
        throw cannot(".000000");
      }
      return Integer.parseInt(take(7).substring(1)) * 1000;
    }
    // A fraction that nobody asked for is read all the same.
    if (rest.matches("[.,]\\d.*")) {
      int digits = 1;
      while (digits < rest.length() && isDigit(rest.charAt(digits))) {
        digits++;
      }
      take(digits);
    }
    return 0;
  }

  /** In minutes. */
  private long offset() {
    if (rest.startsWith("Z")) {
      take(1);
      return 0;
    }
    if (!rest.matches("[+-]\\d\\d:\\d\\d.*")) {
      throw cannot("Z07:00");
    }
    String zone = take(6);
    long minutes = Long.parseLong(zone.substring(1, 3)) * 60 + Long.parseLong(zone.substring(4));
    return zone.startsWith("-") ? -minutes : minutes;
  }

  private WrongTypeException cannot(String element) {
    String layout = "2006-01-02T15:04:05" + (micro ? ".000000" : "") + "Z07:00";
    return new WrongTypeException(
        "parsing time \""
            + text
            + "\" as \""
            + layout
            + "\": cannot parse \""
            + rest
            + "\" as \""
            + element
            + "\"");
  }

  private WrongTypeException outOfRange(String name) {
    return new WrongTypeException("parsing time \"" + text + "\": " + name + " out of range");
  }
}
