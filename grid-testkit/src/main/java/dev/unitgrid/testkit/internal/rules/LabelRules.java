/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is refused in labels, annotations and selectors of labels. Stateless. */
final class LabelRules {
  private LabelRules() {}

  /** The problems of {@code labels}, said of {@code said}. */
  static void labels(Field labels, Field said) {
    if (!labels.isThere()) {
      return;
    }
    for (Map.Entry<String, String> label : Trees.strings(labels.value()).entrySet()) {
      String key = label.getKey();
      String value = label.getValue();
      Names.problemsOfKey(key).forEach(why -> said.invalid(Field.quoted(key), why));
      Names.problemsOfLabelValue(value).forEach(why -> said.invalid(Field.quoted(value), why));
    }
  }

  static void annotations(Field annotations, Field said) {
    for (String key : Trees.strings(annotations.value()).keySet()) {
      Names.problemsOfKey(key.toLowerCase(Locale.ROOT))
          .forEach(why -> said.invalid(Field.quoted(key), why));
    }
  }

  /** Whether {@code selector} is one. */
  static void selector(Field selector) {
    labels(selector.get("matchLabels"), selector.get("matchLabels"));
    for (Field expression : selector.items("matchExpressions")) {
      expression(expression);
      for (Field value : expression.items("values")) {
        value.invalid(Names.problemsOfLabelValue(value.text()));
      }
    }
  }

  private static void expression(Field expression) {
    operator(expression, List.of("In", "NotIn", "Exists", "DoesNotExist"));
    expression.get("key").invalid(Names.problemsOfKey(expression.text("key")));
  }

  /** Whether the values fit the operator. */
  static void operator(Field expression, List<String> known) {
    String operator = expression.text("operator");
    Field values = expression.get("values");
    if (!known.contains(operator)) {
      expression.get("operator").invalid(Field.quoted(operator), "not a valid selector operator");
    } else if (operator.equals("In") || operator.equals("NotIn")) {
      if (values.isEmpty()) {
        values.required("must be specified when `operator` is 'In' or 'NotIn'");
      }
    } else if (operator.equals("Gt") || operator.equals("Lt")) {
      if (values.items().size() != 1) {
        values.required("must be specified single value when `operator` is 'Lt' or 'Gt'");
      }
    } else if (!values.isEmpty()) {
      values.forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
    }
  }
}
