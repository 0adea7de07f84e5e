/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Values as Go prints them, which is what the real server's sentences hold. Stateless. */
public final class GoText {
  private GoText() {}

  /** As {@code %v} prints it: {@code map[a:1 b:[x y]]}. */
  public static String of(JsonElement value) {
    if (value instanceof JsonObject object) {
      List<String> fields = new ArrayList<>();
      new TreeSet<>(object.keySet()).forEach(name -> fields.add(name + ":" + of(object.get(name))));
      return "map[" + String.join(" ", fields) + "]";
    }
    if (value instanceof JsonArray array) {
      return "[" + String.join(" ", array.asList().stream().map(GoText::of).toList()) + "]";
    }
    return value.isJsonNull() ? "<nil>" : value.getAsString();
  }

  /** As {@code %T} prints what the server decoded it to. */
  public static String typeOf(JsonElement value) {
    if (value instanceof JsonPrimitive primitive) {
      return primitive.isString() ? "string" : primitive.isBoolean() ? "bool" : "int64";
    }
    return value.isJsonNull()
        ? "<nil>"
        : value.isJsonArray() ? "[]interface {}" : "map[string]interface {}";
  }

  /** As {@code %#v} prints the server's wrapper of it. */
  static String syntax(JsonElement value) {
    return "&value.valueUnstructured{Value:" + literal(value) + "}";
  }

  private static String literal(JsonElement value) {
    if (value instanceof JsonObject object) {
      List<String> fields = new ArrayList<>();
      new TreeSet<>(object.keySet())
          .forEach(name -> fields.add("\"" + name + "\":" + literal(object.get(name))));
      return "map[string]interface {}{" + String.join(", ", fields) + "}";
    }
    if (value instanceof JsonArray array) {
      List<String> items = array.asList().stream().map(GoText::literal).toList();
      return "[]interface {}{" + String.join(", ", items) + "}";
    }
    if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      return "\"" + primitive.getAsString() + "\"";
    }
    return value.isJsonNull() ? "interface {}(nil)" : value.getAsString();
  }
}
