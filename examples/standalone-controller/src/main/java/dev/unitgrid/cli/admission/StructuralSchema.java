/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of Kubernetes' structural schemas that our CRDs use, told in the API server's words.
 * Immutable.
 */
final class StructuralSchema {
  private static final Set<String> KEYWORDS =
      Set.of(
          "additionalProperties",
          "description",
          "enum",
          "format",
          "items",
          "maxLength",
          "maxProperties",
          "minimum",
          "nullable",
          "properties",
          "required",
          "type",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-list-type",
          "x-kubernetes-map-type",
          "x-kubernetes-preserve-unknown-fields",
          "x-kubernetes-validations");
  private static final Set<String> OF_EVERY_OBJECT = Set.of("apiVersion", "kind", "metadata");

  private final Json root;
  private final Map<String, CelRule> rules = new HashMap<>();

  /**
   * A schema.
   *
   * @throws IllegalArgumentException if it says what is not understood here: to pass over a part of
   *     it would let through what the API server refuses
   */
  StructuralSchema(Json root) {
    this.root = root;
    understand(root);
  }

  private void understand(Json schema) {
    for (String keyword : schema.fields().keySet()) {
      if (!KEYWORDS.contains(keyword)) {
        throw new IllegalArgumentException("the schema says " + keyword);
      }
    }
    for (Json validation : schema.get("x-kubernetes-validations").items()) {
      String rule = validation.get("rule").asString("");
      rules.put(rule, CelRule.parse(rule));
    }
    schema.get("properties").fields().values().forEach(this::understand);
    for (String below : List.of("additionalProperties", "items")) {
      if (schema.get(below).isObject()) {
        understand(schema.get(below));
      }
    }
  }

  /** What of {@code object} is not as the schema says; the rules only if all else is. */
  List<String> objections(Json object) {
    Visit visit = new Visit();
    for (Map.Entry<String, Json> field : object.fields().entrySet()) {
      if (!root.get("properties").has(field.getKey())) {
        visit.unknown.add(field.getKey());
      } else if (!OF_EVERY_OBJECT.contains(field.getKey())) {
        visit.check(root.get("properties", field.getKey()), field.getValue(), field.getKey());
      }
    }
    visit.rulesOf(root, object);
    return visit.objections();
  }

  /** One object under inspection. */
  private final class Visit {
    private final List<String> unknown = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();

    List<String> objections() {
      if (!unknown.isEmpty()) {
        return unknown.stream().map(field -> "unknown field \"" + field + "\"").toList();
      }
      return faults.isEmpty() ? broken : faults;
    }

    /** A null says nothing, as when kubectl creates what has it. */
    void check(Json schema, Json value, String path) {
      if (value.isNull()) {
        return;
      }
      if (schema.get("x-kubernetes-int-or-string").asBoolean(false)) {
        if (!isInteger(value) && !value.isString()) {
          faults.add(path + " in body must be of type integer,string: " + quoted(typeOf(value)));
        }
        return;
      }
      String type = schema.get("type").asString("");
      boolean fits = type.equals(typeOf(value)) || (type.equals("number") && isInteger(value));
      if (!fits) {
        faults.add(path + " in body must be of type " + type + ": " + quoted(typeOf(value)));
        return;
      }
      limits(schema, value, path);
      switch (type) {
        case "object" -> object(schema, value, path);
        case "array" -> items(schema, value, path);
        default -> {
          // Nothing below it.
        }
      }
    }

    private void limits(Json schema, Json value, String path) {
      List<Json> words = schema.get("enum").items();
      if (!words.isEmpty() && !words.contains(value)) {
        faults.add(
            path
                + ": Unsupported value: "
                + value
                + ": supported values: "
                + String.join(", ", words.stream().map(Json::toString).toList()));
      }
      long longest = schema.get("maxLength").asLong(Long.MAX_VALUE);
      if (value.isString() && value.asString("").codePoints().count() > longest) {
        faults.add(path + ": Too long: may not be more than " + longest + " characters");
      }
      long least = schema.get("minimum").asLong(Long.MIN_VALUE);
      if (isInteger(value) && value.asLong(0) < least) {
        faults.add(path + " in body should be greater than or equal to " + least);
      }
      long most = schema.get("maxProperties").asLong(Long.MAX_VALUE);
      if (value.isObject() && value.fields().size() > most) {
        faults.add(path + ": Too many: must have at most " + most + " items");
      }
    }

    private void object(Json schema, Json value, String path) {
      for (Json required : schema.get("required").items()) {
        if (!value.has(required.asString(""))) {
          faults.add(path + "." + required.asString("") + ": Required value");
        }
      }
      Json properties = schema.get("properties");
      Json additional = schema.get("additionalProperties");
      boolean open = schema.get("x-kubernetes-preserve-unknown-fields").asBoolean(false);
      value
          .fields()
          .forEach(
              (name, field) -> {
                String below = path + "." + name;
                if (properties.has(name)) {
                  check(properties.get(name), field, below);
                } else if (additional.isObject()) {
                  check(additional, field, below);
                } else if (!open) {
                  unknown.add(below);
                }
              });
      rulesOf(schema, value);
    }

    private void items(Json schema, Json value, String path) {
      for (int i = 0; i < value.items().size(); i++) {
        check(schema.get("items"), value.items().get(i), path + "[" + i + "]");
      }
    }

    private void rulesOf(Json schema, Json value) {
      for (Json validation : schema.get("x-kubernetes-validations").items()) {
        CelRule rule = rules.get(validation.get("rule").asString(""));
        if (faults.isEmpty() && rule != null && !rule.holds(value)) {
          broken.add(validation.get("message").asString(""));
        }
      }
    }
  }

  private static boolean isInteger(Json value) {
    return typeOf(value).equals("integer");
  }

  private static String typeOf(Json value) {
    if (value instanceof Json.Num number) {
      return number.value().scale() <= 0 ? "integer" : "number";
    }
    if (value instanceof Json.Bool) {
      return "boolean";
    }
    return value.isString() ? "string" : value.isArray() ? "array" : "object";
  }

  private static String quoted(String word) {
    return "\"" + word + "\"";
  }
}
