/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.table;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of JSONPath that printer columns use: fields with escaped dots, quoted fields, indexes,
 * {@code [*]}, and filters that compare one path with a literal. Immutable.
 */
final class JsonPath {
  private static final Pattern FILTER =
      Pattern.compile("@((?:\\\\.|[^=!<>\\s])*)\\s*(?:(==|!=|<=|>=|<|>)\\s*(.+?))?\\s*");

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /** A path that is not understood. */
  static final class UnknownPathException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownPathException(String path) {
      super("the JSONPath " + path);
    }
  }

  @FunctionalInterface
  private interface Step {
    void from(JsonElement value, List<JsonElement> found);
  }

  /**
   * Reads a path such as {@code .spec.ports[0].port}.
   *
   * @throws UnknownPathException if it holds what this does not do
   */
  static JsonPath parse(String path) {
    List<Step> steps = new ArrayList<>();
    int at = 0;
    while (at < path.length()) {
      if (path.charAt(at) == '[') {
        int end = closing(path, at);
        steps.add(bracket(path.substring(at + 1, end), path));
        at = end + 1;
      } else {
        int start = path.charAt(at) == '.' ? at + 1 : at;
        int end = fieldEnd(path, start);
        if (end == start) {
          throw new UnknownPathException(path);
        }
        steps.add(field(path.substring(start, end).replace("\\", "")));
        at = end;
      }
    }
    return new JsonPath(steps);
  }

  private static int closing(String path, int open) {
    char quote = 0;
    for (int i = open + 1; i < path.length(); i++) {
      char c = path.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == ']') {
        return i;
      }
    }
    throw new UnknownPathException(path);
  }

  private static int fieldEnd(String path, int start) {
    int end = start;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end += path.charAt(end) == '\\' ? 2 : 1;
    }
    return Math.min(end, path.length());
  }

  private static Step field(String name) {
    if (name.equals("*")) {
      return JsonPath::all;
    }
    return (value, found) -> {
      JsonElement next = Trees.at(value, name);
      if (next != null) {
        found.add(next);
      }
    };
  }

  private static void all(JsonElement value, List<JsonElement> found) {
    if (value instanceof JsonArray array) {
      array.forEach(found::add);
    } else if (value instanceof JsonObject object) {
      object.entrySet().forEach(entry -> found.add(entry.getValue()));
    }
  }

  private static Step bracket(String inside, String path) {
    String text = inside.trim();
    if (text.equals("*")) {
      return JsonPath::all;
    }
    if (text.matches("-?\\d+")) {
      return index(Integer.parseInt(text));
    }
    if (text.matches("'[^']*'|\"[^\"]*\"")) {
      return field(text.substring(1, text.length() - 1));
    }
    if (text.startsWith("?(") && text.endsWith(")")) {
      return filter(text.substring(2, text.length() - 1).trim(), path);
    }
    throw new UnknownPathException(path);
  }

  private static Step index(int index) {
    return (value, found) -> {
      if (value instanceof JsonArray array) {
        int at = index < 0 ? array.size() + index : index;
        if (at >= 0 && at < array.size()) {
          found.add(array.get(at));
        }
      }
    };
  }

  private static Step filter(String condition, String path) {
    Matcher parts = FILTER.matcher(condition);
    if (!parts.matches()) {
      throw new UnknownPathException(path);
    }
    JsonPath left = parse(parts.group(1));
    String operator = parts.group(2);
    JsonElement right = operator == null ? null : literal(parts.group(3), path);
    return (value, found) -> {
      if (value instanceof JsonArray array) {
        for (JsonElement item : array) {
          List<JsonElement> values = left.find(item);
          boolean matches =
              right == null
                  ? !values.isEmpty()
                  : !values.isEmpty() && compare(values.get(0), String.valueOf(operator), right);
          if (matches) {
            found.add(item);
          }
        }
      }
    };
  }

  private static JsonElement literal(String text, String path) {
    if (text.matches("'[^']*'|\"[^\"]*\"")) {
      return new JsonPrimitive(text.substring(1, text.length() - 1));
    }
    if (text.matches("-?\\d+(\\.\\d+)?")) {
      return new JsonPrimitive(Double.parseDouble(text));
    }
    if (text.toLowerCase(Locale.ROOT).matches("true|false")) {
      return new JsonPrimitive(Boolean.parseBoolean(text));
    }
    throw new UnknownPathException(path);
  }

  private static boolean compare(JsonElement left, String operator, JsonElement right) {
    boolean comparable =
        left instanceof JsonPrimitive one
            && right instanceof JsonPrimitive other
            && one.isNumber() == other.isNumber()
            && one.isBoolean() == other.isBoolean();
    if (!comparable) {
      return operator.equals("!=");
    }
    int order =
        left.getAsJsonPrimitive().isNumber()
            ? Double.compare(left.getAsDouble(), right.getAsDouble())
            : left.getAsString().compareTo(right.getAsString());
    return switch (operator) {
      case "==" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      default -> order >= 0;
    };
  }

  /** All values that the path leads to, in order. */
  List<JsonElement> find(JsonElement root) {
    List<JsonElement> values = List.of(root);
    for (Step step : steps) {
      List<JsonElement> next = new ArrayList<>();
      values.forEach(value -> step.from(value, next));
      values = next;
    }
    return values;
  }
}
