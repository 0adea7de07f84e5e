/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import dev.unitgrid.api.json.JsonCursor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An EndpointSlice as a node is shown it, from its JSON without building a tree. Of a filtered one
 * the endpoints that are not kept and all hints are gone: kube-proxy drops a kept endpoint by a
 * hint (RULE 28); so is the annotation in which kubectl keeps the whole slice. Zones, conditions
 * and everything else stay as they are.
 */
public final class SliceRenderer {
  /** The whole object as kubectl applied it, with every endpoint. */
  static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private static final String TYPE =
      "{\"kind\":\"EndpointSlice\",\"apiVersion\":\"discovery.k8s.io/v1\"";

  private final byte[] utf8;
  private final JsonCursor cursor;
  private final Shown shown;
  private byte[] out;
  private int used;

  private SliceRenderer(byte[] utf8, Shown shown) {
    this.utf8 = utf8;
    this.cursor = new JsonCursor(utf8);
    this.shown = shown;
    this.out = new byte[utf8.length + TYPE.length() + 64];
  }

  /**
   * Renders a slice, compact, with {@code kind} and {@code apiVersion}, without {@code
   * managedFields}.
   *
   * @param utf8 the version of the slice that {@code shown} was decided from
   * @param shown what is shown of it
   * @param resourceVersion the version that it is served with
   * @throws dev.unitgrid.api.json.JsonSyntaxException if {@code utf8} is no JSON object, or breaks
   *     off
   */
  public static byte[] render(byte[] utf8, Shown shown, String resourceVersion) {
    SliceRenderer renderer = new SliceRenderer(utf8, shown);
    renderer.object(resourceVersion);
    return Arrays.copyOf(renderer.out, renderer.used);
  }

  private void object(String resourceVersion) {
    append(TYPE);
    cursor.beginObject();
    while (cursor.nextField()) {
      if (cursor.nameIs("kind") || cursor.nameIs("apiVersion")) {
        cursor.skip();
      } else if (cursor.nameIs("metadata") && cursor.atObject()) {
        append(",\"metadata\":");
        metadata(resourceVersion);
      } else if (shown.filtered() && cursor.nameIs("endpoints") && cursor.atArray()) {
        append(",\"endpoints\":");
        endpoints();
      } else {
        append(",");
        field();
      }
    }
    cursor.end();
    append("}");
  }

  private void metadata(String resourceVersion) {
    append("{\"resourceVersion\":\"");
    append(resourceVersion);
    append("\"");
    cursor.beginObject();
    while (cursor.nextField()) {
      if (cursor.nameIs("resourceVersion") || cursor.nameIs("managedFields")) {
        cursor.skip();
      } else if (shown.filtered() && cursor.nameIs("annotations") && cursor.atObject()) {
        append(",\"annotations\":{");
        fieldsBut(LAST_APPLIED);
      } else {
        append(",");
        field();
      }
    }
    append("}");
  }

  private void endpoints() {
    append("[");
    boolean first = true;
    cursor.beginArray();
    for (int place = 0; cursor.nextItem(); place++) {
      if (!shown.keeps(place)) {
        cursor.skip();
        continue;
      }
      append(first ? "" : ",");
      first = false;
      endpoint();
    }
    append("]");
  }

  private void endpoint() {
    if (!cursor.atObject()) {
      cursor.skip();
      append(cursor.valueStart());
      return;
    }
    append("{");
    fieldsBut("hints");
  }

  /** The fields of the object that begins here, and its end. */
  private void fieldsBut(String name) {
    boolean first = true;
    cursor.beginObject();
    while (cursor.nextField()) {
      if (cursor.nameIs(name)) {
        cursor.skip();
        continue;
      }
      append(first ? "" : ",");
      first = false;
      field();
    }
    append("}");
  }

  /** The field whose value begins here, as it is. */
  private void field() {
    int start = cursor.nameStart();
    cursor.skip();
    append(start);
  }

  /** What lies between {@code start} and the cursor. */
  private void append(int start) {
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
