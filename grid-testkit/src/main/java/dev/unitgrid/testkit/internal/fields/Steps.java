/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    Map<String, JsonElement> keys = new TreeMap<>();
    for (String key : list.keys()) {
      JsonElement value = Trees.at(object, key);
      Schema field = list.items().field(key);
      if (value == null && field != null) {
        value = field.defaultValue();
      }
      if (value != null) {
        keys.put(key, value);
      }
    }
    if (keys.size() < list.keys().size()) {
      String missing =
          list.keys().stream().filter(key -> !keys.containsKey(key)).findFirst().orElseThrow();
      throw new FieldsException(
          "associative list with keys has an element that omits key field \""
              + missing
              + "\" (and doesn't have default value)");
    }
    JsonObject step = new JsonObject();
    keys.forEach(step::add);
    return "k:" + step;
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
