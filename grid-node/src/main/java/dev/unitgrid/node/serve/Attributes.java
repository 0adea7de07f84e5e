/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.json.JsonCursor;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.util.HashMap;
import java.util.Map;

/**
 * What selectors look at, read from an object's bytes each time: kept for every object it would be
 * a tenth of the memory.
 *
 * @param fields the values of {@link ServedResource#fields}, where there are any
 */
record Attributes(Map<String, String> labels, Map<String, String> fields) {
  static Attributes of(ServedResource resource, byte[] json) {
    Map<String, String> labels = new HashMap<>();
    Map<String, String> fields = new HashMap<>();
    JsonCursor cursor = new JsonCursor(json);
    cursor.beginObject();
    while (cursor.nextField()) {
      if (cursor.nameIs("metadata") && cursor.atObject()) {
        readLabels(cursor, labels);
        if (resource.fields().isEmpty()) {
          break; // nothing more is asked, and endpoints are long
        }
      } else if (cursor.nameIs("spec") && cursor.atObject() && !resource.fields().isEmpty()) {
        readFields(cursor, resource, fields);
      } else {
        cursor.skip();
      }
    }
    return new Attributes(labels, fields);
  }

  private static void readLabels(JsonCursor cursor, Map<String, String> labels) {
    cursor.beginObject();
    while (cursor.nextField()) {
      if (!cursor.nameIs("labels") || !cursor.atObject()) {
        cursor.skip();
        continue;
      }
      cursor.beginObject();
      while (cursor.nextField()) {
        String key = cursor.name();
        labels.put(key, cursor.string());
      }
    }
  }

  private static void readFields(
      JsonCursor cursor, ServedResource resource, Map<String, String> fields) {
    cursor.beginObject();
    while (cursor.nextField()) {
      String field = "spec." + cursor.name();
      if (!resource.fields().contains(field)) {
        cursor.skip();
      } else if (cursor.atString()) {
        fields.put(field, cursor.string());
      } else {
        boolean isTrue = cursor.atTrue();
        cursor.skip();
        fields.put(field, Boolean.toString(isTrue));
      }
    }
  }

  /** Whether they can be read: of an object that is broken nothing is served. */
  static boolean areIn(ServedResource resource, byte[] json) {
    try {
      of(resource, json);
      return true;
    } catch (JsonSyntaxException broken) {
      return false;
    }
  }
}
