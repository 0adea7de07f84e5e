/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.differential;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.TreeSet;

/** Two trees, and the fields in which they differ, one a line. */
final class Differences {
  private final StringBuilder lines = new StringBuilder();

  private Differences() {}

  static String of(JsonElement real, JsonElement embedded) {
    Differences differences = new Differences();
    differences.compare("", real, embedded);
    return differences.lines.toString();
  }

  private void compare(String path, JsonElement real, JsonElement embedded) {
    if (real instanceof JsonObject one && embedded instanceof JsonObject other) {
      TreeSet<String> names = new TreeSet<>(one.keySet());
      names.addAll(other.keySet());
      names.forEach(name -> compare(path + "." + name, one.get(name), other.get(name)));
    } else if (real instanceof JsonArray one
        && embedded instanceof JsonArray other
        && one.size() == other.size()) {
      for (int i = 0; i < one.size(); i++) {
        compare(path + "[" + i + "]", one.get(i), other.get(i));
      }
    } else if (real == null || !Trees.same(real, embedded)) {
      lines
          .append("\n  ")
          .append(path)
          .append("\n    real     ")
          .append(real)
          .append("\n    embedded ")
          .append(embedded);
    }
  }
}
