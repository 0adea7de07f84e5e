/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.json.Json;
import java.util.Map;
import java.util.regex.Pattern;

/** A value as people read it: one line a field, fields in their order. For eyes only. */
final class YamlText {
  /** What nobody could take for anything but a string. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z/][A-Za-z0-9_./@-]*(:[A-Za-z0-9_.-]+)?");

  private static final Pattern WORD = Pattern.compile("(?i)true|false|yes|no|on|off|null|y|n");

  private YamlText() {}

  static ImmutableList<String> lines(Json value) {
    ImmutableList.Builder<String> lines = ImmutableList.builder();
    fields("", value, lines);
    return lines.build();
  }

  private static void fields(String indent, Json value, ImmutableList.Builder<String> lines) {
    for (Map.Entry<String, Json> field : value.fields().entrySet()) {
      entry(indent + text(field.getKey()) + ":", indent, field.getValue(), lines);
    }
  }

  private static void entry(
      String start, String indent, Json value, ImmutableList.Builder<String> lines) {
    if (value.isObject() && !value.fields().isEmpty()) {
      lines.add(start);
      fields(indent + "  ", value, lines);
    } else if (value.isArray() && !value.items().isEmpty()) {
      lines.add(start);
      value.items().forEach(item -> item(indent, item, lines));
    } else {
      lines.add(start + " " + scalar(value));
    }
  }

  private static void item(String indent, Json item, ImmutableList.Builder<String> lines) {
    if (!item.isObject() || item.fields().isEmpty()) {
      lines.add(indent + "- " + scalar(item));
      return;
    }
    ImmutableList.Builder<String> inner = ImmutableList.builder();
    fields(indent + "  ", item, inner);
    ImmutableList<String> built = inner.build();
    lines.add(indent + "- " + built.get(0).substring(indent.length() + 2));
    lines.addAll(built.subList(1, built.size()));
  }

  private static String scalar(Json value) {
    return value.isString() ? text(value.asString("")) : value.toString();
  }

  private static String text(String text) {
    return PLAIN.matcher(text).matches() && !WORD.matcher(text).matches()
        ? text
        : Json.of(text).toString();
  }
}
