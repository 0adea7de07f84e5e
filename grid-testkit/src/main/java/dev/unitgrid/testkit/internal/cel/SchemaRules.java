/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cel;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.unitgrid.testkit.internal.cel.RuleCompiler.Compiled;
import dev.unitgrid.testkit.internal.cel.RuleCompiler.Expression;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.schema.Schema.ListType;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a structural schema, compiled. Costs are not estimated: a rule that is too expensive
 * for the real server is none here. Immutable; thread-safe.
 */
public final class SchemaRules {
  private final List<Problem> problems;
  private final Optional<Node> root;

  private SchemaRules(List<Problem> problems, Optional<Node> root) {
    this.problems = problems;
    this.root = root;
  }

  /**
   * The rules of {@code schema}, a whole object's.
   *
   * @throws UnsupportedRuleException if one needs what is not evaluated here
   * @throws LinkageError if a library that this needs is missing or too old
   */
  public static SchemaRules of(Schema schema) {
    Map<String, CelType> structs = new HashMap<>();
    Optional<Shape> shape = Shape.of(schema, "object", true, structs);
    Building building = new Building(new RuleCompiler(structs));
    Optional<Node> root = building.node(schema, shape, "", true, Optional.empty());
    root.ifPresent(building::standards);
    return new SchemaRules(building.problems, root);
  }

  /** What is wrong with the rules themselves, if the schema stands at {@code path}. */
  public List<Violation> problems(String path) {
    return problems.stream().map(problem -> problem.at(path)).toList();
  }

  /** What the rules say of {@code object}, which was {@code before}; null if it is new. */
  public Outcome check(JsonObject object, @Nullable JsonObject before) {
    Check check = new Check();
    root.ifPresent(node -> check.value(node, "", object, before, new Correlated(object, before)));
    return new Outcome(
        check.violations.stream().map(SchemaRules::told).toList(),
        check.unchanged.stream()
            .map(SchemaRules::told)
            .map(violation -> violation.field() + ": " + violation.message())
            .toList());
  }

  /** The whole object has no name for the real server. */
  private static Violation told(Violation violation) {
    return violation.field().isEmpty()
        ? new Violation(violation.reason(), violation.message(), "<nil>")
        : violation;
  }

  /**
   * What rules say of an object.
   *
   * @param warnings of what was refused already before, and is left
   */
  public record Outcome(List<Violation> violations, List<String> warnings) {}

  /** What is wrong with a rule; {@code words} takes the path of the schema. */
  private record Problem(UnaryOperator<String> field, UnaryOperator<String> words, String reason) {
    Violation at(String path) {
      return new Violation(reason, words.apply(path), field.apply(path));
    }
  }

  /** A schema that has rules, or has such below. */
  private record Node(
      Schema schema,
      String place,
      Optional<Shape> shape,
      List<CompiledRule> rules,
      Map<String, Node> properties,
      Optional<Node> items,
      Optional<Node> values) {}

  /** The nearest value that can be found in the object as it was. */
  private record Correlated(JsonElement now, @Nullable JsonElement before) {
    boolean isUnchanged() {
      return now.equals(before);
    }
  }

  private static final class Building {
    private final RuleCompiler compiler;
    private final List<Problem> problems = new ArrayList<>();

    Building(RuleCompiler compiler) {
      this.compiler = compiler;
    }

    /**
     * @param uncorrelated where a list or map stands whose parts have no past; empty if none
     */
    Optional<Node> node(
        Schema schema,
        Optional<Shape> shape,
        String place,
        boolean whole,
        Optional<String> uncorrelated) {
      List<CompiledRule> rules = rules(schema, shape, place, uncorrelated);
      Optional<String> ofFields =
          uncorrelated.or(() -> schema.isAtomicMap() ? Optional.of(place) : Optional.empty());
      Map<String, Node> properties = new LinkedHashMap<>();
      schema
          .properties()
          .forEach(
              (name, property) -> {
                if (!(whole && Shape.Declared.OF_EVERY_OBJECT.containsKey(name))) {
                  node(
                          property,
                          field(shape, name),
                          place + ".properties[" + name + "]",
                          property.isEmbeddedResource(),
                          ofFields)
                      .ifPresent(found -> properties.put(name, found));
                }
              });
      Optional<Node> items =
          schema.keyword("items") == null
              ? Optional.empty()
              : node(
                  schema.items(),
                  shape.flatMap(
                      of ->
                          of instanceof Shape.Items list
                              ? Optional.of(list.items())
                              : Optional.empty()),
                  place + ".items",
                  schema.items().isEmbeddedResource(),
                  uncorrelated.or(
                      () ->
                          schema.listType() == ListType.MAP
                              ? Optional.empty()
                              : Optional.of(place)));
      Optional<Node> values = Optional.empty();
      Schema below = schema.isMap() ? schema.declared("") : null;
      if (below != null) {
        values =
            node(
                below,
                shape.flatMap(
                    of ->
                        of instanceof Shape.Keys map
                            ? Optional.of(map.values())
                            : Optional.empty()),
                place + ".additionalProperties",
                below.isEmbeddedResource(),
                ofFields);
      }
      boolean none = rules.isEmpty() && properties.isEmpty() && items.isEmpty() && values.isEmpty();
      return none
          ? Optional.empty()
          : Optional.of(new Node(schema, place, shape, rules, properties, items, values));
    }

    private static Optional<Shape> field(Optional<Shape> shape, String name) {
      return shape.flatMap(
          of ->
              of instanceof Shape.Fields fields
                  ? FieldNames.escaped(name).map(fields.fields()::get)
                  : Optional.empty());
    }

    private List<CompiledRule> rules(
        Schema schema, Optional<Shape> shape, String place, Optional<String> uncorrelated) {
      List<Rule> said = Rule.of(schema);
      List<CompiledRule> compiled = new ArrayList<>();
      if (said.isEmpty()) {
        return compiled;
      }
      if (shape.isEmpty()) {
        String why =
            "Internal error: internal error: failed to construct type information for"
                + " x-kubernetes-validations rules: unable to convert structural schema to CEL"
                + " declarations";
        problems.add(
            new Problem(
                path -> path + place + ".x-kubernetes-validations", path -> why, "InternalError"));
        return compiled;
      }
      CelType type = shape.get().type();
      CelCompiler ordinary = compiler.of(type, false);
      for (int i = 0; i < said.size(); i++) {
        Rule rule = said.get(i);
        String where = place + ".x-kubernetes-validations[" + i + "]";
        List<Violation> wrong = rule.problems(where, schema);
        wrong.forEach(this::add);
        if (!rule.rule().isBlank()) {
          compiled(
                  rule,
                  where,
                  rule.oldSelfIsOptional() ? compiler.of(type, true) : ordinary,
                  uncorrelated)
              .ifPresent(compiled::add);
        }
      }
      return compiled;
    }

    private void add(Violation wrong) {
      problems.add(
          new Problem(path -> path + wrong.field(), path -> wrong.message(), wrong.reason()));
    }

    private Optional<CompiledRule> compiled(
        Rule rule, String where, CelCompiler of, Optional<String> uncorrelated) {
      Compiled result = compiler.compile(of, rule.rule());
      Optional<Expression> message = message(rule, where, of);
      if (result.expression().isEmpty()) {
        add(
            Violation.invalid(
                where + ".rule", rule.shown(), "compilation failed: " + result.problem()));
        return Optional.empty();
      }
      Expression expression = result.expression().get();
      if (!expression.type().equals(SimpleType.BOOL)) {
        add(
            Violation.invalid(
                where + ".rule", rule.shown(), "cel expression must evaluate to a bool"));
        return Optional.empty();
      }
      if (expression.usesOld() && uncorrelated.isPresent()) {
        problems.add(
            new Problem(
                path -> path + where + ".rule",
                path ->
                    "Invalid value: "
                        + Rule.quoted(rule.rule())
                        + ": oldSelf cannot be used on the uncorrelatable portion of the schema"
                        + " within "
                        + path
                        + uncorrelated.get(),
                "FieldValueInvalid"));
      }
      if (!expression.usesOld() && rule.optionalOldSelf() != null) {
        add(
            Violation.invalid(
                where + ".optionalOldSelf",
                rule.optionalOldSelf().toString(),
                "may not be set if oldSelf is not used in rule"));
      }
      return Optional.of(new CompiledRule(rule, expression, message));
    }

    private Optional<Expression> message(Rule rule, String where, CelCompiler of) {
      String words = rule.messageExpression();
      if (words == null || words.isBlank()) {
        return Optional.empty();
      }
      Compiled result = compiler.compile(of, words);
      String field = where + ".messageExpression";
      if (result.expression().isEmpty()) {
        add(
            Violation.invalid(
                field, rule.shown(), "messageExpression compilation failed: " + result.problem()));
      } else if (!result.expression().get().type().equals(SimpleType.STRING)) {
        add(Violation.invalid(field, rule.shown(), "messageExpression must evaluate to a string"));
      }
      return result.expression();
    }

    /** Whether the rules refuse the schema's own defaults. */
    private void standards(Node node) {
      JsonElement standard = node.schema().defaultValue();
      if (standard != null) {
        Check check = new Check();
        check.value(node, "", standard, null, new Correlated(standard, null));
        check.violations.forEach(
            wrong ->
                problems.add(
                    new Problem(
                        path ->
                            path
                                + node.place()
                                + ".default"
                                + (wrong.field().isEmpty() || wrong.field().startsWith("[")
                                    ? ""
                                    : ".")
                                + wrong.field(),
                        path -> wrong.message(),
                        wrong.reason())));
      }
      node.properties().values().forEach(this::standards);
      node.items().ifPresent(this::standards);
      node.values().ifPresent(this::standards);
    }
  }

  /** One walk through an object. */
  private static final class Check {
    private final List<Violation> violations = new ArrayList<>();
    private final List<Violation> unchanged = new ArrayList<>();

    void value(
        Node node,
        String path,
        JsonElement value,
        @Nullable JsonElement before,
        Correlated nearest) {
      Correlated correlated = before == null ? nearest : new Correlated(value, before);
      rules(node, path, value, before, correlated);
      if (value instanceof JsonArray array) {
        node.items().ifPresent(items -> items(node, items, path, array, before, correlated));
      }
      if (value instanceof JsonObject object) {
        fields(node, path, object, before, correlated);
      }
    }

    private void rules(
        Node node,
        String path,
        JsonElement value,
        @Nullable JsonElement before,
        Correlated correlated) {
      if (node.rules().isEmpty() || node.shape().isEmpty()) {
        return;
      }
      Shape shape = node.shape().get();
      Map<String, Object> variables = new HashMap<>();
      variables.put("self", shape.of(value));
      for (CompiledRule rule : node.rules()) {
        boolean optional = rule.rule().oldSelfIsOptional();
        boolean ofChanges = rule.expression().usesOld();
        if (ofChanges && before == null && !optional) {
          continue;
        }
        if (optional) {
          variables.put("oldSelf", Optional.ofNullable(before).map(shape::of));
        } else if (before != null) {
          variables.put("oldSelf", shape.of(before));
        }
        rule.violation(path, node.schema(), variables)
            .ifPresent(violation -> add(violation, !ofChanges && correlated.isUnchanged()));
      }
    }

    /** What was so before, and is not of a change, the real server only warns of. */
    private void add(Violation violation, boolean wasSoBefore) {
      (wasSoBefore ? unchanged : violations).add(violation);
    }

    private void items(
        Node list,
        Node items,
        String path,
        JsonArray array,
        @Nullable JsonElement before,
        Correlated nearest) {
      for (int i = 0; i < array.size(); i++) {
        JsonElement item = array.get(i);
        value(items, path + "[" + i + "]", item, past(list.schema(), item, before), nearest);
      }
    }

    private static @Nullable JsonElement past(
        Schema list, JsonElement item, @Nullable JsonElement before) {
      if (list.listType() != ListType.MAP || !(before instanceof JsonArray old)) {
        return null;
      }
      for (JsonElement one : old) {
        boolean same =
            list.keys().stream()
                .allMatch(key -> Trees.same(Trees.at(one, key), Trees.at(item, key)));
        if (same) {
          return one;
        }
      }
      return null;
    }

    private void fields(
        Node node,
        String path,
        JsonObject object,
        @Nullable JsonElement before,
        Correlated nearest) {
      JsonObject old =
          before instanceof JsonObject known && !node.schema().isAtomicMap()
              ? known
              : new JsonObject();
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        String name = entry.getKey();
        Node property = node.properties().get(name);
        if (property != null) {
          value(
              property,
              path.isEmpty() ? name : path + "." + name,
              entry.getValue(),
              old.get(name),
              nearest);
        } else if (node.values().isPresent()) {
          value(
              node.values().get(),
              path + "[" + name + "]",
              entry.getValue(),
              old.get(name),
              nearest);
        }
      }
    }
  }
}
