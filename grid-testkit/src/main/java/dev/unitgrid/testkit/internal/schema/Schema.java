/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a value's type: an OpenAPI schema of a built-in kind or a structural schema of a
 * CustomResourceDefinition. Immutable once read; thread-safe.
 */
public final class Schema {
  /** A type of which nothing is known: maps by field, lists as a whole. */
  public static final Schema UNKNOWN =
      new Schema(Trees.objectOf("x-kubernetes-preserve-unknown-fields", true), "", name -> null);

  /** How the items of a list are told apart. */
  public enum ListType {
    /** Not at all: the list is one value. */
    ATOMIC,
    /** By key fields. */
    MAP,
    /** By value. */
    SET
  }

  private final JsonObject source;
  private final String definition;
  private final Function<String, @Nullable Schema> definitions;
  private final String reference;
  private final Map<String, Schema> properties = new LinkedHashMap<>();
  private final @Nullable Schema items;
  private final @Nullable Schema additional;
  private final Map<String, List<Schema>> branches = new LinkedHashMap<>();
  private final Set<String> required = new LinkedHashSet<>();
  private final List<String> keys = new ArrayList<>();
  private final ListType listType;
  private final String type;
  private final String format;
  private final boolean atomicMap;
  private final boolean open;
  private final boolean intOrString;
  private final boolean quantity;
  private volatile @Nullable Schema resolved; // the same whoever resolves it first

  private Schema(
      JsonObject source, String definition, Function<String, @Nullable Schema> definitions) {
    this.source = source;
    this.definition = definition;
    this.definitions = definitions;
    this.reference = reference(source);
    for (Map.Entry<String, JsonElement> property : Trees.object(source, "properties").entrySet()) {
      properties.put(
          property.getKey(), new Schema(property.getValue().getAsJsonObject(), "", definitions));
    }
    if (definition.isEmpty() && reference.isEmpty()) {
      for (String junctor : List.of("allOf", "anyOf", "oneOf", "not")) {
        branch(junctor, source.get(junctor));
      }
    }
    items = child(source.get("items"), definitions);
    additional = child(source.get("additionalProperties"), definitions);
    Trees.array(source, "required").forEach(name -> required.add(name.getAsString()));
    Trees.array(source, "x-kubernetes-list-map-keys").forEach(key -> keys.add(key.getAsString()));
    listType =
        switch (Trees.string(source, "x-kubernetes-list-type")) {
          case "map" -> ListType.MAP;
          case "set" -> ListType.SET;
          default -> ListType.ATOMIC;
        };
    type = Trees.string(source, "type");
    format = Trees.string(source, "format");
    atomicMap = "atomic".equals(Trees.string(source, "x-kubernetes-map-type"));
    open =
        Trees.isTrue(source, "x-kubernetes-preserve-unknown-fields")
            || (!definition.isEmpty() && properties.isEmpty() && additional == null);
    intOrString =
        Trees.isTrue(source, "x-kubernetes-int-or-string") || format.equals("int-or-string");
    quantity = definition.endsWith("api.resource.Quantity");
  }

  private void branch(String junctor, @Nullable JsonElement sources) {
    if (sources instanceof JsonArray array) {
      branches.put(
          junctor,
          array.asList().stream()
              .map(one -> new Schema(one.getAsJsonObject(), "", definitions))
              .toList());
    } else if (sources instanceof JsonObject one) {
      branches.put(junctor, List.of(new Schema(one, "", definitions)));
    }
  }

  /** The definition {@code name} of an OpenAPI document whose others {@code definitions} finds. */
  static Schema definition(
      String name, JsonObject source, Function<String, @Nullable Schema> definitions) {
    return new Schema(source, name, definitions);
  }

  /**
   * The structural schema of a custom resource, whose metadata and type fields are those of every
   * object.
   */
  public static Schema custom(JsonObject openApiV3Schema, @Nullable Schema objectMeta) {
    JsonObject copy = openApiV3Schema.deepCopy();
    JsonObject properties = Trees.child(copy, "properties");
    properties.add("apiVersion", Trees.objectOf("type", "string"));
    properties.add("kind", Trees.objectOf("type", "string"));
    properties.add("metadata", Trees.objectOf("$ref", "#/components/schemas/meta"));
    return new Schema(copy, "", name -> objectMeta);
  }

  /** A part of a structural schema, for itself. */
  public static Schema part(JsonObject source) {
    return new Schema(source, "", name -> null);
  }

  private static @Nullable Schema child(
      @Nullable JsonElement source, Function<String, @Nullable Schema> definitions) {
    if (source instanceof JsonObject object) {
      return new Schema(object, "", definitions);
    }
    return source != null && source.isJsonPrimitive() && source.getAsBoolean() ? UNKNOWN : null;
  }

  private static String reference(JsonObject source) {
    String direct = Trees.string(source, "$ref");
    if (!direct.isEmpty()) {
      return direct.substring(direct.lastIndexOf('/') + 1);
    }
    List<JsonObject> all = Trees.objects(source, "allOf");
    return all.size() == 1 && all.get(0).has("$ref") ? reference(all.get(0)) : "";
  }

  private Schema target() {
    if (reference.isEmpty()) {
      return this;
    }
    Schema known = resolved;
    if (known == null) {
      Schema found = definitions.apply(reference);
      known = found == null ? UNKNOWN : found;
      resolved = known;
    }
    return known;
  }

  /** The short name of the Go type, e.g. {@code core.v1.Container}; empty without one. */
  public String definition() {
    return target().definition;
  }

  /** {@code object}, {@code array}, {@code string}, ...; empty if it says none. */
  public String type() {
    return target().type;
  }

  /** The known fields. */
  public Map<String, Schema> properties() {
    return target().properties;
  }

  /** The schema of the field {@code name} of a struct or map; null if there is no such field. */
  public @Nullable Schema field(String name) {
    Schema target = target();
    Schema property = target.properties.get(name);
    if (property != null) {
      return property;
    }
    return target.additional != null ? target.additional : isOpen() ? UNKNOWN : null;
  }

  /** The schema that the field {@code name} has of its own, or as a key of a map; null without. */
  public @Nullable Schema declared(String name) {
    Schema property = target().properties.get(name);
    return property != null ? property : target().additional;
  }

  /** Whether this is the metadata of an object. */
  public boolean isObjectMeta() {
    return definition().equals("meta.v1.ObjectMeta");
  }

  /** Whether {@code name} is a field of a struct, and not a key of a map. */
  public boolean isStructField(String name) {
    return target().properties.containsKey(name);
  }

  /** The schema of a list's items. */
  public Schema items() {
    Schema found = target().items;
    return found == null ? UNKNOWN : found;
  }

  /** Whether this is a map of free keys. */
  public boolean isMap() {
    return target().additional != null;
  }

  /** Whether fields that it does not name are kept. */
  public boolean isOpen() {
    return target().open;
  }

  /** The fields that must be there. */
  public Set<String> required() {
    return target().required;
  }

  /** How a list's items are told apart. */
  public ListType listType() {
    return listType;
  }

  /** The key fields of a list of type {@code MAP}. */
  public List<String> keys() {
    return keys;
  }

  /** Whether an object is one value. */
  public boolean isAtomicMap() {
    return atomicMap || target().atomicMap;
  }

  /** The merge key of a strategic merge patch; empty if lists are replaced. */
  public String mergeKey() {
    return Trees.string(source, "x-kubernetes-patch-merge-key");
  }

  /** Whether a strategic merge patch has the strategy {@code word} here. */
  public boolean hasPatchStrategy(String word) {
    return ("," + Trees.string(source, "x-kubernetes-patch-strategy") + ",")
        .contains("," + word + ",");
  }

  /** The value that a missing field has, null if none. */
  public @Nullable JsonElement defaultValue() {
    JsonElement value = source.get("default");
    return Trees.isNull(value) ? null : value;
  }

  /** Whether JSON null is a value. */
  public boolean isNullable() {
    return Trees.isTrue(source, "nullable");
  }

  /** Whether both an integer and a string fit. */
  public boolean isIntOrString() {
    return intOrString || target().intOrString;
  }

  /** The {@code format} of a string or number; empty if it says none. */
  public String format() {
    return target().format;
  }

  /** Whether this is a string that holds bytes in base64. */
  public boolean isBytes() {
    return format().equals("byte");
  }

  /** Whether it is a text that says a time. */
  boolean isTime() {
    return format().equals("date-time");
  }

  /** Whether ownership takes any value here: quantities, int-or-strings, what is preserved. */
  public boolean isUntyped() {
    return isQuantity()
        || isIntOrString()
        || (target().type.isEmpty() && target().properties.isEmpty())
        || (isOpen() && target().properties.isEmpty() && !target().type.equals("array"));
  }

  /** Whether this is a resource quantity. */
  public boolean isQuantity() {
    return target().quantity;
  }

  /** The schemas under {@code allOf}, {@code anyOf}, {@code oneOf} or {@code not}. */
  public List<Schema> branches(String junctor) {
    return branches.getOrDefault(junctor, List.of());
  }

  /** Whether this is a whole object of another kind, with metadata of its own. */
  public boolean isEmbeddedResource() {
    return Trees.isTrue(target().source, "x-kubernetes-embedded-resource");
  }

  /** Another keyword of the schema, null if it does not use it. */
  public @Nullable JsonElement keyword(String name) {
    return Trees.at(target().source, name);
  }
}
