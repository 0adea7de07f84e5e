/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import dev.unitgrid.testkit.internal.cel.RuleCompiler.Expression;
import dev.unitgrid.testkit.internal.schema.Schema;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A rule that compiled, and the expression of its message. Immutable; thread-safe. */
record CompiledRule(Rule rule, Expression expression, Optional<Expression> message) {
  private static final Pattern MISSING_KEY = Pattern.compile("key '(.*)' is not present in map");

  /** What it refuses of the variables of {@code value}, which stands at {@code path}. */
  Optional<Violation> violation(String path, Schema schema, Map<String, Object> variables) {
    try {
      if (Boolean.TRUE.equals(expression.program().eval(variables))) {
        return Optional.empty();
      }
    } catch (CelEvaluationException failed) {
      return Optional.of(Violation.invalid(path, "\"" + schema.type() + "\"", sentence(failed)));
    }
    String reason = rule.reason() == null ? "FieldValueInvalid" : rule.reason();
    String field = rule.field(path, schema);
    return Optional.of(
        Violation.of(reason, field == null ? path : field, schema.type(), sentence(variables)));
  }

  private String sentence(Map<String, Object> variables) {
    return message.flatMap(words -> evaluated(words, variables)).orElseGet(rule::sentence);
  }

  /** An expression that fails, or says nothing or more than a line, is no message. */
  private static Optional<String> evaluated(Expression words, Map<String, Object> variables) {
    try {
      String said = String.valueOf(words.program().eval(variables)).trim();
      return said.isEmpty() || said.contains("\n") ? Optional.empty() : Optional.of(said);
    } catch (CelEvaluationException failed) {
      return Optional.empty();
    }
  }

  private String sentence(CelEvaluationException failed) {
    String what = inItsWords(failed);
    return what.equals("no such overload")
        ? "'no such overload': call arguments did not match a supported operator, function or macro"
            + " signature for rule: "
            + rule.sentence()
        : what + " evaluating rule: " + rule.sentence();
  }

  /** The failure as the real server's evaluator says it. */
  private String inItsWords(CelEvaluationException failed) {
    String said = String.valueOf(failed.getMessage());
    CelErrorCode code = failed.getErrorCode();
    return switch (code) {
      case DIVIDE_BY_ZERO ->
          rule.rule().contains("%") && !rule.rule().contains("/")
              ? "modulus by zero"
              : "division by zero";
      case INDEX_OUT_OF_BOUNDS -> "index out of bounds: " + said.replaceAll(".*[: ]", "");
      case NUMERIC_OVERFLOW -> "integer overflow";
      case OVERLOAD_NOT_FOUND, AMBIGUOUS_OVERLOAD -> "no such overload";
      case ATTRIBUTE_NOT_FOUND -> {
        Matcher key = MISSING_KEY.matcher(said);
        yield key.find() ? "no such key: " + key.group(1) : "no such overload";
      }
      default -> cause(failed);
    };
  }

  private static String cause(Throwable failed) {
    Throwable deepest = failed;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return String.valueOf(deepest.getMessage());
  }
}
