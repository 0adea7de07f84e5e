/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.tree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads and edits mutable Gson trees by path. The server's semantics work on these and on nothing
 * of the library that they check. Stateless.
 */
public final class Trees {
  private Trees() {}

  /** The value at {@code path}, null where it is not there or JSON null. */
  public static @Nullable JsonElement at(@Nullable JsonElement root, String... path) {
    JsonElement value = root;
    for (String name : path) {
      if (value == null || !value.isJsonObject()) {
        return null;
      }
      value = value.getAsJsonObject().get(name);
    }
    return isNull(value) ? null : value;
  }

  /** Whether {@code value} is Java's or JSON's null. */
  public static boolean isNull(@Nullable JsonElement value) {
    return value == null || value.isJsonNull();
  }

  /** The string at {@code path}, empty where there is none. */
  public static String string(@Nullable JsonElement root, String... path) {
    JsonElement value = at(root, path);
    return value != null && isString(value) ? value.getAsString() : "";
  }

  private static boolean isString(@Nullable JsonElement value) {
    return value instanceof JsonPrimitive primitive && primitive.isString();
  }

  /** The whole number at {@code path}, or {@code otherwise}. */
  public static long number(@Nullable JsonElement root, long otherwise, String... path) {
    JsonElement value = at(root, path);
    if (value instanceof JsonPrimitive primitive && primitive.isNumber()) {
      return (long) primitive.getAsDouble();
    }
    return otherwise;
  }

  /** Whether the value at {@code path} is true. */
  public static boolean isTrue(@Nullable JsonElement root, String... path) {
    return at(root, path) instanceof JsonPrimitive primitive
        && primitive.isBoolean()
        && primitive.getAsBoolean();
  }

  /** The object at {@code path}; a new one that hangs nowhere where there is none. */
  public static JsonObject object(@Nullable JsonElement root, String... path) {
    return at(root, path) instanceof JsonObject object ? object : new JsonObject();
  }

  /** The array at {@code path}; a new one that hangs nowhere where there is none. */
  public static JsonArray array(@Nullable JsonElement root, String... path) {
    return at(root, path) instanceof JsonArray array ? array : new JsonArray();
  }

  /** The objects in the array at {@code path}. */
  public static List<JsonObject> objects(@Nullable JsonElement root, String... path) {
    List<JsonObject> objects = new ArrayList<>();
    for (JsonElement item : array(root, path)) {
      if (item instanceof JsonObject object) {
        objects.add(object);
      }
    }
    return objects;
  }

  /** The string fields of the object at {@code path}, such as labels. */
  public static Map<String, String> strings(@Nullable JsonElement root, String... path) {
    Map<String, String> strings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonElement> field : object(root, path).entrySet()) {
      if (isString(field.getValue())) {
        strings.put(field.getKey(), field.getValue().getAsString());
      }
    }
    return strings;
  }

  /** The object at {@code path} under {@code root}, made where it is missing. */
  public static JsonObject child(JsonObject root, String... path) {
    JsonObject value = root;
    for (String name : path) {
      if (value.get(name) instanceof JsonObject next) {
        value = next;
      } else {
        JsonObject next = new JsonObject();
        value.add(name, next);
        value = next;
      }
    }
    return value;
  }

  /** Sets the field if it is missing or null. */
  public static void setDefault(JsonObject object, String name, Object value) {
    if (isNull(object.get(name))) {
      object.add(name, of(value));
    }
  }

  /** The JSON of a string, number, boolean or element. */
  public static JsonElement of(@Nullable Object value) {
    if (value instanceof JsonElement element) {
      return element;
    }
    if (value instanceof String string) {
      return new JsonPrimitive(string);
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (value instanceof Boolean bool) {
      return new JsonPrimitive(bool);
    }
    if (value == null) {
      return JsonNull.INSTANCE;
    }
    throw new IllegalArgumentException("no JSON for " + value.getClass());
  }

  /** An object of alternating names and values. */
  public static JsonObject objectOf(Object... namesAndValues) {
    JsonObject object = new JsonObject();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.add((String) namesAndValues[i], of(namesAndValues[i + 1]));
    }
    return object;
  }

  /** An object of string fields. */
  public static JsonObject objectOf(Map<String, String> strings) {
    JsonObject object = new JsonObject();
    strings.forEach(object::addProperty);
    return object;
  }

  /** An array of {@code items}. */
  public static JsonArray arrayOf(Object... items) {
    JsonArray array = new JsonArray();
    for (Object item : items) {
      array.add(of(item));
    }
    return array;
  }

  /** A copy of {@code value}, null for null. */
  public static @Nullable JsonElement copy(@Nullable JsonElement value) {
    return value == null ? null : value.deepCopy();
  }

  /** A copy whose objects have their fields sorted by name. */
  public static JsonElement sorted(JsonElement value) {
    if (value instanceof JsonObject object) {
      JsonObject copy = new JsonObject();
      for (String name : new TreeSet<>(object.keySet())) {
        copy.add(name, sorted(object.get(name)));
      }
      return copy;
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(item -> copy.add(sorted(item)));
      return copy;
    }
    return value;
  }

  /** The length of all names and strings in {@code value}. */
  public static long textLength(JsonElement value) {
    long length = 0;
    if (value instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> field : object.entrySet()) {
        length += field.getKey().length() + textLength(field.getValue());
      }
    } else if (value instanceof JsonArray array) {
      for (JsonElement item : array) {
        length += textLength(item);
      }
    } else if (isString(value)) {
      length = value.getAsString().length();
    }
    return length;
  }

  /** A copy without fields that are null. */
  public static JsonObject withoutNulls(JsonObject object) {
    return (JsonObject) pruned(object);
  }

  private static JsonElement pruned(JsonElement value) {
    if (value instanceof JsonObject object) {
      JsonObject copy = new JsonObject();
      for (Map.Entry<String, JsonElement> field : object.entrySet()) {
        if (!field.getValue().isJsonNull()) {
          copy.add(field.getKey(), pruned(field.getValue()));
        }
      }
      return copy;
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(item -> copy.add(pruned(item)));
      return copy;
    }
    return value;
  }

  /** Equality that takes null, JSON null and a missing value as one. */
  public static boolean same(@Nullable JsonElement one, @Nullable JsonElement other) {
    if (one == null || other == null || isNull(one) || isNull(other)) {
      return isNull(one) && isNull(other);
    }
    return one.equals(other);
  }

  /**
   * Reads one JSON document.
   *
   * @throws JsonParseException if {@code utf8} is not one
   */
  public static JsonElement parse(byte[] utf8) {
    return JsonParser.parseString(new String(utf8, StandardCharsets.UTF_8));
  }

  /** The text of {@code value} in UTF-8. */
  public static byte[] bytes(JsonElement value) {
    return JsonText.of(value);
  }
}
