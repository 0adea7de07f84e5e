/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Amounts of resources by value: {@code 500m} is {@code 0.5}, {@code 1Gi} is {@code 1024Mi}
 * (source: Quantity of apimachinery). Finer than a nano is rounded away from zero, as the API
 * server does.
 */
final class Quantity {
  private static final int NANO_DIGITS = 9;
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
  private static final Pattern FORM =
      Pattern.compile(
          "([+-]?(?:[0-9]{1,64}\\.?[0-9]{0,64}|\\.[0-9]{1,64}))"
              + "(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?[0-9]{1,3}))?");
  private static final Map<String, Integer> POWERS_OF_TEN =
      Map.of("n", -9, "u", -6, "m", -3, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);
  private static final String POWERS_OF_KIBI = "KMGTPE";

  private Quantity() {}

  /** The value of a quantity, a string or a number; empty if it is none. */
  static Optional<BigDecimal> value(Json quantity) {
    if (quantity instanceof Json.Num num) {
      return Optional.of(rounded(num.value()));
    }
    Matcher form = FORM.matcher(quantity.asString(""));
    if (!form.matches()) {
      return Optional.empty();
    }
    BigDecimal number = new BigDecimal(form.group(1));
    String suffix = form.group(2);
    String exponent = form.group(3);
    if (exponent != null) {
      return Optional.of(rounded(number.scaleByPowerOfTen(Integer.parseInt(exponent))));
    }
    return Optional.of(rounded(suffix == null ? number : scaled(number, suffix)));
  }

  private static BigDecimal scaled(BigDecimal number, String suffix) {
    Integer powerOfTen = POWERS_OF_TEN.get(suffix);
    if (powerOfTen != null) {
      return number.scaleByPowerOfTen(powerOfTen);
    }
    return number.multiply(KIBI.pow(1 + POWERS_OF_KIBI.indexOf(suffix.charAt(0))));
  }

  private static BigDecimal rounded(BigDecimal value) {
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal nanos =
        value.scale() > NANO_DIGITS ? value.setScale(NANO_DIGITS, RoundingMode.UP) : value;
    return nanos.stripTrailingZeros();
  }
}
