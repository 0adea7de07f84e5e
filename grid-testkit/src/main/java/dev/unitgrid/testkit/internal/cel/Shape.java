/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

import com.google.common.collect.ImmutableMap;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What CEL sees of the values of a schema: their type, and each value in that type. Immutable. */
sealed interface Shape {
  /** The type that a rule is compiled with. */
  CelType type();

  /** {@code value} as CEL takes it; what is not touched is not converted. */
  Object of(JsonElement value);

  /**
   * The shape of {@code schema}; empty if CEL cannot know its values.
   *
   * @param name of its type, as no other has it
   * @param whole whether it is a whole object of some kind, with metadata
   * @param structs takes each type that has fields
   */
  static Optional<Shape> of(
      Schema schema, String name, boolean whole, Map<String, CelType> structs) {
    if (schema.isIntOrString()) {
      return Optional.of(new Scalar(SimpleType.DYN, Shape::dynamic));
    }
    return switch (whole ? "object" : schema.type()) {
      case "array" ->
          schema.keyword("items") == null
              ? Optional.empty()
              : of(schema.items(), name + ".items", schema.items().isEmbeddedResource(), structs)
                  .map(items -> new Items(ListType.create(items.type()), items));
      case "object" -> object(schema, name, whole, structs);
      case "string" -> Optional.of(text(schema.format()));
      case "boolean" -> Optional.of(new Scalar(SimpleType.BOOL, JsonPrimitive::getAsBoolean));
      case "number" -> Optional.of(new Scalar(SimpleType.DOUBLE, JsonPrimitive::getAsDouble));
      case "integer" -> Optional.of(new Scalar(SimpleType.INT, JsonPrimitive::getAsLong));
      default -> Optional.empty();
    };
  }

  private static Optional<Shape> object(
      Schema schema, String name, boolean whole, Map<String, CelType> structs) {
    Schema values = schema.isMap() ? schema.declared("") : null;
    if (values != null && !whole) {
      return of(values, name + ".values", values.isEmbeddedResource(), structs)
          .map(value -> new Keys(MapType.create(SimpleType.STRING, value.type()), value));
    }
    Map<String, Schema> properties = new LinkedHashMap<>(schema.properties());
    if (whole) {
      properties.putAll(Declared.OF_EVERY_OBJECT);
    }
    Map<String, String> originals = new LinkedHashMap<>();
    Map<String, Shape> fields = new LinkedHashMap<>();
    for (Map.Entry<String, Schema> property : properties.entrySet()) {
      Schema below = property.getValue();
      Optional<String> escaped = FieldNames.escaped(property.getKey());
      Optional<Shape> shape =
          escaped.flatMap(
              field -> of(below, name + "." + field, below.isEmbeddedResource(), structs));
      shape.ifPresent(
          known -> {
            fields.put(escaped.get(), known);
            originals.put(escaped.get(), property.getKey());
          });
    }
    ImmutableMap.Builder<String, CelType> collected = ImmutableMap.builder();
    fields.forEach((field, shape) -> collected.put(field, shape.type()));
    ImmutableMap<String, CelType> types = collected.buildOrThrow();
    StructType type =
        StructType.create(name, types.keySet(), field -> Optional.ofNullable(types.get(field)));
    structs.put(name, type);
    return Optional.of(new Fields(type, fields, originals));
  }

  private static Shape text(String format) {
    return switch (format) {
      case "byte" ->
          new Scalar(
              SimpleType.BYTES,
              value -> CelByteString.of(Base64.getDecoder().decode(value.getAsString())));
      case "duration" ->
          new Scalar(SimpleType.DURATION, value -> Durations.parse(value.getAsString()));
      case "date" ->
          new Scalar(
              SimpleType.TIMESTAMP,
              value ->
                  LocalDate.parse(value.getAsString()).atStartOfDay(ZoneOffset.UTC).toInstant());
      case "date-time" -> new Scalar(SimpleType.TIMESTAMP, Shape::time);
      default -> new Scalar(SimpleType.STRING, JsonPrimitive::getAsString);
    };
  }

  private static Instant time(JsonPrimitive value) {
    return OffsetDateTime.parse(value.getAsString().toUpperCase(Locale.ROOT)).toInstant();
  }

  private static Object dynamic(JsonPrimitive value) {
    return value.isString() ? value.getAsString() : value.getAsLong();
  }

  /** What rules see of every object beside its own fields. */
  final class Declared {
    static final Map<String, Schema> OF_EVERY_OBJECT =
        Map.of(
            "apiVersion",
            Schema.part(Trees.objectOf("type", "string")),
            "kind",
            Schema.part(Trees.objectOf("type", "string")),
            "metadata",
            Schema.part(
                Trees.objectOf(
                    "type",
                    "object",
                    "properties",
                    Trees.objectOf(
                        "name",
                        Trees.objectOf("type", "string"),
                        "generateName",
                        Trees.objectOf("type", "string")))));

    private Declared() {}
  }

  /** Reads a scalar. */
  interface Reader {
    Object read(JsonPrimitive value);
  }

  /** A value without parts. */
  record Scalar(CelType type, Reader reader) implements Shape {
    @Override
    public Object of(JsonElement value) {
      return value instanceof JsonPrimitive primitive
          ? reader.read(primitive)
          : NullValue.NULL_VALUE;
    }
  }

  /** A list. */
  record Items(CelType type, Shape items) implements Shape {
    @Override
    public Object of(JsonElement value) {
      if (!(value instanceof JsonArray array)) {
        return NullValue.NULL_VALUE;
      }
      return new AbstractList<Object>() {
        @Override
        public Object get(int index) {
          return items.of(array.get(index));
        }

        @Override
        public int size() {
          return array.size();
        }
      };
    }
  }

  /** A map of free keys. */
  record Keys(CelType type, Shape values) implements Shape {
    @Override
    public Object of(JsonElement value) {
      return value instanceof JsonObject object
          ? new Looked(object.keySet(), key -> key, key -> values, object)
          : NullValue.NULL_VALUE;
    }
  }

  /** An object with fields of its own. */
  record Fields(CelType type, Map<String, Shape> fields, Map<String, String> originals)
      implements Shape {
    @Override
    public Object of(JsonElement value) {
      if (!(value instanceof JsonObject object)) {
        return NullValue.NULL_VALUE;
      }
      Set<String> there = new LinkedHashSet<>(fields.keySet());
      there.removeIf(field -> !object.has(originals.get(field)));
      return new Looked(there, originals::get, fields::get, object);
    }
  }

  /** An object of JSON that is converted where it is looked at. */
  final class Looked extends AbstractMap<String, Object> {
    private final Set<String> keys;
    private final java.util.function.UnaryOperator<String> originals;
    private final java.util.function.Function<String, Shape> shapes;
    private final JsonObject object;

    Looked(
        Set<String> keys,
        java.util.function.UnaryOperator<String> originals,
        java.util.function.Function<String, Shape> shapes,
        JsonObject object) {
      this.keys = keys;
      this.originals = originals;
      this.shapes = shapes;
      this.object = object;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
      return keys.contains(key);
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
      return key instanceof String name && keys.contains(name) ? value(name) : null;
    }

    private Object value(String name) {
      return shapes.apply(name).of(object.get(originals.apply(name)));
    }

    @Override
    public Set<String> keySet() {
      return keys;
    }

    @Override
    public Set<Entry<String, Object>> entrySet() {
      Set<Entry<String, Object>> entries = new LinkedHashSet<>();
      keys.forEach(key -> entries.add(Map.entry(key, value(key))));
      return entries;
    }
  }
}
