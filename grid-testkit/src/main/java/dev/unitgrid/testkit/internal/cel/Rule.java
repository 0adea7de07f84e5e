/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One of {@code x-kubernetes-validations}, as a definition says it. */
public record Rule(
    String rule,
    @Nullable String message,
    @Nullable String messageExpression,
    @Nullable String reason,
    String fieldPath,
    @Nullable Boolean optionalOldSelf) {
  private static final String KEYWORD = "x-kubernetes-validations";
  private static final Set<String> REASONS =
      Set.of(
          "FieldValueInvalid", "FieldValueForbidden", "FieldValueRequired", "FieldValueDuplicate");
  private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]]+)|\\['([^']+)'\\]");

  /** Whether a schema has a rule anywhere. */
  public static boolean isIn(JsonElement schema) {
    if (schema instanceof JsonArray array) {
      return array.asList().stream().anyMatch(Rule::isIn);
    }
    return schema instanceof JsonObject object
        && ((object.get(KEYWORD) instanceof JsonArray rules && !rules.isEmpty())
            || object.asMap().values().stream().anyMatch(Rule::isIn));
  }

  static List<Rule> of(Schema schema) {
    List<Rule> rules = new ArrayList<>();
    if (schema.keyword(KEYWORD) instanceof JsonArray all) {
      all.forEach(one -> rules.add(of(one)));
    }
    return rules;
  }

  private static Rule of(JsonElement rule) {
    JsonElement optional = Trees.at(rule, "optionalOldSelf");
    return new Rule(
        Trees.string(rule, "rule"),
        text(rule, "message"),
        text(rule, "messageExpression"),
        text(rule, "reason"),
        Trees.string(rule, "fieldPath"),
        optional == null ? null : optional.getAsBoolean());
  }

  private static @Nullable String text(JsonElement rule, String field) {
    return Trees.at(rule, field) == null ? null : Trees.string(rule, field);
  }

  boolean oldSelfIsOptional() {
    return Boolean.TRUE.equals(optionalOldSelf);
  }

  /** What a violation is said to be, unless an expression says it better. */
  String sentence() {
    return message == null || message.isEmpty() ? "failed rule: " + rule.trim() : message.trim();
  }

  /** What is wrong with it before it is compiled; {@code path} is its own. */
  List<Violation> problems(String path, Schema schema) {
    List<Violation> problems = new ArrayList<>();
    if (rule.isBlank()) {
      problems.add(Violation.required(path + ".rule", "rule is not specified"));
    }
    problemsOfMessage(path, problems);
    if (messageExpression != null && messageExpression.isBlank()) {
      problems.add(
          Violation.required(
              path + ".messageExpression", "messageExpression must be non-empty if specified"));
    }
    if (reason != null && !REASONS.contains(reason)) {
      problems.add(
          new Violation(
              "FieldValueNotSupported",
              "Unsupported value: "
                  + quoted(reason)
                  + ": supported values: \"FieldValueDuplicate\", \"FieldValueForbidden\","
                  + " \"FieldValueInvalid\", \"FieldValueRequired\"",
              path + ".reason"));
    }
    if (!fieldPath.isEmpty() && field("", schema) == null) {
      problems.add(
          Violation.invalid(path + ".fieldPath", quoted(fieldPath), "must be a valid path"));
    }
    return problems;
  }

  private void problemsOfMessage(String path, List<Violation> problems) {
    if (message == null || message.isEmpty()) {
      if (rule.trim().contains("\n")) {
        problems.add(
            Violation.required(
                path + ".message", "message must be specified if rule contains line breaks"));
      }
    } else if (message.isBlank()) {
      problems.add(
          Violation.invalid(path + ".message", quoted(message), "must be non-empty if specified"));
    } else if (message.trim().contains("\n")) {
      problems.add(
          Violation.invalid(path + ".message", quoted(message), "must not contain line breaks"));
    }
  }

  /** Where a violation of the value at {@code path} is told; null if there is no such field. */
  @Nullable String field(String path, Schema schema) {
    StringBuilder field = new StringBuilder(path);
    Schema at = schema;
    Matcher step = STEP.matcher(fieldPath);
    int end = 0;
    while (step.find() && step.start() == end) {
      end = step.end();
      String name = step.group(1) == null ? step.group(2) : step.group(1);
      Schema below = at.declared(name);
      if (below == null) {
        return null;
      }
      field.append(at.isMap() ? "[" + name + "]" : (field.isEmpty() ? "" : ".") + name);
      at = below;
    }
    return end == fieldPath.length() ? field.toString() : null;
  }

  /** As the real server prints what it holds in memory. */
  String shown() {
    JsonObject shown = new JsonObject();
    shown.addProperty("Rule", rule);
    shown.addProperty("Message", message == null ? "" : message);
    shown.addProperty("MessageExpression", messageExpression == null ? "" : messageExpression);
    shown.add("Reason", reason == null ? JsonNull.INSTANCE : new JsonPrimitive(reason));
    shown.addProperty("FieldPath", fieldPath);
    shown.add(
        "OptionalOldSelf",
        optionalOldSelf == null ? JsonNull.INSTANCE : new JsonPrimitive(optionalOldSelf));
    String text = shown.toString();
    for (Map.Entry<String, String> escape :
        Map.of("<", "\\u003c", ">", "\\u003e", "&", "\\u0026").entrySet()) {
      text = text.replace(escape.getKey(), escape.getValue());
    }
    return text;
  }

  static String quoted(String text) {
    return new JsonPrimitive(text).toString();
  }
}
