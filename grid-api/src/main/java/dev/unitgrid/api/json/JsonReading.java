/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Text and Java values to {@link Json}. */
final class JsonReading {
  private JsonReading() {}

  static Json read(Reader text) {
    JsonReader reader = new JsonReader(text);
    reader.setStrictness(Strictness.STRICT);
    reader.setNestingLimit(Json.GREATEST_DEPTH);
    try {
      Json value = value(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonSyntaxException("more than one JSON document at " + reader.getPath(), null);
      }
      return value;
    } catch (MalformedJsonException
        | EOFException
        | IllegalArgumentException
        | IllegalStateException notJson) {
      throw new JsonSyntaxException(
          "not JSON at " + reader.getPath() + ": " + notJson.getMessage(), notJson);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private static Json value(JsonReader reader) throws IOException {
    return switch (reader.peek()) {
      case BEGIN_OBJECT -> object(reader);
      case BEGIN_ARRAY -> array(reader);
      case STRING -> new Json.Str(reader.nextString());
      case NUMBER -> new Json.Num(new BigDecimal(reader.nextString()));
      case BOOLEAN -> new Json.Bool(reader.nextBoolean());
      default -> {
        reader.nextNull();
        yield Json.ofNull();
      }
    };
  }

  private static Json object(JsonReader reader) throws IOException {
    Map<String, Json> fields = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      fields.put(reader.nextName(), value(reader));
    }
    reader.endObject();
    return new Json.Obj(fields);
  }

  private static Json array(JsonReader reader) throws IOException {
    List<Json> items = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      items.add(value(reader));
    }
    reader.endArray();
    return new Json.Arr(items);
  }

  static Json from(@Nullable Object value) {
    return from(value, Json.GREATEST_DEPTH);
  }

  private static Json from(@Nullable Object value, int depth) {
    if (value == null || value instanceof JsonNull) {
      return Json.ofNull();
    }
    if (value instanceof Json json) {
      return json;
    }
    if (value instanceof String text) {
      return Json.of(text);
    }
    if (value instanceof Boolean bool) {
      return Json.of(bool);
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof JsonPrimitive primitive) {
      return primitive(primitive);
    }
    return collection(value instanceof JsonObject object ? object.asMap() : value, depth);
  }

  private static Json primitive(JsonPrimitive primitive) {
    if (primitive.isBoolean()) {
      return Json.of(primitive.getAsBoolean());
    }
    return primitive.isString()
        ? Json.of(primitive.getAsString())
        : number(primitive.getAsNumber());
  }

  private static Json collection(Object value, int depth) {
    if (depth == 0) {
      throw new IllegalArgumentException("nested more than " + Json.GREATEST_DEPTH + " deep");
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Json> fields = new LinkedHashMap<>();
      map.forEach((name, item) -> fields.put(name(name), from(item, depth - 1)));
      return new Json.Obj(fields);
    }
    if (value instanceof Iterable<?> iterable) {
      List<Json> items = new ArrayList<>();
      iterable.forEach(item -> items.add(from(item, depth - 1)));
      return new Json.Arr(items);
    }
    throw new IllegalArgumentException("no JSON value: " + value.getClass().getName());
  }

  private static String name(@Nullable Object name) {
    if (name instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("not a field name: " + name);
  }

  private static Json number(Number number) {
    try {
      return new Json.Num(new BigDecimal(number.toString()));
    } catch (NumberFormatException notFinite) {
      throw new IllegalArgumentException("no JSON number: " + number, notFinite);
    }
  }
}
