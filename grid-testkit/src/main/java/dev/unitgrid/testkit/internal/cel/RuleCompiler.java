/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.OptionalType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.extensions.CelExtensions;
import dev.cel.extensions.CelOptionalLibrary;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Compiles the expressions of one schema, as the real server would. Immutable; thread-safe. */
final class RuleCompiler {
  private static final CelOptions OPTIONS =
      CelOptions.current().enableHeterogeneousNumericComparisons(true).build();

  private final CelCompiler compiler;
  private final CelRuntime runtime;

  /** For a schema whose types with fields are {@code structs}, by name. */
  RuleCompiler(Map<String, CelType> structs) {
    KubernetesFunctions functions = KubernetesFunctions.all();
    CelOptionalLibrary optional = CelExtensions.optional();
    compiler =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(new Types(ImmutableMap.copyOf(structs)))
            .addLibraries(
                CelExtensions.strings(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.comprehensions(),
                optional)
            .addFunctionDeclarations(functions.declarations())
            .build();
    runtime =
        CelRuntimeFactory.legacyCelRuntimeBuilder()
            .setOptions(OPTIONS)
            .addLibraries(
                CelExtensions.strings(),
                CelExtensions.sets(OPTIONS),
                CelExtensions.comprehensions(),
                optional)
            .addFunctionBindings(functions.bindings())
            .build();
  }

  private record Types(ImmutableMap<String, CelType> structs) implements CelTypeProvider {
    @Override
    public ImmutableCollection<CelType> types() {
      return structs.values();
    }

    @Override
    public Optional<CelType> findType(String name) {
      return Optional.ofNullable(structs.get(name));
    }
  }

  /** The compiler of the rules of a value of {@code type}. */
  CelCompiler of(CelType type, boolean oldIsOptional) {
    return compiler
        .toCompilerBuilder()
        .addVar("self", type)
        .addVar("oldSelf", oldIsOptional ? OptionalType.create(type) : type)
        .build();
  }

  /** {@code text}, compiled, or the real server's sentence of what is wrong with it. */
  Compiled compile(CelCompiler compiler, String text) {
    CelValidationResult result = compiler.compile(text);
    if (result.hasError()) {
      return new Compiled(Optional.empty(), sentence(result));
    }
    try {
      CelAbstractSyntaxTree tree = result.getAst();
      boolean usesOld =
          tree.getReferenceMap().values().stream()
              .anyMatch(reference -> reference.name().equals("oldSelf"));
      return new Compiled(
          Optional.of(new Expression(runtime.createProgram(tree), tree.getResultType(), usesOld)),
          "");
    } catch (CelValidationException | CelEvaluationException impossible) {
      throw new IllegalStateException(text, impossible);
    }
  }

  /** One of both. */
  record Compiled(Optional<Expression> expression, String problem) {}

  /** An expression that can be evaluated. */
  record Expression(CelRuntime.Program program, CelType type, boolean usesOld) {}

  private static String sentence(CelValidationResult result) {
    List<CelIssue> issues =
        result.getErrors().stream().map(issue -> inItsWords(issue)).collect(Collectors.toList());
    return CelIssue.toDisplayString(ImmutableList.copyOf(issues), result.getSource());
  }

  /** The same finding as the compiler of the real server says it. */
  private static CelIssue inItsWords(CelIssue issue) {
    String said = issue.getMessage();
    KubernetesFunctions.missingIn(said)
        .ifPresent(
            function -> {
              throw new UnsupportedRuleException(
                  "the function " + function + " in x-kubernetes-validations");
            });
    int candidates = said.indexOf(" (candidates: ");
    String words = candidates < 0 ? said : said.substring(0, candidates);
    boolean syntax =
        words.startsWith("mismatched input")
            || words.startsWith("extraneous input")
            || words.startsWith("missing ")
            || words.startsWith("no viable alternative")
            || words.startsWith("token recognition error");
    return CelIssue.formatError(
        issue.getSourceLocation(), syntax ? "Syntax error: " + words : words);
  }
}
