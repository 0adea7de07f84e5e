/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether what is applied fits its schema as far as ownership needs it: fields that are declared,
 * scalars, lists and maps in their places. The sentences are the real server's.
 */
public final class Validity {
  private final List<String> errors = new ArrayList<>();

  private Validity() {}

  /** Each misfit with its path; empty if there is none. */
  public static List<String> of(JsonObject config, Schema schema) {
    Validity validity = new Validity();
    validity.check(config, schema, "");
    return validity.errors;
  }

  private void check(JsonElement value, Schema schema, String path) {
    if (value.isJsonNull() || schema.isUntyped()) {
      return;
    }
    switch (schema.type()) {
      case "array" -> list(value, schema, path);
      case "integer", "number" -> {
        if (!(value instanceof JsonPrimitive primitive && primitive.isNumber())) {
          add(path, "expected numeric (int or float), got " + GoText.typeOf(value));
        }
      }
      case "boolean" -> {
        if (!(value instanceof JsonPrimitive primitive && primitive.isBoolean())) {
          add(path, "expected boolean, got &{" + GoText.of(value) + "}");
        }
      }
      case "string" -> {
        if (!(value instanceof JsonPrimitive primitive && primitive.isString())) {
          add(path, "expected string, got " + GoText.syntax(value));
        }
      }
      default -> map(value, schema, path);
    }
  }

  private void map(JsonElement value, Schema schema, String path) {
    if (!(value instanceof JsonObject object)) {
      add(path, "expected map, got &{" + GoText.of(value) + "}");
      return;
    }
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Schema field = schema.field(entry.getKey());
      String below = path + "." + entry.getKey();
      if (field == null) {
        add(below, "field not declared in schema");
      } else {
        check(entry.getValue(), field, below);
      }
    }
  }

  private void list(JsonElement value, Schema schema, String path) {
    if (!(value instanceof JsonArray array)) {
      add(path, "expected list, got &{" + GoText.of(value) + "}");
      return;
    }
    Set<String> seen = new HashSet<>();
    int index = 0;
    for (JsonElement item : array) {
      String step = "[" + index++ + "]";
      if (schema.listType() != Schema.ListType.ATOMIC) {
        try {
          String key = Steps.item(item, schema);
          step = Steps.print(List.of(key));
          if (!seen.add(key)) {
            add(path, "duplicate entries for key " + step);
          }
        } catch (FieldsException keyless) {
          add(path, "element " + (index - 1) + ": " + keyless.getMessage());
          continue;
        }
      }
      check(item, schema.items(), path + step);
    }
  }

  private void add(String path, String sentence) {
    errors.add(path.isEmpty() ? sentence : path + ": " + sentence);
  }
}
