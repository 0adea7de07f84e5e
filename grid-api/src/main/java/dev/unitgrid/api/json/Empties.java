/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Values that say nothing. */
final class Empties {
  private Empties() {}

  static Json without(SchemaNode node, Json value) {
    if (value.isObject()) {
      Map<String, Json> fields = new LinkedHashMap<>();
      value
          .fields()
          .forEach(
              (name, field) -> {
                SchemaNode child = FieldSet.child(node, name);
                Json rest = without(child, field);
                if (!saysNothing(child, rest)) {
                  fields.put(name, rest);
                }
              });
      return Json.object(fields);
    }
    if (value.isArray()) {
      List<Json> items = new ArrayList<>();
      value.items().forEach(item -> items.add(without(item(node), item)));
      return Json.array(items);
    }
    return value;
  }

  static Json withoutNulls(SchemaNode node, Json value) {
    if (value.isObject()) {
      Map<String, Json> fields = new LinkedHashMap<>();
      value
          .fields()
          .forEach(
              (name, field) -> {
                if (!(node instanceof SchemaNode.Struct && field.isNull())) {
                  fields.put(name, withoutNulls(FieldSet.child(node, name), field));
                }
              });
      return Json.object(fields);
    }
    return value.isArray() ? value.mapItems(each -> withoutNulls(item(node), each)) : value;
  }

  private static boolean saysNothing(SchemaNode node, Json value) {
    return value.isNull()
        || (value.isArray() && value.items().isEmpty())
        || (node instanceof SchemaNode.Entries && value.isObject() && value.fields().isEmpty());
  }

  private static SchemaNode item(SchemaNode node) {
    if (node instanceof SchemaNode.Keyed keyed) {
      return keyed.item();
    }
    return node instanceof SchemaNode.Whole whole ? whole.item() : SchemaNode.ANY;
  }
}
