/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** YAML as trees. Stateless. */
public final class Yaml {
  private Yaml() {}

  /** Text that is no YAML. */
  public static final class MalformedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private static final Gson STRICT = new GsonBuilder().setStrictness(Strictness.STRICT).create();

  /** A date in a manifest is a string, as Kubernetes has it. */
  private static final class WithoutDates extends Resolver {
    @Override
    public void addImplicitResolver(
        Tag tag, java.util.regex.Pattern regexp, String first, int limit) {
      if (!tag.equals(Tag.TIMESTAMP)) {
        super.addImplicitResolver(tag, regexp, first, limit);
      }
    }
  }

  /** The one document in {@code utf8}. */
  public static JsonElement parse(byte[] utf8) {
    String text = new String(utf8, StandardCharsets.UTF_8);
    if (text.startsWith("{")) {
      try {
        return json(text);
      } catch (JsonParseException noJson) {
        // A mapping in YAML's own short form, perhaps.
      }
    }
    List<JsonElement> documents = documents(text);
    return documents.isEmpty() ? JsonNull.INSTANCE : documents.get(0);
  }

  /** JSON is YAML, and what programs apply is JSON: a YAML parser takes ten times as long. */
  private static JsonElement json(String text) {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    JsonElement value = STRICT.fromJson(reader, JsonElement.class);
    try {
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new JsonParseException("more than one value");
      }
    } catch (IOException more) {
      throw new JsonParseException(more);
    }
    return value;
  }

  /**
   * Every document in {@code text} that is not empty.
   *
   * @throws MalformedException if it is no YAML
   */
  public static List<JsonElement> documents(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(64 * 1024 * 1024);
    options.setMaxAliasesForCollections(1000);
    DumperOptions dumper = new DumperOptions();
    org.yaml.snakeyaml.Yaml yaml =
        new org.yaml.snakeyaml.Yaml(
            new SafeConstructor(options),
            new Representer(dumper),
            dumper,
            options,
            new WithoutDates());
    List<JsonElement> documents = new ArrayList<>();
    try {
      for (Object document : yaml.loadAll(text)) {
        if (document != null) {
          documents.add(tree(document));
        }
      }
    } catch (YAMLException malformed) {
      throw new MalformedException(String.valueOf(malformed.getMessage()), malformed);
    }
    return documents;
  }

  /** {@code value} as a document in UTF-8, its fields in order of their names. */
  static byte[] text(JsonElement value) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    return new org.yaml.snakeyaml.Yaml(options).dump(plain(value)).getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable Object plain(JsonElement value) {
    if (value instanceof JsonObject object) {
      Map<String, @Nullable Object> map = new TreeMap<>();
      object.entrySet().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
      return map;
    }
    if (value instanceof JsonArray array) {
      List<@Nullable Object> list = new ArrayList<>();
      array.forEach(item -> list.add(plain(item)));
      return list;
    }
    if (!(value instanceof JsonPrimitive primitive)) {
      return null;
    }
    if (primitive.isBoolean()) {
      return primitive.getAsBoolean();
    }
    return primitive.isNumber() ? number(primitive) : primitive.getAsString();
  }

  private static Object number(JsonPrimitive number) {
    try {
      return Long.parseLong(number.getAsString());
    } catch (NumberFormatException fraction) {
      return number.getAsDouble();
    }
  }

  private static JsonElement tree(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      JsonObject object = new JsonObject();
      map.forEach((key, child) -> object.add(String.valueOf(key), tree(child)));
      return object;
    }
    if (value instanceof Iterable<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(item -> array.add(tree(item)));
      return array;
    }
    if (value instanceof Number number) {
      return new JsonPrimitive(number);
    }
    if (value == null || value instanceof Boolean || value instanceof String) {
      return Trees.of(value);
    }
    return new JsonPrimitive(String.valueOf(value));
  }
}
