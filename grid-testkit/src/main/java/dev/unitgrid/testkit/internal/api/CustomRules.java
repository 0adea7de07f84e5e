/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.cel.Rule;
import dev.unitgrid.testkit.internal.cel.SchemaRules;
import dev.unitgrid.testkit.internal.cel.UnsupportedRuleException;
import dev.unitgrid.testkit.internal.cel.Violation;
import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules in CEL of custom resources, each schema's compiled once. Thread-safe. */
final class CustomRules {
  /** What keeps the real server from asking the rules. */
  private static final Set<String> BLOCKING =
      Set.of(
          "FieldValueNotSupported",
          "FieldValueRequired",
          "FieldValueTooLong",
          "FieldValueTooMany",
          "FieldValueTypeInvalid");

  /** Schemas whose rules are kept compiled: more than the CRDs of one suite of tests. */
  private static final int REMEMBERED = 64;

  /**
   * Compiled rules, constants of their schema. All clusters of a JVM share them: compiling takes
   * longer than all else of a cluster's start, and every test loads the same CRDs.
   */
  private static final Map<JsonObject, SchemaRules> COMPILED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(REMEMBERED, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<JsonObject, SchemaRules> eldest) {
              return size() > REMEMBERED;
            }
          });

  private CustomRules() {}

  /** The rules of the schema that a definition's version has; empty if it has none. */
  static Optional<SchemaRules> of(JsonObject openApiV3Schema) {
    if (!Rule.isIn(openApiV3Schema)) {
      return Optional.empty();
    }
    SchemaRules known = COMPILED.get(openApiV3Schema);
    if (known == null) {
      known = compile(openApiV3Schema);
      COMPILED.put(openApiV3Schema.deepCopy(), known);
    }
    return Optional.of(known);
  }

  private static SchemaRules compile(JsonObject openApiV3Schema) {
    try {
      return SchemaRules.of(Schema.custom(openApiV3Schema, BuiltInSchemas.get().objectMeta()));
    } catch (UnsupportedRuleException unsupported) {
      throw StatusException.notImplemented(String.valueOf(unsupported.getMessage()));
    } catch (LinkageError missing) {
      throw StatusException.notImplemented(
          "x-kubernetes-validations without dev.cel:cel 0.14.0 and com.google.protobuf:protobuf-java"
              + " 4.35.1 or newer on the class path; declare both, or import grid-bom ("
              + missing
              + ")");
    }
  }

  /** What is wrong with the rules of {@code definition}, whose schemas are structural. */
  static List<Cause> problems(JsonObject definition) {
    List<Cause> causes = new ArrayList<>();
    List<JsonObject> versions = Trees.objects(definition, "spec", "versions");
    boolean same =
        versions.stream()
            .allMatch(one -> Trees.same(one.get("schema"), versions.get(0).get("schema")));
    for (int i = 0; i < versions.size() && (i == 0 || !same); i++) {
      String path =
          same
              ? "spec.validation.openAPIV3Schema"
              : "spec.versions[" + i + "].schema.openAPIV3Schema";
      of(Trees.object(versions.get(i), "schema", "openAPIV3Schema"))
          .ifPresent(rules -> rules.problems(path).forEach(wrong -> causes.add(cause(wrong))));
    }
    return causes;
  }

  /**
   * What the rules of {@code kind} say of an object after {@code found} was found in it.
   *
   * @param warnings takes what was refused already before
   */
  static List<Cause> violations(
      ResourceKind kind,
      JsonObject object,
      @Nullable JsonObject before,
      List<Cause> found,
      Collection<String> warnings) {
    if (kind.rules().isEmpty()) {
      return List.of();
    }
    if (found.stream().anyMatch(cause -> BLOCKING.contains(cause.reason()))) {
      return List.of(
          Cause.invalid(
              "<nil>",
              "null",
              "some validation rules were not checked because the object was invalid; correct the"
                  + " existing errors to complete validation"));
    }
    SchemaRules.Outcome outcome = kind.rules().get().check(object, before);
    warnings.addAll(outcome.warnings());
    return outcome.violations().stream().map(CustomRules::cause).toList();
  }

  private static Cause cause(Violation violation) {
    return new Cause(violation.reason(), violation.message(), violation.field());
  }
}
