/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Whether the schema of a CustomResourceDefinition is a structural one, in the real server's words.
 * One schema, one thread.
 */
final class StructuralCheck {
  private static final String TYPES =
      "\"array\", \"boolean\", \"integer\", \"number\", \"object\", \"string\"";
  private static final List<String> JUNCTORS = List.of("allOf", "anyOf", "oneOf", "not");
  private static final List<String> NOT_IN_JUNCTORS =
      List.of(
          "type",
          "description",
          "title",
          "nullable",
          "additionalProperties",
          "x-kubernetes-preserve-unknown-fields",
          "x-kubernetes-embedded-resource",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-type",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-map-type",
          "x-kubernetes-validations");
  private static final List<String> SCALARS = List.of("boolean", "integer", "number", "string");
  private static final JsonArray INTEGER_OR_STRING =
      Trees.arrayOf(Trees.objectOf("type", "integer"), Trees.objectOf("type", "string"));

  private final List<Cause> causes = new ArrayList<>();

  private StructuralCheck() {}

  /** What is wrong with {@code schema}, which stands at {@code path}. */
  static List<Cause> of(JsonObject schema, String path) {
    StructuralCheck check = new StructuralCheck();
    if (!Trees.string(schema, "type").equals("object")) {
      check.invalid(path + ".type", schema.get("type"), "must be object at the root");
      return check.causes;
    }
    check.metadata(Trees.object(schema, "properties", "metadata"), path);
    check.schema(schema, path, "");
    return check.causes;
  }

  private void metadata(JsonObject metadata, String path) {
    Set<String> others = new LinkedHashSet<>(Trees.object(metadata, "properties").keySet());
    others.removeAll(List.of("name", "generateName"));
    if (!others.isEmpty()) {
      causes.add(
          Cause.forbidden(
              path + ".properties[metadata]",
              "must not specify anything other than name and generateName, but metadata is"
                  + " implicitly specified"));
    }
  }

  /**
   * @param emptyType what a missing type is said to be missing for; empty at the root
   */
  private void schema(JsonObject schema, String path, String emptyType) {
    type(schema, path, emptyType);
    refused(schema, path);
    pattern(schema, path);
    list(schema, path);
    map(schema, path);
    embedded(schema, path);
    for (String junctor : JUNCTORS) {
      junctor(schema, junctor, path);
    }
    standard(schema, path);
    children(schema, path);
  }

  private void type(JsonObject schema, String path, String emptyType) {
    String type = Trees.string(schema, "type");
    boolean untyped =
        Trees.isTrue(schema, "x-kubernetes-int-or-string")
            || Trees.isTrue(schema, "x-kubernetes-preserve-unknown-fields")
            || schema.has("$ref");
    if (type.isEmpty()) {
      if (!untyped && !emptyType.isEmpty()) {
        causes.add(Cause.required(path + ".type", "must not be empty for specified " + emptyType));
      }
      return;
    }
    if (!SCALARS.contains(type) && !type.equals("array") && !type.equals("object")) {
      causes.add(Cause.unsupported(path + ".type", "\"" + type + "\"", TYPES));
    }
    if (type.equals("null")) {
      causes.add(
          Cause.forbidden(
              path + ".type", "type cannot be set to null, use nullable as an alternative"));
    }
    if (type.equals("array") && !schema.has("items")) {
      causes.add(Cause.required(path + ".items", "must be specified"));
    }
  }

  private void refused(JsonObject schema, String path) {
    if (schema.has("$ref")) {
      causes.add(Cause.forbidden(path + ".$ref", "$ref is not supported"));
    }
    if (Trees.isTrue(schema, "uniqueItems")) {
      causes.add(
          Cause.forbidden(
              path + ".uniqueItems",
              "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
    }
    if (schema.has("properties") && Trees.at(schema, "additionalProperties") != null) {
      causes.add(
          Cause.forbidden(
              path + ".additionalProperties",
              "additionalProperties and properties are mutual exclusive"));
    }
    if (Trees.at(schema, "x-kubernetes-preserve-unknown-fields") instanceof JsonPrimitive kept
        && !kept.getAsBoolean()) {
      invalid(path + ".x-kubernetes-preserve-unknown-fields", kept, "must be true or undefined");
    }
  }

  private void pattern(JsonObject schema, String path) {
    String pattern = Trees.string(schema, "pattern");
    try {
      Pattern.compile(pattern);
    } catch (PatternSyntaxException bad) {
      invalid(
          path + ".pattern",
          schema.get("pattern"),
          "must be a valid regular expression, but isn't: error parsing regexp: "
              + (bad.getDescription().startsWith("Unclosed group")
                  ? "missing closing )"
                  : bad.getDescription())
              + ": `"
              + pattern
              + "`");
    }
  }

  private void list(JsonObject schema, String path) {
    String listType = Trees.string(schema, "x-kubernetes-list-type");
    JsonArray keys = Trees.array(schema, "x-kubernetes-list-map-keys");
    if (listType.isEmpty()) {
      if (!keys.isEmpty()) {
        causes.add(
            Cause.required(
                path + ".x-kubernetes-list-type",
                "must be map if x-kubernetes-list-map-keys is non-empty"));
      }
      return;
    }
    if (!List.of("atomic", "set", "map").contains(listType)) {
      causes.add(
          Cause.unsupported(
              path + ".x-kubernetes-list-type",
              "\"" + listType + "\"",
              "\"atomic\", \"set\", \"map\""));
      return;
    }
    if (!Trees.string(schema, "type").equals("array")) {
      invalid(
          path + ".type",
          schema.get("type"),
          "must be array if x-kubernetes-list-type is specified");
      return;
    }
    JsonObject items = Trees.object(schema, "items");
    if (listType.equals("set")) {
      set(items, path);
    } else if (listType.equals("map")) {
      listMap(items, keys, path);
    }
  }

  private void set(JsonObject items, String path) {
    boolean whole =
        Trees.string(items, "type").equals("object")
            ? Trees.string(items, "x-kubernetes-map-type").equals("atomic")
            : !Trees.string(items, "type").equals("array")
                || Trees.string(items, "x-kubernetes-list-type").equals("atomic");
    if (!whole) {
      String field =
          Trees.string(items, "type").equals("object")
              ? ".items.x-kubernetes-map-type"
              : ".items.x-kubernetes-list-type";
      invalid(
          path + field,
          Trees.at(items, field.substring(".items.".length())),
          "must be atomic as item of a list with x-kubernetes-list-type=set");
    }
  }

  private void listMap(JsonObject items, JsonArray keys, String path) {
    if (keys.isEmpty()) {
      causes.add(
          Cause.required(
              path + ".x-kubernetes-list-map-keys",
              "must not be empty if x-kubernetes-list-type is map"));
      return;
    }
    if (!Trees.string(items, "type").equals("object")) {
      invalid(
          path + ".items.type",
          items.get("type"),
          "must be object if parent array's x-kubernetes-list-type is map");
      return;
    }
    JsonObject properties = Trees.object(items, "properties");
    for (JsonElement key : keys) {
      String name = key.getAsString();
      if (!properties.has(name)) {
        invalid(
            path + ".x-kubernetes-list-map-keys",
            keys,
            "entries must all be names of item properties");
        return;
      }
      key(Trees.object(properties, name), name, items, path + ".items.properties[" + name + "]");
    }
  }

  private void key(JsonObject property, String name, JsonObject items, String path) {
    if (!SCALARS.contains(Trees.string(property, "type"))) {
      invalid(
          path + ".type",
          property.get("type"),
          "must be a scalar type if parent array's x-kubernetes-list-type is map");
    }
    if (!Trees.array(items, "required").contains(new JsonPrimitive(name))
        && Trees.at(property, "default") == null) {
      causes.add(
          Cause.required(
              path + ".default",
              "this property is in x-kubernetes-list-map-keys, so it must have a default or be a"
                  + " required property"));
    }
  }

  private void map(JsonObject schema, String path) {
    String mapType = Trees.string(schema, "x-kubernetes-map-type");
    if (mapType.isEmpty()) {
      return;
    }
    if (!mapType.equals("atomic") && !mapType.equals("granular")) {
      causes.add(
          Cause.unsupported(
              path + ".x-kubernetes-map-type", "\"" + mapType + "\"", "\"atomic\", \"granular\""));
    } else if (!Trees.string(schema, "type").equals("object")) {
      invalid(
          path + ".type",
          schema.get("type"),
          "must be object if x-kubernetes-map-type is specified");
    }
  }

  private void embedded(JsonObject schema, String path) {
    if (!Trees.isTrue(schema, "x-kubernetes-embedded-resource")) {
      return;
    }
    if (!Trees.string(schema, "type").equals("object")) {
      invalid(
          path + ".type",
          schema.get("type"),
          "must be object if x-kubernetes-embedded-resource is true");
    }
    if (!Trees.isTrue(schema, "x-kubernetes-preserve-unknown-fields")
        && Trees.object(schema, "properties").isEmpty()) {
      causes.add(
          Cause.required(
              path + ".properties",
              "must not be empty if x-kubernetes-embedded-resource is true without"
                  + " x-kubernetes-preserve-unknown-fields"));
    }
  }

  private void junctor(JsonObject schema, String junctor, String path) {
    boolean intOrString =
        junctor.equals("anyOf")
            && Trees.isTrue(schema, "x-kubernetes-int-or-string")
            && INTEGER_OR_STRING.equals(schema.get(junctor));
    if (intOrString) {
      return;
    }
    if (schema.get(junctor) instanceof JsonArray branches) {
      for (int i = 0; i < branches.size(); i++) {
        branch(branches.get(i), path + "." + junctor + "[" + i + "]");
      }
    } else if (schema.get(junctor) instanceof JsonObject branch) {
      branch(branch, path + "." + junctor);
    }
  }

  private void branch(JsonElement branch, String path) {
    if (!(branch instanceof JsonObject schema)) {
      return;
    }
    for (String word : NOT_IN_JUNCTORS) {
      if (Trees.at(schema, word) != null) {
        causes.add(Cause.forbidden(path + "." + word, "must be empty to be structural"));
      }
    }
    if (Trees.at(schema, "default") != null) {
      causes.add(Cause.forbidden(path + ".default", "must be undefined to be structural"));
    }
    pattern(schema, path);
    Trees.object(schema, "properties")
        .entrySet()
        .forEach(
            property ->
                branch(property.getValue(), path + ".properties[" + property.getKey() + "]"));
    branch(schema.get("items"), path + ".items");
    for (String junctor : JUNCTORS) {
      junctor(schema, junctor, path);
    }
  }

  private void standard(JsonObject source, String path) {
    JsonElement standard = Trees.at(source, "default");
    if (standard == null) {
      return;
    }
    Schema schema = Schema.part(source);
    Set<String> unknown = new LinkedHashSet<>();
    CustomResources.prune(standard, schema, "", unknown);
    if (!unknown.isEmpty()) {
      invalid(path + ".default", standard, "must not have unknown fields");
      return;
    }
    JsonElement complete = standard.deepCopy();
    CustomResources.removeNulls(complete, schema);
    CustomResources.setDefaults(complete, schema);
    causes.addAll(CustomValidation.ofPart(complete, schema, path + ".default"));
  }

  private void children(JsonObject schema, String path) {
    for (Map.Entry<String, JsonElement> property : Trees.object(schema, "properties").entrySet()) {
      if (property.getValue() instanceof JsonObject below) {
        schema(below, path + ".properties[" + property.getKey() + "]", "object fields");
      }
    }
    if (schema.get("items") instanceof JsonObject items) {
      schema(items, path + ".items", "array items");
    }
    if (schema.get("additionalProperties") instanceof JsonObject values) {
      schema(values, path + ".additionalProperties", "object fields");
    }
  }

  private void invalid(
      String field, @org.jspecify.annotations.Nullable JsonElement value, String detail) {
    causes.add(Cause.invalid(field, String.valueOf(value), detail));
  }
}
