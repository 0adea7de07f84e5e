/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of paths through lists, and their text in messages. Stateless. */
final class Steps {
  private Steps() {}

  static String field(String name) {
    return "f:" + name;
  }

  /**
   * What tells {@code item} from the other items of a list.
   *
   * @throws FieldsException if a key field is missing and has no default
   */
  static String item(JsonElement item, Schema list) {
    if (list.listType() == Schema.ListType.SET) {
      return "v:" + item;
    }
    if (!(item instanceof JsonObject object)) {
      throw new FieldsException("associative list with keys may not have non-map elements");
    }
    StringBuilder step = new StringBuilder("k:{");
    for (String key : sorted(list.keys())) {
      JsonElement value = keyValue(object, key, list);
      if (value == null) {
        throw omitsKey(object, list);
      }
      step.append(step.length() > 3 ? "," : "");
      append(step, key);
      step.append(':');
      append(step, value);
    }
    return step.append('}').toString();
  }

  private static List<String> sorted(List<String> keys) {
    if (keys.size() == 1) {
      return keys;
    }
    List<String> sorted = new ArrayList<>(keys);
    Collections.sort(sorted);
    return sorted;
  }

  private static @Nullable JsonElement keyValue(JsonObject object, String key, Schema list) {
    JsonElement value = Trees.at(object, key);
    if (value != null) {
      return value;
    }
    Schema field = list.items().field(key);
    return field == null ? null : field.defaultValue();
  }

  private static FieldsException omitsKey(JsonObject object, Schema list) {
    boolean all = list.keys().stream().allMatch(key -> keyValue(object, key, list) == null);
    if (all) {
      return new FieldsException(
          "associative list with keys has an element that omits all key fields [\""
              + String.join("\" \"", list.keys())
              + "\"] (and doesn't have default values for any key fields)");
    }
    String missing =
        list.keys().stream()
            .filter(key -> keyValue(object, key, list) == null)
            .findFirst()
            .orElseThrow();
    return new FieldsException(
        "associative list with keys has an element that omits key field \""
            + missing
            + "\" (and doesn't have default value)");
  }

  private static void append(StringBuilder step, JsonElement value) {
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      append(step, primitive.getAsString());
    } else {
      step.append(value);
    }
  }

  /** Most keys need no escaping, and Gson's writer costs more than the rest of a step. */
  private static void append(StringBuilder step, String text) {
    boolean plain = true;
    for (int i = 0; i < text.length() && plain; i++) {
      char letter = text.charAt(i);
      plain = letter >= ' ' && letter < 127 && letter != '"' && letter != '\\';
    }
    if (plain) {
      step.append('"').append(text).append('"');
    } else {
      step.append(new JsonPrimitive(text));
    }
  }

  /** A path as the server prints it: {@code .spec.containers[name="echo"].image}. */
  static String print(List<String> path) {
    StringBuilder text = new StringBuilder();
    for (String step : path) {
      String rest = step.substring(2);
      switch (step.charAt(0)) {
        case 'f' -> text.append('.').append(rest);
        case 'k' -> {
          StringBuilder keys = new StringBuilder();
          JsonParser.parseString(rest)
              .getAsJsonObject()
              .entrySet()
              .forEach(
                  key ->
                      keys.append(keys.isEmpty() ? "" : ",")
                          .append(key.getKey())
                          .append('=')
                          .append(key.getValue()));
          text.append('[').append(keys).append(']');
        }
        default -> text.append("[=").append(rest).append(']');
      }
    }
    return text.toString();
  }
}
