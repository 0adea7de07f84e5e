/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A field of the object under test, there or not, that knows its path and where its problems go. A
 * path is written down only when something is wrong, so that looking costs little.
 */
final class Field {
  private final @Nullable Field parent;
  private final String name;
  private final @Nullable JsonElement value;
  private final List<Problem> problems;

  private Field(
      @Nullable Field parent, String name, @Nullable JsonElement value, List<Problem> problems) {
    this.parent = parent;
    this.name = name;
    this.value = Trees.isNull(value) ? null : value;
    this.problems = problems;
  }

  static Field root(@Nullable JsonElement value, List<Problem> problems) {
    return new Field(null, "", value, problems);
  }

  /** The field below it. */
  Field get(String field) {
    return new Field(
        this, field, value instanceof JsonObject object ? object.get(field) : null, problems);
  }

  /** The field further below it. */
  Field get(String first, String... rest) {
    Field field = get(first);
    for (String next : rest) {
      field = field.get(next);
    }
    return field;
  }

  /** The same value under another name: the real server does not always say the true path. */
  Field as(String otherName) {
    return new Field(parent, otherName, value, problems);
  }

  /** The elements of a list, none where there is none. */
  List<Field> items() {
    if (!(value instanceof JsonArray array)) {
      return List.of();
    }
    List<Field> items = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      items.add(new Field(this, "[" + i + "]", array.get(i), problems));
    }
    return items;
  }

  List<Field> items(String field) {
    // Most lists are not there.
    return value instanceof JsonObject object && object.has(field) ? get(field).items() : List.of();
  }

  /** The values of a map, each under its key. */
  List<Field> entries() {
    if (!(value instanceof JsonObject object)) {
      return List.of();
    }
    List<Field> entries = new ArrayList<>(object.size());
    object
        .entrySet()
        .forEach(
            entry ->
                entries.add(
                    new Field(this, "[" + entry.getKey() + "]", entry.getValue(), problems)));
    return entries;
  }

  /** The key of an entry. */
  String key() {
    return name.substring(1, name.length() - 1);
  }

  boolean isThere() {
    return value != null;
  }

  boolean has(String field) {
    return value instanceof JsonObject object && !Trees.isNull(object.get(field));
  }

  @Nullable JsonElement value() {
    return value;
  }

  boolean isString() {
    return value instanceof JsonPrimitive primitive && primitive.isString();
  }

  /** The string, empty where there is none. */
  String text() {
    return Trees.string(value);
  }

  String text(String field) {
    return Trees.string(value, field);
  }

  /** The number, zero where there is none. */
  long number() {
    return Trees.number(value, 0);
  }

  long number(String field) {
    return Trees.number(value, 0, field);
  }

  boolean isTrue(String field) {
    return Trees.isTrue(value, field);
  }

  /** Whether a list, map or string has nothing in it. */
  boolean isEmpty() {
    if (value instanceof JsonArray array) {
      return array.isEmpty();
    }
    return value instanceof JsonObject object ? object.isEmpty() : text().isEmpty();
  }

  void required(String detail) {
    add("FieldValueRequired", "Required value" + (detail.isEmpty() ? "" : ": " + detail));
  }

  void requiredIfEmpty() {
    if (isEmpty()) {
      required("");
    }
  }

  /** The value is wrong. */
  void invalid(String detail) {
    invalid(value == null ? "\"\"" : value.toString(), detail);
  }

  void invalid(String shown, String detail) {
    add("FieldValueInvalid", "Invalid value: " + shown + (detail.isEmpty() ? "" : ": " + detail));
  }

  void invalid(List<String> details) {
    details.forEach(this::invalid);
  }

  void forbidden(String detail) {
    add("FieldValueForbidden", "Forbidden: " + detail);
  }

  void duplicate(String shown) {
    add("FieldValueDuplicate", "Duplicate value: " + shown);
  }

  void notFound() {
    add("FieldValueNotFound", "Not found: " + quoted(text()));
  }

  void unsupported(String shown, String... supported) {
    add(
        "FieldValueNotSupported",
        "Unsupported value: "
            + shown
            + ": supported values: "
            + Arrays.stream(supported).map(Field::quoted).collect(Collectors.joining(", ")));
  }

  /** It must be one of these. */
  void oneOf(String... supported) {
    if (!Arrays.asList(supported).contains(text())) {
      unsupported(quoted(text()), supported);
    }
  }

  /** Where it is there, it must be one of these. */
  void oneOfIfThere(String... supported) {
    if (isThere()) {
      oneOf(supported);
    }
  }

  void nonNegative() {
    if (number() < 0) {
      invalid(Long.toString(number()), "must be greater than or equal to 0");
    }
  }

  void nonNegative(String... fields) {
    for (String field : fields) {
      get(field).nonNegative();
    }
  }

  void between(long least, long most) {
    if (number() < least || number() > most) {
      invalid(Long.toString(number()), "must be between " + least + " and " + most + ", inclusive");
    }
  }

  void atMost(int most) {
    int count = value instanceof JsonArray array ? array.size() : 0;
    if (count > most) {
      add("FieldValueTooMany", "Too many: " + count + ": must have at most " + most + " items");
    }
  }

  void tooLong(int most) {
    add("FieldValueTooLong", "Too long: may not be more than " + most + " bytes");
  }

  void portNumber() {
    between(1, 65535);
  }

  /** How many problems were found up to now, anywhere. */
  int problemsSoFar() {
    return problems.size();
  }

  static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private void add(String reason, String message) {
    problems.add(new Problem(reason, message, path()));
  }

  private String path() {
    if (parent == null) {
      return name;
    }
    String before = parent.path();
    return before.isEmpty() || name.startsWith("[") ? before + name : before + "." + name;
  }
}
