/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.Reader;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value that never changes: templates and live objects are passed around as this, so that
 * nothing mutable is ever shared. Objects keep the order of their fields for printing; equality,
 * {@link #canonical()} and {@link #digest()} do not see it. Numbers are equal by value ({@code 1.0}
 * is {@code 1}). Thread-safe. No method takes or returns a Java null, save where {@code @Nullable}
 * says so; a JSON null is {@link #ofNull}.
 */
public sealed interface Json {
  /**
   * How deep a value may be nested that is read from outside; a hostile text would otherwise
   * overflow the stack. Far beyond every Kubernetes object, and equality and writing of such a
   * value still fit in a stack of 256 KiB.
   */
  int GREATEST_DEPTH = 128;

  /** An object; {@code fields} is unmodifiable and keeps its order. */
  record Obj(Map<String, Json> fields) implements Json {
    private static final Obj EMPTY = new Obj(Map.of());

    /** Copies {@code fields}; names as {@link Str} has them. */
    public Obj {
      Map<String, Json> copy = new LinkedHashMap<>();
      fields.forEach((name, value) -> copy.put(Unicode.wellFormed(name), value));
      fields = Collections.unmodifiableMap(copy);
    }

    // A record's own equality takes twice the stack for each level.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other || (other instanceof Obj that && fields.equals(that.fields));
    }

    @Override
    public int hashCode() {
      return fields.hashCode();
    }

    @Override
    public String toString() {
      return JsonWriting.compact(this);
    }
  }

  /** An array; {@code items} is unmodifiable. */
  record Arr(List<Json> items) implements Json {
    private static final Arr EMPTY = new Arr(List.of());

    /** Copies {@code items}. */
    public Arr {
      items = List.copyOf(items);
    }

    // A record's own equality takes twice the stack for each level.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other || (other instanceof Arr that && items.equals(that.items));
    }

    @Override
    public int hashCode() {
      return items.hashCode();
    }

    @Override
    public String toString() {
      return JsonWriting.compact(this);
    }
  }

  /**
   * A string of whole Unicode characters: a surrogate without its other half becomes U+FFFD, as the
   * API server has it, for UTF-8 cannot say it.
   */
  record Str(String value) implements Json {
    /** Replaces what is no character. */
    public Str {
      value = Unicode.wellFormed(value);
    }

    @Override
    public String toString() {
      return JsonWriting.compact(this);
    }
  }

  /** A number; {@code value} is in its shortest form, so that equal numbers are equal values. */
  record Num(BigDecimal value) implements Json {
    private static final int GREATEST_EXPONENT = 400;

    /**
     * Normalises {@code value}.
     *
     * @throws IllegalArgumentException if it is beyond every double: no API server takes it, and a
     *     few characters could ask for gigabytes of digits
     */
    public Num {
      long exponent = (long) value.precision() - value.scale() - 1;
      if (value.signum() != 0 && Math.abs(exponent) > GREATEST_EXPONENT) {
        throw new IllegalArgumentException("a number with an exponent of " + exponent);
      }
      value = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
    }

    @Override
    public String toString() {
      return JsonWriting.compact(this);
    }
  }

  /** A boolean. */
  record Bool(boolean value) implements Json {
    @Override
    public String toString() {
      return JsonWriting.compact(this);
    }
  }

  /** JSON null. */
  record Null() implements Json {
    private static final Null INSTANCE = new Null();

    @Override
    public String toString() {
      return "null";
    }
  }

  /**
   * Reads one JSON document. Of two fields of one name the last wins, as the Kubernetes API server
   * has it.
   *
   * @throws JsonSyntaxException if {@code text} is not exactly one JSON document, or is nested more
   *     than {@value #GREATEST_DEPTH} deep
   */
  static Json parse(String text) {
    return JsonReading.read(new StringReader(text));
  }

  /**
   * Reads one JSON document in UTF-8.
   *
   * @throws JsonSyntaxException if {@code utf8} is not exactly one JSON document
   */
  static Json parse(byte[] utf8) {
    return parse(new String(utf8, StandardCharsets.UTF_8));
  }

  /**
   * Reads one JSON document to the end of {@code reader}; does not close it.
   *
   * @throws JsonSyntaxException if the text is not exactly one JSON document
   * @throws java.io.UncheckedIOException if {@code reader} fails
   */
  static Json parse(Reader reader) {
    return JsonReading.read(reader);
  }

  /** JSON null; also what {@link #get} answers for a field that is not there. */
  static Json ofNull() {
    return Null.INSTANCE;
  }

  /** {@code {}}. */
  static Json emptyObject() {
    return Obj.EMPTY;
  }

  /** {@code []}. */
  static Json emptyArray() {
    return Arr.EMPTY;
  }

  /** The string {@code value}. */
  static Json of(String value) {
    return new Str(value);
  }

  /** The number {@code value}. */
  static Json of(long value) {
    return new Num(BigDecimal.valueOf(value));
  }

  /** The boolean {@code value}. */
  static Json of(boolean value) {
    return new Bool(value);
  }

  /** An object of {@code fields}, in their order. */
  static Json object(Map<String, Json> fields) {
    return new Obj(fields);
  }

  /** An object of string fields, such as labels, in their order. */
  static Json strings(Map<String, String> fields) {
    Map<String, Json> copy = new LinkedHashMap<>();
    fields.forEach((key, value) -> copy.put(key, of(value)));
    return new Obj(copy);
  }

  /**
   * An object of alternating names and values; a value may be a {@link Json}, or anything {@link
   * #from} takes.
   *
   * @throws IllegalArgumentException if the arguments are not pairs whose first is a string
   */
  static Json object(@Nullable Object... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values must come in pairs");
    }
    Map<String, Json> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (!(namesAndValues[i] instanceof String name)) {
        throw new IllegalArgumentException("not a field name: " + namesAndValues[i]);
      }
      fields.put(name, from(namesAndValues[i + 1]));
    }
    return new Obj(fields);
  }

  /** An array of {@code items}. */
  static Json array(List<Json> items) {
    return new Arr(items);
  }

  /** An array of {@code items}. */
  static Json array(Json... items) {
    return new Arr(Arrays.asList(items));
  }

  /**
   * The JSON value of a Java one: null, {@link Json}, {@link JsonElement}, string, number, boolean,
   * map with string keys, iterable.
   *
   * @throws IllegalArgumentException for anything else, for a number that JSON cannot say (NaN,
   *     infinities), and for what is nested more than {@value #GREATEST_DEPTH} deep
   */
  static Json from(@Nullable Object value) {
    return JsonReading.from(value);
  }

  /** Whether this is JSON null. */
  default boolean isNull() {
    return this instanceof Null;
  }

  /** Whether this is an object. */
  default boolean isObject() {
    return this instanceof Obj;
  }

  /** Whether this is an array. */
  default boolean isArray() {
    return this instanceof Arr;
  }

  /** Whether this is a string. */
  default boolean isString() {
    return this instanceof Str;
  }

  /** Whether this is null, false, zero, or an empty string, array or object. */
  default boolean isZero() {
    if (this instanceof Obj obj) {
      return obj.fields().isEmpty();
    }
    if (this instanceof Arr arr) {
      return arr.items().isEmpty();
    }
    if (this instanceof Str str) {
      return str.value().isEmpty();
    }
    if (this instanceof Num num) {
      return num.value().signum() == 0;
    }
    return this instanceof Bool bool ? !bool.value() : isNull();
  }

  /** The fields of an object; empty for anything else. Unmodifiable. */
  default Map<String, Json> fields() {
    return Map.of();
  }

  /** The items of an array; empty for anything else. Unmodifiable. */
  default List<Json> items() {
    return List.of();
  }

  /** Whether this is an object with the field {@code name}, even if its value is null. */
  default boolean has(String name) {
    return fields().containsKey(name);
  }

  /** The value at {@code path}, or {@link #ofNull} where a field on the way is not there. */
  default Json get(String... path) {
    Json value = this;
    for (String name : path) {
      value = value.fields().getOrDefault(name, ofNull());
    }
    return value;
  }

  /** The value at {@code path}, if it is there and not null. */
  default Optional<Json> find(String... path) {
    Json value = get(path);
    return value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /** The string that this is, or {@code otherwise}. */
  default String asString(String otherwise) {
    return this instanceof Str str ? str.value() : otherwise;
  }

  /** The whole number that this is, or {@code otherwise}, also for one that a long cannot hold. */
  default long asLong(long otherwise) {
    if (!(this instanceof Num num)) {
      return otherwise;
    }
    try {
      return num.value().longValueExact();
    } catch (ArithmeticException notWhole) {
      return otherwise;
    }
  }

  /** The boolean that this is, or {@code otherwise}. */
  default boolean asBoolean(boolean otherwise) {
    return this instanceof Bool bool ? bool.value() : otherwise;
  }

  /**
   * The fields of this object whose values are strings, such as labels; in their order,
   * unmodifiable.
   */
  default Map<String, String> asStrings() {
    Map<String, String> strings = new LinkedHashMap<>();
    fields()
        .forEach(
            (name, value) -> {
              if (value instanceof Str str) {
                strings.put(name, str.value());
              }
            });
    return Collections.unmodifiableMap(strings);
  }

  /** This object with the field {@code name} set; anything but an object counts as an empty one. */
  default Json with(String name, Json value) {
    Map<String, Json> copy = new LinkedHashMap<>(fields());
    copy.put(name, value);
    return new Obj(copy);
  }

  /** This object without the field {@code name}; itself if it has none. */
  default Json without(String name) {
    if (!has(name)) {
      return this;
    }
    Map<String, Json> copy = new LinkedHashMap<>(fields());
    copy.remove(name);
    return new Obj(copy);
  }

  /**
   * This object with the value at {@code path} set; objects on the way are made where they are
   * missing.
   */
  default Json withAt(List<String> path, Json value) {
    if (path.isEmpty()) {
      return value;
    }
    String first = path.get(0);
    return with(first, get(first).withAt(path.subList(1, path.size()), value));
  }

  /**
   * This object without the value at {@code path}; itself if there is none. Objects on the way
   * stay, even if empty. Without the value at the empty path, JSON null is left.
   */
  default Json withoutAt(List<String> path) {
    if (path.isEmpty()) {
      return ofNull();
    }
    String first = path.get(0);
    if (!has(first)) {
      return this;
    }
    return path.size() == 1
        ? without(first)
        : with(first, get(first).withoutAt(path.subList(1, path.size())));
  }

  /**
   * The compact text with fields sorted by name at every depth: equal values have equal canonical
   * forms.
   */
  default String canonical() {
    return JsonWriting.canonical(this);
  }

  /**
   * The digest of {@link #canonical()}: {@value Digest#LENGTH} lower-case base32 characters of its
   * SHA-256.
   */
  default String digest() {
    return Digest.of(canonical());
  }

  /** The compact text in UTF-8. */
  default byte[] toBytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A new, mutable Gson copy that shares nothing with this. */
  default JsonElement toGson() {
    if (this instanceof Obj obj) {
      JsonObject copy = new JsonObject();
      obj.fields().forEach((name, value) -> copy.add(name, value.toGson()));
      return copy;
    }
    if (this instanceof Arr arr) {
      JsonArray copy = new JsonArray(arr.items().size());
      arr.items().forEach(item -> copy.add(item.toGson()));
      return copy;
    }
    if (this instanceof Str str) {
      return new JsonPrimitive(str.value());
    }
    if (this instanceof Num num) {
      // Gson prints a BigDecimal without its trailing zeros as 8.08E+3, which no Go integer takes.
      boolean whole = num.value().scale() <= 0;
      return new JsonPrimitive(whole ? num.value().toBigIntegerExact() : num.value());
    }
    return this instanceof Bool bool ? new JsonPrimitive(bool.value()) : JsonNull.INSTANCE;
  }

  /**
   * A new, mutable Gson object that shares nothing with this.
   *
   * @throws IllegalStateException if this is not an object
   */
  default JsonObject toJsonObject() {
    return toGson().getAsJsonObject();
  }

  /** The array of the results of {@code change} for each item; empty for anything but an array. */
  default Json mapItems(java.util.function.UnaryOperator<Json> change) {
    List<Json> changed = new ArrayList<>();
    for (Json item : items()) {
      changed.add(change.apply(item));
    }
    return new Arr(changed);
  }
}
