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
import java.util.function.Supplier;
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

  /** What was wrong first, while the decoder goes on: something worse may come. */
  private static final class FirstMistake {
    private @Nullable WrongTypeException first;

    JsonElement of(Supplier<JsonElement> decoding) {
      try {
        return decoding.get();
      } catch (WrongTypeException wrong) {
        if (wrong.isAtOnce()) {
          throw wrong;
        }
        first = first == null ? wrong : first;
        return JsonNull.INSTANCE;
      }
    }

    void tell() {
      if (first != null) {
        throw first;
      }
    }
  }

  private GoTypes() {}

  /**
   * The normal form of {@code object}, a new tree.
   *
   * @param unknown is told the path of each field that the schema does not have
   * @throws WrongTypeException if a value cannot be what its field is
   */
  public static JsonObject normalise(JsonObject object, Schema schema, Set<String> unknown) {
    return struct(object, schema, GoPlace.root(schema), unknown);
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
      JsonObject object, Schema schema, GoPlace place, Set<String> unknown) {
    GoType type = TYPES.getOrDefault(schema.definition(), PLAIN);
    JsonObject normal = new JsonObject();
    FirstMistake mistake = new FirstMistake();
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      String name = entry.getKey();
      Schema field = schema.field(name);
      GoPlace there = place.field(schema, name);
      if (field == null) {
        unknown.add(there.path());
      } else if (!entry.getValue().isJsonNull()) {
        JsonElement kept = mistake.of(() -> value(entry.getValue(), field, there, unknown));
        // An entry of a map is kept whatever its value: only fields of a struct may be left out.
        boolean isEntry = !schema.properties().containsKey(name);
        if (isEntry || isKept(kept, name, type, field)) {
          normal.add(name, kept);
        }
      }
    }
    mistake.tell();
    type.always()
        .forEach(
            (name, zero) -> {
              if (Trees.isNull(normal.get(name))) {
                normal.add(name, zero.deepCopy());
              }
            });
    for (String name : type.values()) {
      Schema field = schema.properties().get(name);
      if (field != null && Trees.isNull(normal.get(name))) {
        normal.add(name, struct(new JsonObject(), field, place.field(schema, name), unknown));
      }
    }
    return normal;
  }

  /** A map keeps zero values, and a null becomes one; its keys are sorted. */
  private static JsonObject map(
      JsonObject object, Schema schema, GoPlace place, Set<String> unknown) {
    JsonObject normal = new JsonObject();
    FirstMistake mistake = new FirstMistake();
    for (String key : new TreeSet<>(object.keySet())) {
      Schema field = Objects.requireNonNull(schema.field(key));
      JsonElement value = object.get(key);
      if (!value.isJsonNull()) {
        normal.add(key, mistake.of(() -> value(value, field, place.key(key), unknown)));
      } else if (field.type().equals("string") || field.isQuantity()) {
        normal.addProperty(key, field.isQuantity() ? "0" : "");
      }
    }
    mistake.tell();
    return normal;
  }

  private static boolean isKept(JsonElement value, String name, GoType type, Schema field) {
    if (value instanceof JsonArray array) {
      return !array.isEmpty();
    }
    if (value instanceof JsonObject object) {
      return !object.isEmpty() || !field.isMap();
    }
    if (!(value instanceof JsonPrimitive primitive)
        || type.pointers().contains(name)
        || field.isIntOrString()) {
      return true;
    }
    boolean zero =
        primitive.isString()
            ? primitive.getAsString().isEmpty()
            : primitive.isBoolean() ? !primitive.getAsBoolean() : primitive.getAsDouble() == 0;
    return !zero || type.always().containsKey(name);
  }

  private static JsonElement value(
      JsonElement value, Schema schema, GoPlace place, Set<String> unknown) {
    if (schema.isQuantity()) {
      return Quantities.canonical(value, place);
    }
    if (schema.isIntOrString()) {
      if (!value.isJsonPrimitive() || value.getAsJsonPrimitive().isBoolean()) {
        throw new WrongTypeException(
            "json: cannot unmarshal " + GoTypes.word(value) + " into Go value of type int32");
      }
      return value;
    }
    return switch (schema.type()) {
      case "object" -> object(value, schema, place, unknown);
      case "array" -> array(value, schema, place, unknown);
      case "string" -> string(value, schema, place);
      case "boolean" -> primitive(value, place, "bool", isPrimitive(value, "boolean"));
      case "integer" -> integer(value, schema, place);
      case "number" -> primitive(value, place, "float64", isPrimitive(value, "number"));
      default ->
          schema.properties().isEmpty() ? value.deepCopy() : object(value, schema, place, unknown);
    };
  }

  private static String word(JsonElement value) {
    return value.isJsonArray() ? "array" : value.isJsonObject() ? "object" : "bool";
  }

  private static JsonElement object(
      JsonElement value, Schema schema, GoPlace place, Set<String> unknown) {
    if (!(value instanceof JsonObject object)) {
      throw new WrongTypeException(value, place, goType(schema));
    }
    if (schema.isMap()) {
      return map(object, schema, place, unknown);
    }
    return schema.isOpen() ? object.deepCopy() : struct(object, schema, place, unknown);
  }

  private static JsonElement array(
      JsonElement value, Schema schema, GoPlace place, Set<String> unknown) {
    if (!(value instanceof JsonArray array)) {
      throw new WrongTypeException(value, place, goType(schema));
    }
    JsonArray normal = new JsonArray();
    FirstMistake mistake = new FirstMistake();
    Schema items = schema.items();
    for (JsonElement item : array) {
      GoPlace there = place.item(normal.size());
      normal.add(
          item.isJsonNull()
              ? zeroItem(items)
              : mistake.of(() -> value(item, items, there, unknown)));
    }
    mistake.tell();
    return normal;
  }

  private static JsonElement zeroItem(Schema items) {
    return switch (items.type()) {
      case "string" -> new JsonPrimitive("");
      case "integer" -> new JsonPrimitive(0);
      case "object" -> zero(items);
      default -> JsonNull.INSTANCE;
    };
  }

  private static JsonElement string(JsonElement value, Schema schema, GoPlace place) {
    boolean bytes = schema.isBytes();
    primitive(value, place, bytes ? "[]uint8" : "string", isPrimitive(value, "string"));
    if (bytes) {
      refuseOtherThanBase64(value.getAsString());
    }
    if (schema.isTime()) {
      String text = value.getAsString();
      String normal = GoTimes.normal(text, schema.definition().endsWith(".MicroTime"));
      return normal.equals(text) ? value : new JsonPrimitive(normal);
    }
    return value;
  }

  private static void refuseOtherThanBase64(String text) {
    String plain = text.replaceAll("[\\r\\n]", "");
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      boolean padding = c == '=' && i >= plain.length() - 2 && plain.length() % 4 == 0;
      if (!padding && !Character.isLetterOrDigit(c) && c != '+' && c != '/') {
        throw WrongTypeException.noBase64(i);
      }
    }
    if (plain.length() % 4 != 0) {
      throw WrongTypeException.noBase64(plain.length() / 4 * 4);
    }
  }

  private static JsonElement integer(JsonElement value, Schema schema, GoPlace place) {
    String type = goType(schema);
    primitive(value, place, type, isPrimitive(value, "number"));
    try {
      long number = Long.parseLong(value.getAsString());
      if (type.equals("int32") && number != (int) number) {
        throw new WrongTypeException(value, place, type);
      }
      return new JsonPrimitive(number);
    } catch (NumberFormatException fractionOrTooLarge) {
      throw new WrongTypeException(value, place, type);
    }
  }

  private static JsonElement primitive(
      JsonElement value, GoPlace place, String goType, boolean fits) {
    if (!fits) {
      throw new WrongTypeException(value, place, goType);
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

  /** The name of the Go type, as its decoder prints it. */
  private static String goType(Schema schema) {
    if (schema.isMap()) {
      return "map[string]" + goType(Objects.requireNonNull(schema.field("")));
    }
    return switch (schema.type()) {
      case "array" -> "[]" + goType(schema.items());
      case "string" -> schema.isBytes() ? "[]uint8" : "string";
      case "boolean" -> "bool";
      case "integer" -> schema.format().equals("int32") ? "int32" : "int64";
      case "number" -> "float64";
      default -> {
        String definition = schema.definition();
        int kind = definition.lastIndexOf('.');
        yield kind < 0 ? "object" : definition.substring(definition.lastIndexOf('.', kind - 1) + 1);
      }
    };
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
