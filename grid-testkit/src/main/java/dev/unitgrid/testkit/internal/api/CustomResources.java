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
import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.schema.WrongTypeException;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Custom resources by their structural schema: kinds, pruning, defaults. Stateless. */
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
                () -> schema,
                CustomRules.of(Trees.object(version, "schema", "openAPIV3Schema"))));
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

  static JsonElement prune(JsonElement value, Schema schema, String path, Set<String> unknown) {
    if (value instanceof JsonArray array) {
      JsonArray kept = new JsonArray();
      int index = 0;
      for (JsonElement item : array) {
        kept.add(prune(item, schema.items(), path + "[" + index++ + "]", unknown));
      }
      return kept;
    }
    if (!(value instanceof JsonObject object)) {
      return wholeNumber(value);
    }
    JsonObject kept = new JsonObject();
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      String name = entry.getKey();
      Schema field = schema.field(name);
      String below = path.isEmpty() ? name : path + "." + name;
      boolean ofEveryObject =
          schema.isEmbeddedResource() && List.of("apiVersion", "kind", "metadata").contains(name);
      if (ofEveryObject) {
        kept.add(
            name,
            name.equals("metadata")
                ? metadata(entry.getValue(), below, unknown)
                : entry.getValue());
      } else if (field != null) {
        kept.add(entry.getKey(), prune(entry.getValue(), field, below, unknown));
      } else {
        unknown.add(below);
      }
    }
    return kept;
  }

  private static JsonElement metadata(JsonElement value, String path, Set<String> unknown) {
    if (!(value instanceof JsonObject metadata)) {
      return value;
    }
    try {
      Set<String> inMetadata = new LinkedHashSet<>();
      JsonObject normal =
          GoTypes.normalise(metadata, BuiltInSchemas.get().objectMeta(), inMetadata);
      inMetadata.forEach(name -> unknown.add(path + "." + name));
      return normal;
    } catch (WrongTypeException wrong) {
      throw new WrongTypeException(
          path + ": Invalid value: " + metadata + ": " + wrong.getMessage());
    }
  }

  /** Go writes 1.0 as 1. */
  private static JsonElement wholeNumber(JsonElement value) {
    if (value instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && !primitive.getAsString().matches("-?\\d+")) {
      double number = primitive.getAsDouble();
      if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
        return new JsonPrimitive((long) number);
      }
    }
    return value;
  }

  /** Sets the schema's defaults, in place, also where a null is no value. */
  static void setDefaults(JsonElement value, Schema schema) {
    if (value instanceof JsonArray array) {
      array.forEach(item -> setDefaults(item, schema.items()));
    }
    if (!(value instanceof JsonObject object)) {
      return;
    }
    for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
      JsonElement standard = property.getValue().defaultValue();
      boolean isNull = object.has(property.getKey()) && object.get(property.getKey()).isJsonNull();
      boolean unset =
          !object.has(property.getKey()) || (isNull && !property.getValue().isNullable());
      if (standard != null && unset) {
        object.add(property.getKey(), standard.deepCopy());
      }
    }
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      Schema field = schema.field(entry.getKey());
      if (field != null && !field.isObjectMeta()) {
        setDefaults(entry.getValue(), field);
      }
    }
  }

  /** Removes, in place, the nulls of fields that have neither a default nor null as a value. */
  static void removeNulls(JsonElement value, Schema schema) {
    if (value instanceof JsonArray array) {
      array.forEach(item -> removeNulls(item, schema.items()));
    }
    if (value instanceof JsonObject object) {
      object.entrySet().removeIf(entry -> isNullNowhere(entry, schema));
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        Schema field = schema.field(entry.getKey());
        if (field != null && !field.isObjectMeta()) {
          removeNulls(entry.getValue(), field);
        }
      }
    }
  }

  private static boolean isNullNowhere(Map.Entry<String, JsonElement> entry, Schema schema) {
    Schema declared = schema.declared(entry.getKey());
    return entry.getValue().isJsonNull()
        && declared != null
        && !declared.isNullable()
        && declared.defaultValue() == null;
  }
}
