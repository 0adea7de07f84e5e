/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.api.ResourceKind.ScalePaths;
import dev.unitgrid.testkit.internal.api.ResourceKind.Stored;
import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.schema.WrongTypeException;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.math.BigDecimal;
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
        Schema schema = schema(version);
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
                CustomRules.of(Trees.object(version, "schema", "openAPIV3Schema")),
                deprecation(spec, version),
                Trees.isTrue(version, "storage") ? Optional.empty() : stored(spec)));
      }
    }
    return kinds;
  }

  private static Schema schema(JsonObject version) {
    return Schema.custom(
        Trees.object(version, "schema", "openAPIV3Schema"), BuiltInSchemas.get().objectMeta());
  }

  private static String deprecation(JsonObject spec, JsonObject version) {
    if (!Trees.isTrue(version, "deprecated")) {
      return "";
    }
    String said = Trees.string(version, "deprecationWarning");
    return said.isEmpty()
        ? Trees.string(spec, "group")
            + "/"
            + Trees.string(version, "name")
            + " "
            + Trees.string(spec, "names", "kind")
            + " is deprecated"
        : said;
  }

  private static Optional<Stored> stored(JsonObject spec) {
    return Trees.objects(spec, "versions").stream()
        .filter(version -> Trees.isTrue(version, "storage"))
        .map(
            version ->
                new Stored(
                    Trees.string(spec, "group") + "/" + Trees.string(version, "name"),
                    schema(version)))
        .findFirst();
  }

  /**
   * {@code object} as it is stored: in the version for that, with what that version knows and its
   * defaults.
   */
  static JsonObject stored(JsonObject object, ResourceKind kind) {
    if (kind.isEventOfItsGroup()) {
      return EventVersions.stored(object);
    }
    if (kind.stored().isEmpty()) {
      return object;
    }
    Stored stored = kind.stored().get();
    JsonObject converted = converted(object, stored.apiVersion(), stored.schema());
    setDefaults(converted, stored.schema());
    return converted;
  }

  /** {@code object} in another version: the real server's conversion changes but the version. */
  static JsonObject converted(JsonObject object, String apiVersion, Schema schema) {
    JsonObject converted = prune(object, schema, new LinkedHashSet<>());
    converted.add("metadata", Trees.object(object, "metadata").deepCopy());
    converted.addProperty("kind", Trees.string(object, "kind"));
    converted.addProperty("apiVersion", apiVersion);
    return converted;
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
    refuseOtherMetadata(object.get("metadata"));
    if (object.get("metadata") instanceof JsonObject metadata) {
      Set<String> inMetadata = new LinkedHashSet<>();
      pruned.add(
          "metadata", GoTypes.normalise(metadata, BuiltInSchemas.get().objectMeta(), inMetadata));
    }
    return pruned;
  }

  private static void refuseOtherMetadata(@Nullable JsonElement metadata) {
    if (metadata instanceof JsonArray || metadata instanceof JsonPrimitive) {
      throw new WrongTypeException(metadata, "v1.ObjectMeta");
    }
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

  /** Go reads what no int64 is as a double, and writes 1.0 as 1. */
  private static JsonElement wholeNumber(JsonElement value) {
    boolean isOther =
        value instanceof JsonPrimitive primitive
            && primitive.isNumber()
            && !(primitive.getAsNumber() instanceof Long);
    if (!isOther) {
      return value;
    }
    String literal = value.getAsString();
    try {
      return new JsonPrimitive(Long.parseLong(literal));
    } catch (NumberFormatException noLong) {
      return ofDouble(literal);
    }
  }

  private static JsonElement ofDouble(String literal) {
    double number = Double.parseDouble(literal);
    if (Double.isInfinite(number)) {
      throw new WrongTypeException(
          "json: cannot unmarshal number " + literal + " into Go value of type float64");
    }
    boolean plain = number == 0 || (Math.abs(number) >= 1e-6 && Math.abs(number) < 1e21);
    if (number == Math.rint(number) && Math.abs(number) < 1L << 53) {
      return new JsonPrimitive((long) number);
    }
    return plain
        ? JsonParser.parseString(
            new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString())
        : JsonParser.parseString(literal);
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
