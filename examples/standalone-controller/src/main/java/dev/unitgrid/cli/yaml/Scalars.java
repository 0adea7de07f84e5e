/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.yaml;

import dev.unitgrid.api.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * What a plain scalar means to Kubernetes: YAML 1.1 as go-yaml 2 reads it, which is what kubectl
 * and the API server use (source: go-yaml's resolve.go; each case was compared with kubectl's
 * output). No sexagesimal numbers, and dates stay text.
 */
final class Scalars {
  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
  private static final Set<String> NO_NUMBER =
      Set.of(
          ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
          "-.Inf", "-.INF");

  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final BigInteger MAX_UNSIGNED = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final BigInteger MIN_SIGNED = BigInteger.TWO.pow(63).negate();

  private Scalars() {}

  /**
   * The value of the plain scalar {@code text}.
   *
   * @throws NumberFormatException if it is a number that JSON cannot say
   */
  static Json resolve(String text) {
    if (NULL.contains(text)) {
      return Json.ofNull();
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return Json.of(TRUE.contains(text));
    }
    if (NO_NUMBER.contains(text)) {
      throw new NumberFormatException(text);
    }
    return number(text).orElseGet(() -> Json.of(text));
  }

  /** Whether {@code value} is what the explicit {@code tag} says. */
  static boolean fits(Tag tag, Json value) {
    if (tag.equals(Tag.INT)) {
      return value instanceof Json.Num num && num.value().scale() <= 0;
    }
    if (tag.equals(Tag.FLOAT)) {
      return value instanceof Json.Num;
    }
    if (tag.equals(Tag.BOOL)) {
      return value instanceof Json.Bool;
    }
    return !tag.equals(Tag.NULL) || value.isNull();
  }

  private static Optional<Json> number(String text) {
    char first = text.charAt(0);
    if (first == '.') {
      return decimal(text);
    }
    if (first != '+' && first != '-' && (first < '0' || first > '9')) {
      return Optional.empty();
    }
    String digits = text.replace("_", "");
    return integer(digits).or(() -> decimal(digits));
  }

  private static Optional<Json> integer(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int radix = radix(digits);
    String bare = radix == 10 ? digits : digits.substring(prefix(digits));
    if (bare.isEmpty() || !isDigit(bare.charAt(0), radix)) {
      return Optional.empty();
    }
    try {
      BigInteger value = new BigInteger(bare, radix);
      value = negative ? value.negate() : value;
      boolean fits = value.compareTo(MIN_SIGNED) >= 0 && value.compareTo(MAX_UNSIGNED) <= 0;
      return fits ? Optional.of(Json.from(value)) : Optional.empty();
    } catch (NumberFormatException noInteger) {
      return Optional.empty();
    }
  }

  private static boolean isDigit(char c, int radix) {
    return c < 128 && Character.digit(c, radix) >= 0;
  }

  /** As Go's ParseInt with base 0: {@code 017} is fifteen, {@code 08} is no integer. */
  private static int radix(String digits) {
    if (digits.length() < 2 || digits.charAt(0) != '0') {
      return 10;
    }
    return switch (digits.charAt(1)) {
      case 'x', 'X' -> 16;
      case 'b', 'B' -> 2;
      default -> 8;
    };
  }

  private static int prefix(String digits) {
    return Character.isDigit(digits.charAt(1)) ? 1 : 2;
  }

  private static Optional<Json> decimal(String text) {
    if (!FLOAT.matcher(text).matches()) {
      return Optional.empty();
    }
    // A number that no double holds stays text; one that does keeps all the digits it was given.
    return Double.isInfinite(Double.parseDouble(text))
        ? Optional.empty()
        : Optional.of(Json.from(new BigDecimal(text)));
  }
}
