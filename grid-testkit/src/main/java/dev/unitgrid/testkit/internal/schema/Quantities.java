/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resource quantities in their canonical form, as the server stores them. Stateless. */
public final class Quantities {
  private static final Pattern FORM =
      Pattern.compile("([+-]?[0-9]*\\.?[0-9]*)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]+|)");
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final String[] DECIMAL = {"m", "", "k", "M", "G", "T", "P", "E"};
  private static final Set<String> SHORT_SUFFIXES =
      Set.of("m", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti");
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
  private static final BigDecimal KILO = BigDecimal.valueOf(1000);

  private Quantities() {}

  /**
   * The number that a quantity says.
   *
   * @throws IllegalArgumentException if {@code quantity} is none
   */
  public static BigDecimal value(String quantity) {
    Matcher form = FORM.matcher(quantity);
    if (!form.matches()) {
      throw new IllegalArgumentException("no quantity: " + quantity);
    }
    BigDecimal number = new BigDecimal(form.group(1));
    String suffix = form.group(2);
    if (suffix.matches("[eE][+-]?[0-9]+")) {
      return number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
    }
    return suffix.endsWith("i")
        ? number.multiply(KIBI.pow(indexOf(BINARY, suffix)))
        : number.multiply(KILO.pow(indexOf(DECIMAL, suffix))).movePointLeft(3);
  }

  static JsonElement canonical(JsonElement value, GoPlace place) {
    if (!(value instanceof JsonPrimitive primitive) || primitive.isBoolean()) {
      throw new WrongTypeException(value, place, "resource.Quantity");
    }
    String text = primitive.getAsString();
    // Most quantities are one of these, and need no reckoning.
    if (isPlain(text)) {
      return text.endsWith("000") || !primitive.isString()
          ? new JsonPrimitive(shortest(Long.parseLong(text)))
          : value;
    }
    if (isShort(text)) {
      return value;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches() || form.group(1).chars().noneMatch(Character::isDigit)) {
      throw new WrongTypeException(
          "quantities must match the regular expression"
              + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    }
    return new JsonPrimitive(canonical(new BigDecimal(form.group(1)), form.group(2)));
  }

  /** Nothing but a few digits, the first of them no zero. */
  private static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.length() < 16
        && text.charAt(0) != '0'
        && text.chars().allMatch(letter -> letter >= '0' && letter <= '9');
  }

  private static String shortest(long number) {
    int shown = 1;
    long rest = number;
    while (rest % 1000 == 0) {
      rest /= 1000;
      shown++;
    }
    return rest + DECIMAL[shown];
  }

  /** Up to three digits and a suffix: no greater suffix could say it. */
  private static boolean isShort(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    return digits > 0
        && digits <= 3
        && text.charAt(0) != '0'
        && SHORT_SUFFIXES.contains(text.substring(digits));
  }

  private static String canonical(BigDecimal number, String suffix) {
    if (number.signum() == 0) {
      return "0";
    }
    if (suffix.startsWith("e")
        || (suffix.startsWith("E") && suffix.length() > 1 && !suffix.equals("Ei"))) {
      BigDecimal scaled = number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1)));
      BigDecimal stripped = scaled.stripTrailingZeros();
      int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
      return scaled.scaleByPowerOfTen(-exponent).stripTrailingZeros().toPlainString()
          + (exponent == 0 ? "" : "e" + exponent);
    }
    return suffix.endsWith("i") ? binary(number, suffix) : decimal(number, suffix);
  }

  private static String binary(BigDecimal number, String suffix) {
    BigDecimal base = number.multiply(KIBI.pow(indexOf(BINARY, suffix)));
    if (base.stripTrailingZeros().scale() > 0) {
      return decimal(base, "");
    }
    int power = 0;
    while (power < BINARY.length - 1 && base.remainder(KIBI).signum() == 0) {
      base = base.divide(KIBI);
      power++;
    }
    return base.toBigInteger() + BINARY[power];
  }

  private static String decimal(BigDecimal number, String suffix) {
    int power = indexOf(DECIMAL, suffix);
    BigDecimal milli = number.multiply(KILO.pow(power)).setScale(0, RoundingMode.UP);
    int shown = 0;
    while (shown < DECIMAL.length - 1 && milli.remainder(KILO).signum() == 0) {
      milli = milli.divide(KILO);
      shown++;
    }
    return milli.toBigInteger() + DECIMAL[shown];
  }

  private static int indexOf(String[] suffixes, String suffix) {
    for (int i = 0; i < suffixes.length; i++) {
      if (suffixes[i].equals(suffix)) {
        return i;
      }
    }
    throw new IllegalArgumentException(suffix);
  }
}
