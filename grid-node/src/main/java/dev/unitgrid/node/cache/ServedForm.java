/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.JsonCursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Objects of one type as all clients are served them: with {@code kind} and {@code apiVersion} in
 * front, which items of a list come without, and without {@code managedFields}. So an object looks
 * the same whether a list or a watch brought it. No tree is built. Immutable.
 */
final class ServedForm {
  private final byte[] type;

  ServedForm(ResourceType type) {
    this.type =
        ("{\"kind\":\"" + type.kind() + "\",\"apiVersion\":\"" + type.apiVersion() + "\"")
            .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * An object in its served form, under its own version.
   *
   * @throws dev.unitgrid.api.json.JsonSyntaxException if {@code utf8} is no JSON object
   */
  byte[] of(byte[] utf8) {
    return new Writing(utf8).object("");
  }

  /** An object in its served form, under the version {@code resourceVersion}. */
  byte[] of(byte[] utf8, String resourceVersion) {
    return new Writing(utf8).object(resourceVersion);
  }

  private final class Writing {
    private final byte[] utf8;
    private final JsonCursor cursor;
    private byte[] out;
    private int used;

    Writing(byte[] utf8) {
      this.utf8 = utf8;
      this.cursor = new JsonCursor(utf8);
      this.out = new byte[utf8.length + type.length + 64];
    }

    byte[] object(String resourceVersion) {
      append(type, 0, type.length);
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("kind") || cursor.nameIs("apiVersion")) {
          cursor.skip();
        } else if (cursor.nameIs("metadata") && cursor.atObject()) {
          append(",\"metadata\":{");
          metadata(resourceVersion);
          append("}");
        } else {
          append(",");
          field();
        }
      }
      cursor.end();
      append("}");
      return Arrays.copyOf(out, used);
    }

    private void metadata(String resourceVersion) {
      boolean first = true;
      if (!resourceVersion.isEmpty()) {
        append("\"resourceVersion\":\"" + resourceVersion + "\"");
        first = false;
      }
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("managedFields")
            || (!resourceVersion.isEmpty() && cursor.nameIs("resourceVersion"))) {
          cursor.skip();
          continue;
        }
        append(first ? "" : ",");
        first = false;
        field();
      }
    }

    private void field() {
      int start = cursor.nameStart();
      cursor.skip();
      append(utf8, start, cursor.position() - start);
    }

    private void append(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      append(bytes, 0, bytes.length);
    }

    private void append(byte[] bytes, int start, int length) {
      if (used + length > out.length) {
        out = Arrays.copyOf(out, Math.max(out.length * 2, used + length));
      }
      System.arraycopy(bytes, start, out, used, length);
      used += length;
    }
  }
}
