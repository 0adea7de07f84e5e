/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Label selectors in the grammar of queries, and field selectors. Stateless. */
public final class Selectors {
  private static final Pattern SET =
      Pattern.compile("\\s*([^\\s!=,()]+)\\s+(in|notin)\\s*\\(([^()]*)\\)\\s*");
  private static final Pattern EQUALITY =
      Pattern.compile("\\s*([^\\s!=,()]+)\\s*(==|=|!=)\\s*([^\\s!=,()]*)\\s*");
  private static final Pattern EXISTENCE = Pattern.compile("\\s*(!?)\\s*([^\\s!=,()<>]+)\\s*");
  private static final Pattern NUMBER =
      Pattern.compile("\\s*([^\\s!=,()<>]+)\\s*([<>])\\s*(-?[0-9]+)\\s*");

  private Selectors() {}

  /** The predicate on labels that {@code selector} says; 400 if it says none. */
  static Predicate<Map<String, String>> labels(String selector) {
    Predicate<Map<String, String>> all = labels -> true;
    if (selector.isBlank()) {
      return all;
    }
    for (String requirement : requirements(selector)) {
      all = all.and(requirement(requirement, selector));
    }
    return all;
  }

  /** Splits at commas outside of parentheses. */
  private static List<String> requirements(String selector) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < selector.length(); i++) {
      char c = selector.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth == 0) {
        parts.add(selector.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(selector.substring(start));
    return parts;
  }

  private static Predicate<Map<String, String>> requirement(String text, String selector) {
    Matcher set = SET.matcher(text);
    if (set.matches()) {
      String key = set.group(1);
      List<String> values = Arrays.stream(set.group(3).split(",", -1)).map(String::trim).toList();
      boolean in = set.group(2).equals("in");
      return labels -> in == (labels.containsKey(key) && values.contains(labels.get(key)));
    }
    Matcher equality = EQUALITY.matcher(text);
    if (equality.matches()) {
      String key = equality.group(1);
      String value = equality.group(3);
      boolean equal = !equality.group(2).equals("!=");
      return labels -> equal == value.equals(labels.get(key));
    }
    Matcher number = NUMBER.matcher(text);
    if (number.matches()) {
      return labels -> compares(labels.get(number.group(1)), number.group(2), number.group(3));
    }
    Matcher existence = EXISTENCE.matcher(text);
    if (existence.matches()) {
      boolean exists = existence.group(1).isEmpty();
      return labels -> exists == labels.containsKey(existence.group(2));
    }
    throw StatusException.badRequest(
        "unable to parse requirement: found '" + text.trim() + "' in '" + selector + "'");
  }

  private static boolean compares(
      @org.jspecify.annotations.Nullable String label, String operator, String bound) {
    if (label == null || !label.matches("-?[0-9]{1,18}")) {
      return false;
    }
    int order = Long.compare(Long.parseLong(label), Long.parseLong(bound));
    return operator.equals("<") ? order < 0 : order > 0;
  }

  /** The predicate on objects that a field selector says; 400 for a field that is not known. */
  static Predicate<JsonObject> fields(String selector, ResourceKind kind) {
    Predicate<JsonObject> all = object -> true;
    if (selector.isBlank()) {
      return all;
    }
    for (String term : selector.split(",", -1)) {
      Matcher equality = EQUALITY.matcher(term);
      if (!equality.matches()) {
        throw StatusException.badRequest(
            "invalid field selector: \"" + selector + "\"; can't understand \"" + term + "\"");
      }
      String field = equality.group(1);
      if (!isKnown(field, kind)) {
        throw StatusException.badRequest(
            "Unable to find \""
                + kind.apiVersion()
                + ", Resource="
                + kind.plural()
                + "\" that match label selector \"\", field selector \""
                + selector
                + "\": field label not supported: "
                + field);
      }
      String value = equality.group(3);
      boolean equal = !equality.group(2).equals("!=");
      String[] path = field.split("\\.", -1);
      all = all.and(object -> equal == value.equals(text(object, path)));
    }
    return all;
  }

  private static String text(JsonObject object, String[] path) {
    JsonElement value = Trees.at(object, path);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  private static boolean isKnown(String field, ResourceKind kind) {
    if (field.equals("metadata.name") || field.equals("metadata.namespace")) {
      return !field.equals("metadata.namespace") || kind.namespaced();
    }
    return switch (kind.storage()) {
      case "pods" -> List.of("spec.nodeName", "status.phase", "status.podIP").contains(field);
      case "nodes" -> field.equals("spec.unschedulable");
      case "services" -> field.equals("spec.clusterIP") || field.equals("spec.type");
      case "events" ->
          field.startsWith("involvedObject.")
              || List.of("reason", "type", "source").contains(field);
      case "secrets" -> field.equals("type");
      case "namespaces" -> field.equals("status.phase");
      default -> false;
    };
  }

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
