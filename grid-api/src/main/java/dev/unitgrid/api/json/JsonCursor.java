/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks over the bytes of one JSON document without building a tree: for what is read a thousand
 * times a second and of which little is wanted. A value that is skipped needs to be right only in
 * its brackets and quotes. Nesting costs no stack. Not thread-safe; the bytes must not change.
 *
 * <p>A walk is {@code beginObject}, then a value after each {@code nextField} that is true; or
 * {@code beginArray} and {@code nextItem} alike. Every value must be read or skipped.
 */
public final class JsonCursor {
  private final byte[] utf8;
  private int at;
  private boolean fresh;
  private int nameStart;
  private int nameEnd;
  private int valueStart;

  /** A cursor before the first byte of {@code utf8}. */
  public JsonCursor(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** Whether the value that begins here is an object. */
  public boolean atObject() {
    return next() == '{';
  }

  /** Whether the value that begins here is an array. */
  public boolean atArray() {
    return next() == '[';
  }

  /** Whether the value that begins here is a string. */
  public boolean atString() {
    return next() == '"';
  }

  /** Whether the value that begins here is {@code false}. */
  public boolean atFalse() {
    return next() == 'f';
  }

  /** Whether the value that begins here is {@code true}. */
  public boolean atTrue() {
    return next() == 't';
  }

  /**
   * Steps into the object that begins here.
   *
   * @throws JsonSyntaxException if none begins here
   */
  public void beginObject() {
    expect('{');
    fresh = true;
  }

  /**
   * Steps to the value of the object's next field, or out of the object.
   *
   * @return whether there is one
   * @throws JsonSyntaxException if the document is broken here
   */
  public boolean nextField() {
    if (!nextOf('}')) {
      return false;
    }
    if (next() != '"') {
      throw new JsonSyntaxException("no field name at byte " + at, null);
    }
    nameStart = at;
    skipString();
    nameEnd = at;
    expect(':');
    valueStart = at;
    return true;
  }

  /**
   * Steps into the array that begins here.
   *
   * @throws JsonSyntaxException if none begins here
   */
  public void beginArray() {
    expect('[');
    fresh = true;
  }

  /**
   * Steps to the next item, or out of the array.
   *
   * @return whether there is one
   * @throws JsonSyntaxException if the document is broken here
   */
  public boolean nextItem() {
    return nextOf(']');
  }

  /** Whether the field whose value begins here is called {@code name}, a name in ASCII. */
  public boolean nameIs(String name) {
    int length = nameEnd - nameStart - 2;
    for (int i = 0; i < length; i++) {
      byte b = utf8[nameStart + 1 + i];
      if (b == '\\') {
        return name().equals(name);
      }
      if (i >= name.length() || b != name.charAt(i)) {
        return false;
      }
    }
    return length == name.length();
  }

  /** The name of the field whose value begins here. */
  public String name() {
    return decode(nameStart, nameEnd);
  }

  /** Where the name of the field whose value begins here starts, with its quote. */
  public int nameStart() {
    return nameStart;
  }

  /**
   * The text of the string that begins here.
   *
   * @throws JsonSyntaxException if it is no string
   */
  public String string() {
    if (!atString()) {
      throw new JsonSyntaxException("no string at byte " + at, null);
    }
    skip();
    return decode(valueStart, at);
  }

  /**
   * Steps over the value that begins here.
   *
   * @throws JsonSyntaxException if the document breaks off in it
   */
  public void skip() {
    byte first = next();
    valueStart = at;
    if (first == '"') {
      skipString();
    } else if (first == '{' || first == '[') {
      skipBracketed();
    } else {
      skipScalar();
    }
    fresh = false;
  }

  /** Where the value that was skipped or read last begins. */
  public int valueStart() {
    return valueStart;
  }

  /** Where the cursor is: after a value, its end. */
  public int position() {
    return at;
  }

  /** The bytes of the value that begins here; steps over it. */
  public byte[] value() {
    skip();
    return Arrays.copyOfRange(utf8, valueStart, at);
  }

  /**
   * Steps to the end of the document.
   *
   * @throws JsonSyntaxException if there is more than white space before it
   */
  public void end() {
    skipSpace();
    if (at < utf8.length) {
      throw new JsonSyntaxException("more after the document, at byte " + at, null);
    }
  }

  private boolean nextOf(char close) {
    byte next = next();
    if (next == close) {
      at++;
      fresh = false;
      return false;
    }
    if (!fresh) {
      expect(',');
      next();
    }
    fresh = false;
    return true;
  }

  private String decode(int start, int end) {
    for (int i = start + 1; i < end - 1; i++) {
      if (utf8[i] == '\\') {
        return Json.parse(Arrays.copyOfRange(utf8, start, end)).asString("");
      }
    }
    return new String(utf8, start + 1, end - start - 2, StandardCharsets.UTF_8);
  }

  // Most of a document is skipped, by JVMs that optimize little: so these loops keep to locals.

  private void skipBracketed() {
    byte[] bytes = utf8;
    int place = at;
    int depth = 0;
    do {
      if (place >= bytes.length) {
        throw brokenOff();
      }
      byte b = bytes[place];
      if (b == '"') {
        place = afterString(place);
        continue;
      }
      if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
      }
      place++;
    } while (depth > 0);
    at = place;
  }

  private void skipString() {
    at = afterString(at);
  }

  private int afterString(int quote) {
    byte[] bytes = utf8;
    int place = quote + 1;
    while (place < bytes.length) {
      byte b = bytes[place];
      if (b == '"') {
        return place + 1;
      }
      place += b == '\\' ? 2 : 1;
    }
    throw brokenOff();
  }

  private void skipScalar() {
    byte[] bytes = utf8;
    int start = at;
    int place = start;
    while (place < bytes.length && !endsScalar(bytes[place])) {
      place++;
    }
    at = place;
    if (place == start) {
      throw new JsonSyntaxException("no value at byte " + start, null);
    }
  }

  private static boolean endsScalar(byte b) {
    return b == ',' || b == '}' || b == ']' || b == ':' || isSpace(b);
  }

  private void expect(char wanted) {
    if (next() != wanted) {
      throw new JsonSyntaxException("no '" + wanted + "' at byte " + at, null);
    }
    at++;
  }

  /** The next byte that is not white space; it stays. */
  private byte next() {
    if (at < utf8.length && utf8[at] > ' ') {
      return utf8[at];
    }
    skipSpace();
    return current();
  }

  private void skipSpace() {
    while (at < utf8.length && isSpace(utf8[at])) {
      at++;
    }
  }

  private byte current() {
    if (at >= utf8.length) {
      throw brokenOff();
    }
    return utf8[at];
  }

  private JsonSyntaxException brokenOff() {
    return new JsonSyntaxException("the document breaks off after " + utf8.length + " bytes", null);
  }

  private static boolean isSpace(byte b) {
    return b <= ' ' && (b == ' ' || b == '\n' || b == '\r' || b == '\t');
  }
}
