/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What decoding into a Go struct and encoding it again does to the JSON of a built-in kind: unknown
 * fields go, so do zero values that {@code omitempty} drops, structs held by value appear as {@code
 * {}}, and fields come in the order of the struct (RULE 16). Stateless.
 */
public final class GoTypes {
  private static final Map<String, GoType> TYPES = read();
  private static final GoType PLAIN = new GoType(Set.of(), List.of(), Map.of());

  private record GoType(
      Set<String> pointers, List<String> values, Map<String, JsonElement> always) {}

  private GoTypes() {}

  /**
   * The normal form of {@code object}, a new tree.
   *
   * @param unknown is told the path of each field that the schema does not have
   * @throws WrongTypeException if a value cannot be what its field is
   */
  public static JsonObject normalise(JsonObject object, Schema schema, Set<String> unknown) {
    return struct(object, schema, "", unknown);
  }

  /** A kind with no field set: what is always written, lists as null. */
  public static JsonObject zero(Schema schema) {
    GoType type = TYPES.getOrDefault(schema.definition(), PLAIN);
    JsonObject zero = new JsonObject();
    type.always().forEach((name, value) -> zero.add(name, value.deepCopy()));
    for (String name : type.values()) {
      Schema field = schema.properties().get(name);
      if (field != null) {
        zero.add(name, zero(field));
      }
    }
    return zero;
  }

  private static JsonObject struct(
      JsonObject object, Schema schema, String path, Set<String> unknown) {
    GoType type = TYPES.getOrDefault(schema.definition(), PLAIN);
    JsonObject normal = new JsonObject();
    for (String name : fieldOrder(object, schema)) {
      Schema field = schema.field(name);
      JsonElement value = object.get(name);
      if (field == null) {
        unknown.add(join(path, name));
      } else if (!Trees.isNull(value)) {
        JsonElement kept = value(value, field, join(path, name), unknown);
        if (isKept(kept, name, type, field)) {
          normal.add(name, kept);
        }
      }
    }
    type.always()
        .forEach(
            (name, zero) -> {
              if (!zero.isJsonNull()) {
                Trees.setDefault(normal, name, zero.deepCopy());
              }
            });
    for (String name : type.values()) {
      Schema field = schema.properties().get(name);
      if (field != null && Trees.isNull(normal.get(name))) {
        normal.add(name, struct(new JsonObject(), field, join(path, name), unknown));
      }
    }
    return normal;
  }

  private static Set<String> fieldOrder(JsonObject object, Schema schema) {
    if (schema.properties().isEmpty()) {
      return schema.isMap() ? new TreeSet<>(object.keySet()) : object.keySet();
    }
    return object.keySet();
  }

  private static boolean isKept(JsonElement value, String name, GoType type, Schema field) {
    if (value instanceof JsonArray array) {
      return !array.isEmpty();
    }
    if (value instanceof JsonObject object) {
      return !object.isEmpty() || !field.isMap();
    }
    if (!(value instanceof JsonPrimitive primitive) || type.pointers().contains(name)) {
      return true;
    }
    boolean zero =
        primitive.isString()
            ? primitive.getAsString().isEmpty()
            : primitive.isBoolean() ? !primitive.getAsBoolean() : primitive.getAsDouble() == 0;
    return !zero || type.always().containsKey(name);
  }

  private static JsonElement value(
      JsonElement value, Schema schema, String path, Set<String> unknown) {
    if (schema.isQuantity()) {
      return Quantities.canonical(value, path);
    }
    if (schema.isIntOrString()) {
      if (!value.isJsonPrimitive()) {
        throw new WrongTypeException(value, path, "IntOrString");
      }
      return value;
    }
    return switch (schema.type()) {
      case "object" -> object(value, schema, path, unknown);
      case "array" -> array(value, schema, path, unknown);
      case "string" -> primitive(value, path, "string", isPrimitive(value, "string"));
      case "boolean" -> primitive(value, path, "bool", isPrimitive(value, "boolean"));
      case "integer" -> integer(value, path);
      case "number" -> primitive(value, path, "float64", isPrimitive(value, "number"));
      default ->
          schema.properties().isEmpty() ? value.deepCopy() : object(value, schema, path, unknown);
    };
  }

  private static JsonElement object(
      JsonElement value, Schema schema, String path, Set<String> unknown) {
    if (!(value instanceof JsonObject object)) {
      throw new WrongTypeException(value, path, "object");
    }
    return schema.isOpen() ? object.deepCopy() : struct(object, schema, path, unknown);
  }

  private static JsonElement array(
      JsonElement value, Schema schema, String path, Set<String> unknown) {
    if (!(value instanceof JsonArray array)) {
      throw new WrongTypeException(value, path, "array");
    }
    JsonArray normal = new JsonArray();
    int index = 0;
    for (JsonElement item : array) {
      normal.add(value(item, schema.items(), path + "[" + index++ + "]", unknown));
    }
    return normal;
  }

  private static JsonElement integer(JsonElement value, String path) {
    primitive(value, path, "int32", isPrimitive(value, "number"));
    double number = value.getAsDouble();
    if (number != Math.rint(number)) {
      throw new WrongTypeException(value, path, "int32");
    }
    return new JsonPrimitive((long) number);
  }

  private static JsonElement primitive(
      JsonElement value, String path, String goType, boolean fits) {
    if (!fits) {
      throw new WrongTypeException(value, path, goType);
    }
    return value;
  }

  private static boolean isPrimitive(JsonElement value, String type) {
    return value instanceof JsonPrimitive primitive
        && switch (type) {
          case "string" -> primitive.isString();
          case "boolean" -> primitive.isBoolean();
          default -> primitive.isNumber();
        };
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static Map<String, GoType> read() {
    Map<String, GoType> types = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(GoTypes.class.getResourceAsStream("shapes.txt")),
                StandardCharsets.UTF_8))) {
      reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(
              line -> {
                String[] parts = line.split("\\|", -1);
                types.put(parts[0], type(parts));
              });
      return types;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static GoType type(String[] parts) {
    Map<String, JsonElement> always =
        words(parts[3]).stream()
            .collect(
                Collectors.toMap(
                    word -> word.substring(0, word.indexOf('=')),
                    word -> zero(word.substring(word.indexOf('=') + 1))));
    return new GoType(Set.copyOf(words(parts[1])), words(parts[2]), always);
  }

  private static List<String> words(@Nullable String text) {
    return text == null || text.isBlank() ? List.of() : Arrays.asList(text.trim().split(" ", -1));
  }

  private static JsonElement zero(String text) {
    return switch (text) {
      case "null" -> JsonNull.INSTANCE;
      case "false" -> new JsonPrimitive(false);
      case "0" -> new JsonPrimitive(0);
      default -> new JsonPrimitive("");
    };
  }
}
