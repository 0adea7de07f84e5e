/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sets of field paths in the form of {@code fieldsV1} of {@code metadata.managedFields}: nested
 * objects whose names are {@code f:<field>}, {@code k:<keys of an item>}, {@code v:<member>} and
 * {@code .} for the item itself.
 */
final class FieldSet {
  private static final Json LEAF = Json.emptyObject();

  private FieldSet() {}

  /** The paths that an apply of {@code value} owns (source: structured-merge-diff's ToFieldSet). */
  static Json of(SchemaNode node, Json value) {
    if (value.isNull() || isAtomic(node)) {
      return LEAF;
    }
    if (node instanceof SchemaNode.Keyed keyed) {
      return ofKeyed(keyed, value);
    }
    if (node instanceof SchemaNode.Members) {
      return ofMembers(value);
    }
    if (!value.isObject()) {
      return LEAF;
    }
    Map<String, Json> paths = new LinkedHashMap<>();
    value
        .fields()
        .forEach(
            (name, field) -> {
              SchemaNode child = child(node, name);
              if (!ownsNothing(child, field)) {
                paths.put("f:" + name, of(child, field));
              }
            });
    return Json.object(paths);
  }

  private static Json ofKeyed(SchemaNode.Keyed keyed, Json value) {
    Map<String, Json> paths = new LinkedHashMap<>();
    for (Json item : value.items()) {
      Json inside = isAtomic(keyed.item()) ? LEAF : of(keyed.item(), item).with(".", LEAF);
      paths.merge(itemName(key(keyed, item)), inside, FieldSet::union);
    }
    return Json.object(paths);
  }

  private static Json ofMembers(Json value) {
    Map<String, Json> paths = new LinkedHashMap<>();
    value.items().forEach(member -> paths.put("v:" + member.canonical(), LEAF));
    return Json.object(paths);
  }

  /** An empty list that merges by item has no item to own; the server records nothing for it. */
  private static boolean ownsNothing(SchemaNode node, Json value) {
    boolean byItem = node instanceof SchemaNode.Keyed || node instanceof SchemaNode.Members;
    return byItem && value.isArray() && value.items().isEmpty();
  }

  static boolean isAtomic(SchemaNode node) {
    return node instanceof SchemaNode.Whole
        || (node instanceof SchemaNode.Struct struct && struct.atomic())
        || (node instanceof SchemaNode.Entries entries && entries.atomic());
  }

  static SchemaNode child(SchemaNode node, String field) {
    if (node instanceof SchemaNode.Struct struct) {
      return struct.fields().getOrDefault(field, SchemaNode.ANY);
    }
    return node instanceof SchemaNode.Entries entries ? entries.value() : SchemaNode.ANY;
  }

  /** The keys of an item, sorted, with the server's defaults for those that it does not have. */
  private static Json key(SchemaNode.Keyed keyed, Json item) {
    Map<String, Json> key = new TreeMap<>();
    for (String name : keyed.keys()) {
      Json otherwise = keyed.defaults().getOrDefault(name, Json.ofNull());
      Json value = item.find(name).orElse(otherwise);
      if (!value.isNull()) {
        key.put(name, value);
      }
    }
    return Json.object(key);
  }

  /** {@link #key} as it is once the server has defaulted the item: {@code ""} is no protocol. */
  static Json liveKey(SchemaNode.Keyed keyed, Json item) {
    Json defaulted = item;
    for (String name : keyed.defaults().keySet()) {
      defaulted = item.get(name).isZero() ? defaulted.without(name) : defaulted;
    }
    return key(keyed, defaulted);
  }

  static String itemName(Json key) {
    return "k:" + key.canonical();
  }

  /** The paths of both. */
  static Json union(Json one, Json other) {
    Map<String, Json> paths = new LinkedHashMap<>(one.fields());
    other.fields().forEach((name, inside) -> paths.merge(name, inside, FieldSet::union));
    return Json.object(paths);
  }

  /** The set of one path. */
  static Json ofPath(List<String> names) {
    Json set = LEAF;
    for (int i = names.size() - 1; i >= 0; i--) {
      set = Json.object(Map.of(names.get(i), set));
    }
    return set;
  }

  /**
   * Whether some path is in both, or one holds a path above one of the other: who writes a list
   * whole meets who writes an item of it.
   */
  static boolean meet(Json one, Json other) {
    if (one.fields().isEmpty() || other.fields().isEmpty()) {
      return true;
    }
    for (Map.Entry<String, Json> path : one.fields().entrySet()) {
      Json there = other.get(path.getKey());
      if (!there.isNull() && !path.getKey().equals(".") && meet(path.getValue(), there)) {
        return true;
      }
    }
    return false;
  }

  /** Every path as one line, sorted: names joined by a dot, keys of items in brackets. */
  static List<String> lines(Json set) {
    List<String> lines = new ArrayList<>();
    collect("", set, lines);
    lines.sort(null);
    return List.copyOf(lines);
  }

  private static void collect(String prefix, Json set, List<String> lines) {
    if (set.fields().isEmpty() && !prefix.isEmpty()) {
      lines.add(prefix);
    }
    set.fields()
        .forEach(
            (name, inside) -> {
              if (name.equals(".")) {
                lines.add(prefix);
              } else {
                collect(prefix + step(prefix, name), inside, lines);
              }
            });
  }

  private static String step(String prefix, String name) {
    String word = name.substring(2);
    return name.startsWith("f:") ? (prefix.isEmpty() ? word : "." + word) : "[" + word + "]";
  }
}
