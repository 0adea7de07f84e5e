/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonPrimitive;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The formats of strings that the real server checks in custom resources. Stateless. */
final class Formats {
  private static final Pattern GO_DURATION =
      Pattern.compile("[+-]?(0|((\\d+(\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h))+)");
  private static final Pattern AMOUNT = Pattern.compile("\\d+\\s*([A-Za-zµ]+)");
  private static final Pattern UNIT =
      Pattern.compile(
          "ns|nano.*|us|µs|micro.*|ms|milli.*|s|sec.*|m|min.*|h|hr|hour.*|d|day.*|w|week|wk.*");

  private static final Map<String, Predicate<String>> KNOWN =
      Map.ofEntries(
          Map.entry("date-time", Formats::isDateTime),
          Map.entry("datetime", Formats::isDateTime),
          Map.entry("date", Formats::isDate),
          Map.entry("duration", Formats::isDuration),
          Map.entry("ipv4", text -> text.indexOf('.') > 0 && isAddress(text)),
          Map.entry("ipv6", text -> text.contains(":") && isAddress(text)),
          Map.entry("cidr", Formats::isRange),
          Map.entry(
              "hostname",
              matches(
                  "[\\p{L}0-9](-?[\\p{L}0-9]{0,62})?|"
                      + "([\\p{L}0-9]([-\\p{L}0-9]{0,61}[\\p{L}0-9])?\\.)+\\p{L}{2,63}")),
          Map.entry("email", matches("[^@\\s]+@[^@\\s]+|.*<[^@\\s]+@[^@\\s]+>")),
          Map.entry("uri", matches("(/|[a-zA-Z][-a-zA-Z0-9+.]*:)[^\\s\\p{Cntrl}]*")),
          Map.entry("uuid", uuid("[0-9a-f]", "[0-9a-f]")),
          Map.entry("uuid3", uuid("3", "[0-9a-f]")),
          Map.entry("uuid4", uuid("4", "[89ab]")),
          Map.entry("uuid5", uuid("5", "[89ab]")),
          Map.entry("byte", Formats::isBase64),
          Map.entry(
              "mac",
              matches(
                  "[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}|[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){7}|"
                      + "[0-9a-fA-F]{4}(\\.[0-9a-fA-F]{4}){2,3}")),
          Map.entry("hexcolor", matches("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
          Map.entry("bsonobjectid", matches("[0-9a-fA-F]{24}")),
          Map.entry("ssn", matches("\\d{3}[- ]?\\d{2}[- ]?\\d{4}")),
          Map.entry("k8s-short-name", matches("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")),
          Map.entry(
              "k8s-long-name",
              matches(
                  "(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")));

  /** Formats that the real server checks and this one does not. */
  static final Set<String> UNCHECKED = Set.of("isbn", "isbn10", "isbn13", "creditcard", "rgbcolor");

  private Formats() {}

  /** Whether {@code value} is of {@code format}; every value is of an unknown one. */
  static boolean fits(String format, JsonPrimitive value) {
    return !value.isString() || KNOWN.getOrDefault(format, any -> true).test(value.getAsString());
  }

  private static Predicate<String> matches(String pattern) {
    return Pattern.compile(pattern).asMatchPredicate();
  }

  /** One amount of a unit that is known is enough, wherever it stands. */
  private static boolean isDuration(String text) {
    if (GO_DURATION.matcher(text).matches()) {
      return true;
    }
    Matcher amounts = AMOUNT.matcher(text);
    while (amounts.find()) {
      if (UNIT.matcher(amounts.group(1).toLowerCase(Locale.ROOT)).matches()) {
        return true;
      }
    }
    return false;
  }

  private static Predicate<String> uuid(String version, String variant) {
    Predicate<String> form =
        matches(
            "[0-9a-f]{8}-?[0-9a-f]{4}-?"
                + version
                + "[0-9a-f]{3}-?"
                + variant
                + "[0-9a-f]{3}-?[0-9a-f]{12}");
    return text -> form.test(text.toLowerCase(Locale.ROOT));
  }

  private static boolean isDateTime(String text) {
    try {
      OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
      return true;
    } catch (DateTimeException no) {
      return false;
    }
  }

  private static boolean isDate(String text) {
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeException no) {
      return false;
    }
  }

  /** Only literals come here, so that no name is looked up. */
  private static boolean isAddress(String text) {
    boolean literal =
        text.contains(":")
            ? text.matches("[0-9a-fA-F:.]+")
            : text.matches("\\d{1,3}(\\.\\d{1,3}){3}");
    if (!literal) {
      return false;
    }
    try {
      // Zeros in front are read as if they were not there.
      InetAddress.getByName(text.contains(":") ? text : text.replaceAll("(^|\\.)0+(?=\\d)", "$1"));
      return true;
    } catch (UnknownHostException no) {
      return false;
    }
  }

  private static boolean isRange(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
      return false;
    }
    String address = text.substring(0, slash);
    int bits = Integer.parseInt(text.substring(slash + 1));
    return isAddress(address) && bits <= (address.contains(":") ? 128 : 32);
  }

  private static boolean isBase64(String text) {
    try {
      Base64.getDecoder().decode(text);
      return text.length() % 4 == 0;
    } catch (IllegalArgumentException no) {
      return false;
    }
  }
}
