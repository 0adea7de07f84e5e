/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Map;

/** The label selectors that objects hold. Stateless. */
public final class Selectors {
  private Selectors() {}

  /** Whether a {@code LabelSelector} object selects {@code labels}; an empty one selects all. */
  public static boolean matches(JsonObject selector, Map<String, String> labels) {
    for (Map.Entry<String, String> wanted : Trees.strings(selector, "matchLabels").entrySet()) {
      if (!wanted.getValue().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (JsonObject expression : Trees.objects(selector, "matchExpressions")) {
      if (!matchesExpression(expression, labels)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matchesExpression(JsonObject expression, Map<String, String> labels) {
    String value = labels.get(Trees.string(expression, "key"));
    List<String> values =
        Trees.array(expression, "values").asList().stream().map(JsonElement::getAsString).toList();
    return switch (Trees.string(expression, "operator")) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> value == null || !values.contains(value);
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> false;
    };
  }
}
