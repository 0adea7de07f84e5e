/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code schema.json}: what a real API server's OpenAPI document says about lists, quantities
 * and atomic values, with everything else left out, and the fields whose zero value it defaults
 * (source: the defaulting functions of core/v1 and apps/v1).
 */
final class SchemaReading {
  private final Json types;
  private final Json zeroMeansUnset;
  private final Map<String, SchemaNode> read = new HashMap<>();

  private SchemaReading(Json document) {
    this.types = document.get("types");
    this.zeroMeansUnset = document.get("zeroMeansUnset");
  }

  static SchemaReading ofResource() {
    return new SchemaReading(document());
  }

  static Json document() {
    try (InputStream text = SchemaReading.class.getResourceAsStream("schema.json")) {
      if (text == null) {
        throw new IllegalStateException("schema.json is not beside its class");
      }
      return Json.parse(text.readAllBytes());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  SchemaNode type(String name) {
    SchemaNode known = read.get(name);
    if (known == null) {
      known = struct(name, types.get(name));
      read.put(name, known);
    }
    return known;
  }

  private SchemaNode struct(String name, Json type) {
    if (!type.isObject()) {
      throw new IllegalStateException("schema.json has no type " + name);
    }
    Map<String, SchemaNode> fields = new LinkedHashMap<>();
    type.get("fields").fields().forEach((field, says) -> fields.put(field, node(says)));
    Set<String> unset = new HashSet<>();
    zeroMeansUnset.get(name).items().forEach(field -> unset.add(field.asString("")));
    return new SchemaNode.Struct(
        Map.copyOf(fields), type.get("atomic").asBoolean(false), Set.copyOf(unset));
  }

  private SchemaNode node(Json says) {
    if (says.isNull()) {
      return SchemaNode.ANY;
    }
    if (says.isString()) {
      return named(says.asString(""));
    }
    if (says.has("map")) {
      return new SchemaNode.Entries(node(says.get("map")), says.get("atomic").asBoolean(false));
    }
    SchemaNode item = node(says.get("item"));
    Json list = says.get("list");
    if (list.isArray()) {
      List<String> keys = list.items().stream().map(key -> key.asString("")).toList();
      return new SchemaNode.Keyed(item, keys, says.get("defaults").fields());
    }
    return "set".equals(list.asString("")) ? new SchemaNode.Members() : new SchemaNode.Whole(item);
  }

  private SchemaNode named(String name) {
    return switch (name) {
      case "quantity" -> new SchemaNode.Amount();
      case "int-or-string" -> new SchemaNode.IntOrString();
      case "scalar", "any" -> SchemaNode.ANY;
      default -> type(name);
    };
  }
}
