/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.Map;

/**
 * Numbers as an apply and a strategic merge patch read them: {@code 1.0} and {@code 1e1} are whole
 * there, while a decoder of a whole object refuses them for an integer. Stateless.
 */
final class Numbers {
  private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  /** A number with a longer exponent is no whole one, and would take for ever to write down. */
  private static final int MOST_DIGITS = 30;

  private Numbers() {}

  /** Writes each whole number in {@code value}, however it is written, as one. */
  static void makeWhole(JsonElement value) {
    if (value instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> field : object.entrySet()) {
        if (isWholeByValue(field.getValue())) {
          field.setValue(whole(field.getValue()));
        } else {
          makeWhole(field.getValue());
        }
      }
    } else if (value instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        if (isWholeByValue(array.get(i))) {
          array.set(i, whole(array.get(i)));
        } else {
          makeWhole(array.get(i));
        }
      }
    }
  }

  private static boolean isWholeByValue(JsonElement value) {
    if (!(value instanceof JsonPrimitive primitive) || !primitive.isNumber()) {
      return false;
    }
    String text = primitive.getAsString();
    boolean isPlain = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    if (isPlain || text.length() > MOST_DIGITS) {
      return false;
    }
    BigDecimal number = new BigDecimal(text).stripTrailingZeros();
    return number.scale() <= 0
        && number.scale() > -MOST_DIGITS
        && number.abs().compareTo(LARGEST) <= 0;
  }

  private static JsonPrimitive whole(JsonElement number) {
    return new JsonPrimitive(new BigDecimal(number.getAsString()).longValueExact());
  }
}
