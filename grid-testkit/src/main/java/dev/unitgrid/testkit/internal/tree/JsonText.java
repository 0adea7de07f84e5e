/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.tree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes the text of a value, byte by byte the one that Gson writes. Each answer of the server is
 * written, and most of what is in it is plain letters, which need neither a writer nor an encoder.
 * One object, one value.
 */
final class JsonText {
  private byte[] text = new byte[2048];
  private int length;

  private JsonText() {}

  /** The text of {@code value} in UTF-8. */
  static byte[] of(JsonElement value) {
    JsonText text = new JsonText();
    text.value(value);
    return Arrays.copyOf(text.text, text.length);
  }

  private void value(JsonElement value) {
    if (value instanceof JsonObject object) {
      object(object);
    } else if (value instanceof JsonArray array) {
      array(array);
    } else if (value instanceof JsonPrimitive primitive && primitive.isString()) {
      string(primitive.getAsString());
    } else {
      raw(value.isJsonNull() ? "null" : value.getAsString());
    }
  }

  private void object(JsonObject object) {
    put('{');
    boolean first = true;
    for (Map.Entry<String, JsonElement> field : object.entrySet()) {
      if (!first) {
        put(',');
      }
      first = false;
      string(field.getKey());
      put(':');
      value(field.getValue());
    }
    put('}');
  }

  private void array(JsonArray array) {
    put('[');
    for (int i = 0; i < array.size(); i++) {
      if (i > 0) {
        put(',');
      }
      value(array.get(i));
    }
    put(']');
  }

  private void string(String string) {
    byte[] letters = string.getBytes(StandardCharsets.UTF_8);
    for (byte letter : letters) {
      // Above are the bytes of other letters, which are negative.
      if (letter < ' ' || letter == '"' || letter == '\\') {
        raw(new JsonPrimitive(string).toString());
        return;
      }
    }
    put('"');
    raw(letters);
    put('"');
  }

  private void raw(String written) {
    raw(written.getBytes(StandardCharsets.UTF_8));
  }

  private void raw(byte[] bytes) {
    ensure(bytes.length);
    System.arraycopy(bytes, 0, text, length, bytes.length);
    length += bytes.length;
  }

  private void put(char letter) {
    ensure(1);
    text[length++] = (byte) letter;
  }

  private void ensure(int more) {
    if (text.length - length < more) {
      text = Arrays.copyOf(text, Math.max(text.length * 2, length + more));
    }
  }
}
