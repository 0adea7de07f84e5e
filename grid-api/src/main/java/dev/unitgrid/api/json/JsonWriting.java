/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** {@link Json} to text. */
final class JsonWriting {
  private JsonWriting() {}

  static String compact(Json value) {
    StringBuilder text = new StringBuilder();
    write(value, text, false);
    return text.toString();
  }

  static String canonical(Json value) {
    StringBuilder text = new StringBuilder();
    write(value, text, true);
    return text.toString();
  }

  private static void write(Json value, StringBuilder text, boolean sorted) {
    if (value instanceof Json.Obj obj) {
      object(sorted ? new TreeMap<>(obj.fields()) : obj.fields(), text, sorted);
    } else if (value instanceof Json.Arr arr) {
      array(arr.items(), text, sorted);
    } else if (value instanceof Json.Str str) {
      string(str.value(), text);
    } else if (value instanceof Json.Num num) {
      text.append(
          num.value().scale() <= 0 && num.value().precision() - num.value().scale() <= 20
              ? num.value().toBigInteger().toString()
              : num.value().toString());
    } else if (value instanceof Json.Bool bool) {
      text.append(bool.value());
    } else {
      text.append("null");
    }
  }

  private static void object(Map<String, Json> fields, StringBuilder text, boolean sorted) {
    char separator = '{';
    for (Map.Entry<String, Json> field : fields.entrySet()) {
      text.append(separator);
      string(field.getKey(), text);
      text.append(':');
      write(field.getValue(), text, sorted);
      separator = ',';
    }
    text.append(fields.isEmpty() ? "{}" : "}");
  }

  private static void array(Collection<Json> items, StringBuilder text, boolean sorted) {
    char separator = '[';
    for (Json item : items) {
      text.append(separator);
      write(item, text, sorted);
      separator = ',';
    }
    text.append(items.isEmpty() ? "[]" : "]");
  }

  private static void string(String value, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20) {
            text.append(String.format("\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
