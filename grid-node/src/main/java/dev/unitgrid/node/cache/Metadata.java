/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.api.json.JsonCursor;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.util.HashMap;
import java.util.Map;

/**
 * What is read of an object's metadata. A label or annotation that is no string is as good as not
 * there.
 *
 * @param version its version; Kubernetes' are numbers
 */
record Metadata(
    ObjectKey key, long version, Map<String, String> labels, Map<String, String> annotations) {
  /**
   * Reads an object's metadata without building a tree.
   *
   * @throws JsonSyntaxException if {@code utf8} is no JSON object
   * @throws IllegalArgumentException if it has no name, or its version is no number
   */
  static Metadata read(byte[] utf8) {
    return new Reading(utf8).read();
  }

  private static final class Reading {
    private final JsonCursor cursor;
    private String namespace = "";
    private String name = "";
    private String version = "";
    private Map<String, String> labels = Map.of();
    private Map<String, String> annotations = Map.of();

    Reading(byte[] utf8) {
      this.cursor = new JsonCursor(utf8);
    }

    Metadata read() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("metadata") && cursor.atObject()) {
          metadata();
        } else {
          cursor.skip();
        }
      }
      cursor.end();
      return new Metadata(new ObjectKey(namespace, name), number(version), labels, annotations);
    }

    private void metadata() {
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("name") && cursor.atString()) {
          name = cursor.string();
        } else if (cursor.nameIs("namespace") && cursor.atString()) {
          namespace = cursor.string();
        } else if (cursor.nameIs("resourceVersion") && cursor.atString()) {
          version = cursor.string();
        } else if (cursor.nameIs("labels") && cursor.atObject()) {
          labels = strings();
        } else if (cursor.nameIs("annotations") && cursor.atObject()) {
          annotations = strings();
        } else {
          cursor.skip();
        }
      }
    }

    private Map<String, String> strings() {
      Map<String, String> strings = new HashMap<>();
      cursor.beginObject();
      while (cursor.nextField()) {
        String key = cursor.name();
        if (cursor.atString()) {
          strings.put(key, cursor.string());
        } else {
          cursor.skip();
        }
      }
      return strings;
    }

    private static long number(String version) {
      try {
        return Long.parseLong(version);
      } catch (NumberFormatException other) {
        throw new IllegalArgumentException("its version is no number: \"" + version + "\"", other);
      }
    }
  }
}
