/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import com.google.common.collect.Maps;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.unitgrid.api.json.Json;
import java.util.Map;

/**
 * A rule of a CRD in the Common Expression Language, over {@code self} alone. The functions that
 * Kubernetes adds to the language are not known. Immutable; thread-safe.
 */
final class CelRule {
  private static final CelCompiler COMPILER =
      CelCompilerFactory.standardCelCompilerBuilder()
          .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
          .addVar("self", SimpleType.DYN)
          .setResultType(SimpleType.BOOL)
          .build();
  private static final CelRuntime RUNTIME = CelRuntimeFactory.legacyCelRuntimeBuilder().build();

  private final String text;
  private final CelRuntime.Program program;

  private CelRule(String text, CelRuntime.Program program) {
    this.text = text;
    this.program = program;
  }

  /**
   * The rule that {@code text} says.
   *
   * @throws IllegalArgumentException if it is no expression of the language, or no Boolean one
   */
  static CelRule parse(String text) {
    try {
      CelAbstractSyntaxTree tree = COMPILER.compile(text).getAst();
      return new CelRule(text, RUNTIME.createProgram(tree));
    } catch (CelValidationException | CelEvaluationException wrong) {
      throw new IllegalArgumentException("this rule is not understood: " + text, wrong);
    }
  }

  /**
   * Whether {@code self} keeps the rule.
   *
   * @throws IllegalArgumentException if the rule cannot be evaluated on it: a rule of a CRD asks
   *     for what the schema beside it says
   */
  boolean holds(Json self) {
    try {
      return Boolean.TRUE.equals(program.eval(Map.of("self", value(self))));
    } catch (CelEvaluationException failed) {
      throw new IllegalArgumentException("this rule has no answer: " + text, failed);
    }
  }

  /** Fields without a value are not there: what an API server drops. */
  private static Object value(Json json) {
    if (json.isObject()) {
      return Maps.transformValues(
          Maps.filterValues(json.fields(), field -> !field.isNull()), CelRule::value);
    }
    if (json.isArray()) {
      return json.items().stream().map(CelRule::value).toList();
    }
    if (json instanceof Json.Num number) {
      return number.value().scale() <= 0
          ? number.value().longValue()
          : number.value().doubleValue();
    }
    return json instanceof Json.Bool bool ? bool.value() : json.asString("");
  }
}
