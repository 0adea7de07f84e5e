/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code schema.json} holds, derived from a server's OpenAPI document: for each type the
 * fields that are no plain scalar.
 */
final class OpenApi {
  private final Json schemas;
  private final Map<String, Map<String, Json>> types = new HashMap<>();
  private final Map<String, Boolean> atomic = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();

  private OpenApi(Json schemas) {
    this.schemas = schemas;
  }

  /** The types that {@code roots} reach, each with what is to be known of its fields. */
  static OpenApi of(Json document, String... roots) {
    OpenApi api = new OpenApi(document.get("components", "schemas"));
    for (String root : roots) {
      api.open.add(root);
    }
    while (!api.open.isEmpty()) {
      api.read(api.open.remove());
    }
    return api;
  }

  Map<String, Map<String, Json>> types() {
    return types;
  }

  boolean isAtomic(String type) {
    return atomic.getOrDefault(type, false);
  }

  private void read(String reference) {
    String name = simple(reference);
    if (types.containsKey(name)) {
      return;
    }
    Json schema = schemas.get(reference);
    Map<String, Json> fields = new LinkedHashMap<>();
    types.put(name, fields);
    atomic.put(name, isAtomic(schema));
    schema
        .get("properties")
        .fields()
        .forEach((field, says) -> node(says).ifPresent(node -> fields.put(field, node)));
  }

  private Optional<Json> node(Json says) {
    Optional<String> reference = reference(says);
    if (reference.isPresent()) {
      return referenced(reference.get());
    }
    return switch (says.get("type").asString("")) {
      case "array" -> Optional.of(list(says));
      case "object" -> Optional.of(map(says));
      default -> Optional.empty();
    };
  }

  private Optional<Json> referenced(String reference) {
    String name = simple(reference);
    if (name.equals("Quantity")) {
      return Optional.of(Json.of("quantity"));
    }
    if (name.equals("IntOrString")) {
      return Optional.of(Json.of("int-or-string"));
    }
    if (!"object".equals(schemas.get(reference, "type").asString(""))) {
      return Optional.empty();
    }
    open.add(reference);
    return Optional.of(Json.of(name));
  }

  private Json list(Json says) {
    String type = says.get("x-kubernetes-list-type").asString("atomic");
    Json list = type.equals("map") ? says.get("x-kubernetes-list-map-keys") : Json.of(type);
    Json node = Json.object("list", list);
    Optional<Json> item = node(says.get("items"));
    return item.isPresent() ? node.with("item", item.get()) : node;
  }

  private Json map(Json says) {
    Json values =
        says.has("additionalProperties")
            ? node(says.get("additionalProperties")).orElse(Json.of("scalar"))
            : Json.of("any");
    Json node = Json.object("map", values);
    return isAtomic(says) ? node.with("atomic", Json.of(true)) : node;
  }

  private static boolean isAtomic(Json schema) {
    return schema.get("x-kubernetes-map-type").asString("").equals("atomic");
  }

  private static Optional<String> reference(Json says) {
    Json target = says.get("allOf").items().isEmpty() ? says : says.get("allOf").items().get(0);
    return target
        .find("$ref")
        .map(path -> path.asString("").substring("#/components/schemas/".length()));
  }

  private static String simple(String reference) {
    return reference.substring(reference.lastIndexOf('.') + 1);
  }
}
