/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Walks over the bytes of a list, cuts each item out by its brackets and quotes, and keeps the rest
 * of the document. Nothing of an item has to be right but its brackets and quotes.
 */
final class ListOutline {
  private final byte[] utf8;
  private int at;

  ListOutline(byte[] utf8) {
    this.utf8 = utf8;
  }

  /**
   * Hands each object of the field {@code items} to {@code taker} and returns the list without it.
   *
   * @throws JsonSyntaxException if the document is no object, or broke off
   */
  Json read(Consumer<byte[]> taker) {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    expect('{');
    rest.write('{');
    boolean first = true;
    while (next() != '}') {
      if (!first) {
        expect(',');
      }
      byte[] name = value();
      expect(':');
      byte[] value = name(name).equals("items") ? items(taker) : value();
      rest.writeBytes(first ? new byte[0] : new byte[] {','});
      rest.writeBytes(name);
      rest.write(':');
      rest.writeBytes(value);
      first = false;
    }
    rest.write('}');
    at++;
    if (!atEnd()) {
      throw new JsonSyntaxException("more after the list, at byte " + at, null);
    }
    return Json.parse(rest.toByteArray());
  }

  private static String name(byte[] quoted) {
    return Json.parse(quoted).asString("");
  }

  private byte[] items(Consumer<byte[]> taker) {
    if (next() != '[') {
      byte[] value = value(); // a list without items is written with null
      if (!new String(value, StandardCharsets.UTF_8).equals("null")) {
        throw new JsonSyntaxException("items is no array, at byte " + at, null);
      }
      return value;
    }
    at++;
    boolean first = true;
    while (next() != ']') {
      if (!first) {
        expect(',');
      }
      taker.accept(value());
      first = false;
    }
    at++;
    return new byte[] {'[', ']'};
  }

  /** The bytes of the value that begins here. */
  private byte[] value() {
    byte first = next();
    int start = at;
    if (first == '"') {
      skipString();
    } else if (first == '{' || first == '[') {
      skipBracketed();
    } else {
      skipScalar();
    }
    return Arrays.copyOfRange(utf8, start, at);
  }

  private void skipBracketed() {
    int depth = 0;
    do {
      byte b = current();
      if (b == '"') {
        skipString();
        continue;
      }
      if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
      at++;
    } while (depth > 0);
  }

  private void skipString() {
    at++;
    while (current() != '"') {
      at += current() == '\\' ? 2 : 1;
    }
    at++;
  }

  private void skipScalar() {
    int start = at;
    while (",:]}".indexOf(current()) < 0 && !isSpace(current())) {
      at++;
    }
    if (at == start) {
      throw new JsonSyntaxException("no value at byte " + at, null);
    }
  }

  private void expect(char wanted) {
    if (next() != wanted) {
      throw new JsonSyntaxException("no '" + wanted + "' at byte " + at + " of a list", null);
    }
    at++;
  }

  /** The next byte that is not white space; it stays. */
  private byte next() {
    if (atEnd()) {
      throw brokenOff();
    }
    return utf8[at];
  }

  private boolean atEnd() {
    while (at < utf8.length && isSpace(utf8[at])) {
      at++;
    }
    return at >= utf8.length;
  }

  private byte current() {
    if (at >= utf8.length) {
      throw brokenOff();
    }
    return utf8[at];
  }

  private JsonSyntaxException brokenOff() {
    return new JsonSyntaxException("the list breaks off after " + utf8.length + " bytes", null);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
