/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.api.ResourceKind.ScalePaths;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Custom resources by their structural schema: pruning, defaults, validation. Rules in CEL ({@code
 * x-kubernetes-validations}) are not evaluated: what only they refuse is accepted. Stateless.
 */
final class CustomResources {
  private CustomResources() {}

  /** The kinds that {@code definition} serves, one a version. */
  static List<ResourceKind> kinds(JsonObject definition) {
    JsonObject spec = Trees.object(definition, "spec");
    JsonObject names = Trees.object(spec, "names");
    List<String> shortNames =
        Trees.array(names, "shortNames").asList().stream().map(JsonElement::getAsString).toList();
    List<ResourceKind> kinds = new ArrayList<>();
    for (JsonObject version : Trees.objects(spec, "versions")) {
      if (Trees.isTrue(version, "served")) {
        Schema schema =
            Schema.custom(
                Trees.object(version, "schema", "openAPIV3Schema"),
                BuiltInSchemas.get().objectMeta());
        kinds.add(
            new ResourceKind(
                Trees.string(spec, "group"),
                Trees.string(version, "name"),
                Trees.string(names, "kind"),
                Trees.string(names, "plural"),
                Trees.string(names, "singular"),
                shortNames,
                Trees.string(spec, "scope").equals("Namespaced"),
                false,
                Trees.at(version, "subresources", "status") != null,
                scalePaths(Trees.at(version, "subresources", "scale")),
                () -> schema));
      }
    }
    return kinds;
  }

  private static Optional<ScalePaths> scalePaths(@Nullable JsonElement scale) {
    return scale == null
        ? Optional.empty()
        : Optional.of(
            new ScalePaths(
                Trees.string(scale, "specReplicasPath"),
                Trees.string(scale, "statusReplicasPath"),
                Trees.string(scale, "labelSelectorPath")));
  }

  /**
   * The object as the real server reads it: metadata as every object has it, and of the rest what
   * the schema knows.
   *
   * @param unknown is told the path of each field that goes
   */
  static JsonObject decode(JsonObject object, Schema schema, Set<String> unknown) {
    JsonObject pruned = prune(object, schema, unknown);
    if (object.get("metadata") instanceof JsonObject metadata) {
      Set<String> inMetadata = new LinkedHashSet<>();
      pruned.add(
          "metadata", GoTypes.normalise(metadata, BuiltInSchemas.get().objectMeta(), inMetadata));
    }
    return pruned;
  }

  /** Removes what the schema does not know; {@code unknown} is told each path. */
  static JsonObject prune(JsonObject object, Schema schema, Set<String> unknown) {
    return prune(object, schema, "", unknown).getAsJsonObject();
  }

  private static JsonElement prune(
      JsonElement value, Schema schema, String path, Set<String> unknown) {
    if (value instanceof JsonArray array) {
      JsonArray kept = new JsonArray();
      int index = 0;
      for (JsonElement item : array) {
        kept.add(prune(item, schema.items(), path + "[" + index++ + "]", unknown));
      }
      return kept;
    }
    if (!(value instanceof JsonObject object)) {
      return value;
    }
    JsonObject kept = new JsonObject();
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Schema field = schema.field(entry.getKey());
      String below = path.isEmpty() ? entry.getKey() : path + "." + entry.getKey();
      if (field != null) {
        kept.add(entry.getKey(), prune(entry.getValue(), field, below, unknown));
      } else {
        unknown.add(below);
      }
    }
    return kept;
  }

  /** Sets the schema's defaults, in place; a null for a field that has a default goes first. */
  static void setDefaults(JsonElement value, Schema schema) {
    if (value instanceof JsonArray array) {
      array.forEach(item -> setDefaults(item, schema.items()));
    }
    if (!(value instanceof JsonObject object)) {
      return;
    }
    schema
        .properties()
        .forEach(
            (name, field) -> {
              JsonElement standard = field.defaultValue();
              boolean unset =
                  !object.has(name) || (object.get(name).isJsonNull() && !field.isNullable());
              if (standard != null && unset) {
                object.add(name, standard.deepCopy());
              }
            });
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Schema field = schema.field(entry.getKey());
      if (field != null && !entry.getKey().equals("metadata")) {
        setDefaults(entry.getValue(), field);
      }
    }
  }

  /** What the schema refuses. */
  static List<Cause> validate(JsonObject object, Schema schema) {
    List<Cause> causes = new ArrayList<>();
    for (String name : schema.required()) {
      if (Trees.at(object, name) == null) {
        causes.add(Cause.required(name, ""));
      }
    }
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Schema field = schema.field(entry.getKey());
      if (field != null && !entry.getKey().equals("metadata")) {
        validate(entry.getValue(), field, entry.getKey(), causes);
      }
    }
    return causes;
  }

  private static void validate(JsonElement value, Schema schema, String path, List<Cause> causes) {
    if (value.isJsonNull() && schema.isNullable()) {
      return;
    }
    String wrong = wrongType(value, schema);
    if (wrong != null) {
      causes.add(
          Cause.wrongType(
              path,
              "\""
                  + wrong
                  + "\": "
                  + path
                  + " in body must be of type "
                  + schema.type()
                  + ": \""
                  + wrong
                  + "\""));
      return;
    }
    enumeration(value, schema, path, causes);
    bounds(value, schema, path, causes);
    if (value instanceof JsonArray array) {
      items(array, schema, path, causes);
    }
    if (value instanceof JsonObject object) {
      for (String name : schema.required()) {
        if (!object.has(name)) {
          causes.add(Cause.required(path + "." + name, ""));
        }
      }
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        Schema field = schema.field(entry.getKey());
        if (field != null) {
          validate(entry.getValue(), field, path + "." + entry.getKey(), causes);
        }
      }
    }
  }

  private static @Nullable String wrongType(JsonElement value, Schema schema) {
    String actual = typeOf(value);
    if (schema.isIntOrString()) {
      return actual.equals("integer") || actual.equals("string") ? null : actual;
    }
    String type = schema.type();
    boolean fits =
        type.isEmpty()
            || type.equals(actual)
            || (type.equals("number") && actual.equals("integer"));
    return fits ? null : actual;
  }

  private static String typeOf(JsonElement value) {
    if (value instanceof JsonPrimitive primitive) {
      if (primitive.isString()) {
        return "string";
      }
      if (primitive.isBoolean()) {
        return "boolean";
      }
      return primitive.getAsDouble() == Math.rint(primitive.getAsDouble()) ? "integer" : "number";
    }
    return value.isJsonArray() ? "array" : value.isJsonObject() ? "object" : "null";
  }

  private static void enumeration(
      JsonElement value, Schema schema, String path, List<Cause> causes) {
    if (schema.keyword("enum") instanceof JsonArray allowed && !allowed.contains(value)) {
      List<String> words = new ArrayList<>();
      allowed.forEach(word -> words.add(word.toString()));
      causes.add(Cause.unsupported(path, value.toString(), String.join(", ", words)));
    }
  }

  private static void bounds(JsonElement value, Schema schema, String path, List<Cause> causes) {
    if (!(value instanceof JsonPrimitive primitive)) {
      return;
    }
    if (primitive.isNumber()) {
      number(primitive.getAsDouble(), value, schema, path, causes);
    } else if (primitive.isString()) {
      text(primitive.getAsString(), schema, path, causes);
    }
  }

  private static void number(
      double number, JsonElement value, Schema schema, String path, List<Cause> causes) {
    JsonElement minimum = schema.keyword("minimum");
    if (minimum != null && number < minimum.getAsDouble()) {
      causes.add(
          Cause.invalid(
              path,
              value.toString(),
              path + " in body should be greater than or equal to " + minimum));
    }
    JsonElement maximum = schema.keyword("maximum");
    if (maximum != null && number > maximum.getAsDouble()) {
      causes.add(
          Cause.invalid(
              path,
              value.toString(),
              path + " in body should be less than or equal to " + maximum));
    }
  }

  private static void text(String text, Schema schema, String path, List<Cause> causes) {
    JsonElement minimum = schema.keyword("minLength");
    if (minimum != null && text.length() < minimum.getAsInt()) {
      causes.add(
          Cause.invalid(
              path,
              "\"" + text + "\"",
              path + " in body should be at least " + minimum + " chars long"));
    }
    JsonElement maximum = schema.keyword("maxLength");
    if (maximum != null && text.length() > maximum.getAsInt()) {
      causes.add(
          new Cause(
              "FieldValueTooLong", "Too long: may not be more than " + maximum + " bytes", path));
    }
    JsonElement pattern = schema.keyword("pattern");
    if (pattern != null && !Pattern.compile(pattern.getAsString()).matcher(text).find()) {
      causes.add(
          Cause.invalid(
              path,
              "\"" + text + "\"",
              path + " in body should match '" + pattern.getAsString() + "'"));
    }
  }

  private static void items(JsonArray array, Schema schema, String path, List<Cause> causes) {
    JsonElement minimum = schema.keyword("minItems");
    if (minimum != null && array.size() < minimum.getAsInt()) {
      causes.add(
          Cause.invalid(
              path,
              Integer.toString(array.size()),
              path + " in body should have at least " + minimum + " items"));
    }
    JsonElement maximum = schema.keyword("maxItems");
    if (maximum != null && array.size() > maximum.getAsInt()) {
      causes.add(
          new Cause(
              "FieldValueTooMany",
              "Too many: " + array.size() + ": must have at most " + maximum + " items",
              path));
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < array.size(); i++) {
      String below = path + "[" + i + "]";
      validate(array.get(i), schema.items(), below, causes);
      String identity = identity(array.get(i), schema);
      if (identity != null && !seen.add(identity)) {
        causes.add(Cause.duplicate(below, identity));
      }
    }
  }

  private static @Nullable String identity(JsonElement item, Schema schema) {
    return switch (schema.listType()) {
      case ATOMIC -> null;
      case SET -> item.toString();
      case MAP -> {
        JsonObject keys = new JsonObject();
        for (String key : schema.keys()) {
          JsonElement value = Trees.at(item, key);
          if (value != null) {
            keys.add(key, value);
          }
        }
        yield keys.toString();
      }
    };
  }
}
