/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.tree;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Reads JSON as Go's decoder reads it: no comments, no single quotes, no words without quotes,
 * nothing after the value, up to 10,000 levels; of two fields with one name the last is taken. What
 * cannot be read is refused in that decoder's words. One object, one thread.
 */
public final class StrictJson {
  private static final int DEEPEST = 10_000;

  private final String text;
  private final List<String> duplicates = new ArrayList<>();
  private final Deque<Level> levels = new ArrayDeque<>();
  private int at;

  /** What was read, and the paths of fields that came twice, in their order. */
  public record Document(JsonElement value, List<String> duplicates) {}

  /** An object or an array that is being read, and the way to it. */
  private static final class Level {
    private final JsonElement container;
    private final String path;
    private String name = "";

    private Level(JsonElement container, String path) {
      this.container = container;
      this.path = path;
    }

    private String below() {
      if (container instanceof JsonArray array) {
        return path + "[" + array.size() + "]";
      }
      return path.isEmpty() ? name : path + "." + name;
    }
  }

  private StrictJson(String text) {
    this.text = text;
  }

  /**
   * Reads one document.
   *
   * @throws JsonParseException if {@code utf8} is not one, with the words of Go's decoder
   */
  public static Document read(byte[] utf8) {
    StrictJson reading = new StrictJson(new String(utf8, StandardCharsets.UTF_8));
    return new Document(reading.document(), List.copyOf(reading.duplicates));
  }

  private JsonElement document() {
    JsonElement root = value();
    while (!levels.isEmpty()) {
      Level level = levels.getLast();
      if (level.container instanceof JsonObject object) {
        field(level, object);
      } else {
        item(level.container.getAsJsonArray());
      }
    }
    skipSpace();
    if (at < text.length()) {
      throw unexpected("after top-level value");
    }
    return root;
  }

  /** Reads a value; of an object or an array only its beginning, which becomes the last level. */
  private JsonElement value() {
    char first = next("looking for beginning of value");
    return switch (first) {
      case '{' -> enter(new JsonObject());
      case '[' -> enter(new JsonArray());
      case '"' -> new JsonPrimitive(string());
      case 't' -> word("true", new JsonPrimitive(true));
      case 'f' -> word("false", new JsonPrimitive(false));
      case 'n' -> word("null", JsonNull.INSTANCE);
      default -> {
        if (first != '-' && !isDigit(first)) {
          throw unexpected("looking for beginning of value");
        }
        yield number();
      }
    };
  }

  private JsonElement enter(JsonElement container) {
    if (levels.size() == DEEPEST) {
      throw unexpected("exceeded max depth");
    }
    String path = levels.isEmpty() ? "" : levels.getLast().below();
    at++;
    levels.addLast(new Level(container, path));
    return container;
  }

  private void field(Level level, JsonObject object) {
    boolean isFirst = object.isEmpty() && level.name.isEmpty();
    char next = next("looking for beginning of object key string");
    if (!isFirst || next == '}') {
      if (next == '}') {
        leave();
        return;
      }
      if (next != ',') {
        throw unexpected("after object key:value pair");
      }
      at++;
      next = next("looking for beginning of object key string");
    }
    if (next != '"') {
      throw unexpected("looking for beginning of object key string");
    }
    level.name = string();
    if (next("after object key") != ':') {
      throw unexpected("after object key");
    }
    at++;
    if (object.has(level.name)) {
      duplicates.add(level.below());
    }
    object.add(level.name, value());
  }

  private void item(JsonArray array) {
    char next = next("looking for beginning of value");
    if (next == ']') {
      leave();
      return;
    }
    if (!array.isEmpty()) {
      if (next != ',') {
        throw unexpected("after array element");
      }
      at++;
    }
    array.add(value());
  }

  private void leave() {
    at++;
    levels.removeLast();
  }

  private JsonElement word(String word, JsonElement value) {
    for (int i = 1; i < word.length(); i++) {
      at++;
      if (at >= text.length()) {
        throw cutOff();
      }
      if (text.charAt(at) != word.charAt(i)) {
        throw unexpected("in literal " + word + " (expecting " + quoted(word.charAt(i)) + ")");
      }
    }
    at++;
    return value;
  }

  private JsonElement number() {
    int start = at;
    if (text.charAt(at) == '-') {
      at++;
      if (!isDigit(current())) {
        throw unexpected("in numeric literal");
      }
    }
    if (text.charAt(at) == '0') {
      at++;
    } else {
      digits();
    }
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      if (!isDigit(current())) {
        throw unexpected("after decimal point in numeric literal");
      }
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (current() == '+' || current() == '-') {
        at++;
      }
      if (!isDigit(current())) {
        throw unexpected("in exponent of numeric literal");
      }
      digits();
    }
    return number(text.substring(start, at));
  }

  private static JsonElement number(String literal) {
    try {
      long number = Long.parseLong(literal);
      if (Long.toString(number).equals(literal)) {
        return new JsonPrimitive(number);
      }
    } catch (NumberFormatException fractionOrTooLarge) {
      return JsonParser.parseString(literal);
    }
    return JsonParser.parseString(literal);
  }

  private void digits() {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private String string() {
    at++;
    int start = at;
    while (current() != '"' && current() != '\\') {
      refuseControl();
      at++;
    }
    if (text.charAt(at) == '"') {
      at++;
      return text.substring(start, at - 1);
    }
    StringBuilder string = new StringBuilder(text.substring(start, at));
    while (current() != '"') {
      refuseControl();
      if (text.charAt(at) == '\\') {
        at++;
        escape(string);
      } else {
        string.append(text.charAt(at));
        at++;
      }
    }
    at++;
    return withoutHalves(string);
  }

  private void refuseControl() {
    if (text.charAt(at) < 0x20) {
      throw unexpected("in string literal");
    }
  }

  private void escape(StringBuilder string) {
    char escaped = current();
    switch (escaped) {
      case '"', '\\', '/' -> string.append(escaped);
      case 'b' -> string.append('\b');
      case 'f' -> string.append('\f');
      case 'n' -> string.append('\n');
      case 'r' -> string.append('\r');
      case 't' -> string.append('\t');
      case 'u' -> string.append(unit());
      default -> throw unexpected("in string escape code");
    }
    at++;
  }

  private char unit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      at++;
      int digit = Character.digit(current(), 16);
      if (digit < 0) {
        throw unexpected("in \\u hexadecimal character escape");
      }
      unit = unit * 16 + digit;
    }
    return (char) unit;
  }

  /** Half a pair is no character: Go reads the replacement character. */
  private static String withoutHalves(StringBuilder string) {
    for (int i = 0; i < string.length(); i++) {
      boolean pair =
          Character.isHighSurrogate(string.charAt(i))
              && i + 1 < string.length()
              && Character.isLowSurrogate(string.charAt(i + 1));
      if (pair) {
        i++;
      } else if (Character.isSurrogate(string.charAt(i))) {
        string.setCharAt(i, '\ufffd');
      }
    }
    return string.toString();
  }

  private char next(String where) {
    skipSpace();
    if (at >= text.length()) {
      throw cutOff();
    }
    char next = text.charAt(at);
    if (next < 0x20) {
      throw unexpected(where);
    }
    return next;
  }

  private char current() {
    if (at >= text.length()) {
      throw cutOff();
    }
    return text.charAt(at);
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private static JsonParseException cutOff() {
    return new JsonParseException("unexpected end of JSON input");
  }

  private JsonParseException unexpected(String where) {
    return new JsonParseException("invalid character " + quoted(current()) + " " + where);
  }

  private static String quoted(char c) {
    return switch (c) {
      case '\'' -> "'\\''";
      case '"' -> "'\"'";
      case '\n' -> "'\\n'";
      case '\t' -> "'\\t'";
      case '\r' -> "'\\r'";
      default -> c < 0x20 ? String.format("'\\x%02x'", (int) c) : "'" + c + "'";
    };
  }
}
