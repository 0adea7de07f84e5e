/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Kubernetes label selector: all of {@code matchLabels} and all of {@code matchExpressions};
 * empty selects everything (source: LabelSelectorAsSelector of apimachinery). Immutable.
 */
public record LabelSelector(Map<String, String> matchLabels, List<Requirement> matchExpressions) {
  /** Operators of an expression. */
  public enum Operator {
    /** The value is one of the values. */
    IN("In"),
    /** The label is missing or its value is none of the values. */
    NOT_IN("NotIn"),
    /** The label is there. */
    EXISTS("Exists"),
    /** The label is not there. */
    DOES_NOT_EXIST("DoesNotExist");

    private final String value;

    Operator(String value) {
      this.value = value;
    }
  }

  /** One expression. */
  public record Requirement(String key, Operator operator, List<String> values) {
    /** Copies {@code values}. */
    public Requirement {
      values = List.copyOf(values);
    }

    Json toJson() {
      Json expression = Json.object("key", key, "operator", operator.value);
      return values.isEmpty()
          ? expression
          : expression.with("values", Json.array(values.stream().map(Json::of).toList()));
    }

    boolean matches(Map<String, String> labels) {
      String value = labels.get(key);
      return switch (operator) {
        case IN -> value != null && values.contains(value);
        case NOT_IN -> value == null || !values.contains(value);
        case EXISTS -> value != null;
        case DOES_NOT_EXIST -> value == null;
      };
    }
  }

  /** Copies both. */
  public LabelSelector {
    matchLabels = Map.copyOf(matchLabels);
    matchExpressions = List.copyOf(matchExpressions);
  }

  /** Whether an object with {@code labels} is selected. */
  public boolean matches(Map<String, String> labels) {
    return matchLabels.entrySet().stream()
            .allMatch(entry -> entry.getValue().equals(labels.get(entry.getKey())))
        && matchExpressions.stream().allMatch(requirement -> requirement.matches(labels));
  }

  /**
   * The selector that {@code selector} says.
   *
   * @throws IllegalArgumentException with a sentence, if an operator is unknown or its values do
   *     not fit it, or if a key or a value is none that a label could have: such a selector would
   *     select nothing for ever
   */
  public static LabelSelector parse(Json selector) {
    List<Requirement> requirements = new ArrayList<>();
    for (Json expression : selector.get("matchExpressions").items()) {
      requirements.add(requirement(expression));
    }
    Map<String, String> labels = selector.get("matchLabels").asStrings();
    labels.forEach((key, value) -> checkLabel(key, List.of(value)));
    return new LabelSelector(labels, requirements);
  }

  /** This selector as the API has it. */
  Json toJson() {
    Map<String, Json> fields = new LinkedHashMap<>();
    if (!matchLabels.isEmpty()) {
      fields.put("matchLabels", Json.strings(new TreeMap<>(matchLabels)));
    }
    if (!matchExpressions.isEmpty()) {
      fields.put(
          "matchExpressions",
          Json.array(matchExpressions.stream().map(Requirement::toJson).toList()));
    }
    return Json.object(fields);
  }

  private static void checkLabel(String key, List<String> values) {
    if (!LabelSyntax.isKey(key)) {
      throw new IllegalArgumentException(
          "\""
              + key
              + "\" is no label's key: an optional domain and '/', then a name that "
              + LabelSyntax.RULE);
    }
    for (String value : values) {
      if (!LabelSyntax.isValue(value)) {
        throw new IllegalArgumentException(
            "\"" + value + "\" is no label's value: it is empty or " + LabelSyntax.RULE);
      }
    }
  }

  private static Requirement requirement(Json expression) {
    String key = expression.get("key").asString("");
    String word = expression.get("operator").asString("");
    List<String> values =
        expression.get("values").items().stream().map(item -> item.asString("")).toList();
    for (Operator operator : Operator.values()) {
      if (operator.value.equals(word)) {
        boolean takesValues = operator == Operator.IN || operator == Operator.NOT_IN;
        if (key.isEmpty() || takesValues == values.isEmpty()) {
          throw new IllegalArgumentException(
              "the expression on key \""
                  + key
                  + "\": "
                  + word
                  + (takesValues ? " needs values" : " takes no values"));
        }
        checkLabel(key, values);
        return new Requirement(key, operator, values);
      }
    }
    throw new IllegalArgumentException(
        "the expression on key \""
            + key
            + "\": the operator is In, NotIn, Exists or DoesNotExist, not \""
            + word
            + "\"");
  }
}
