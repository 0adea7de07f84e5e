/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.rules.Problem;
import dev.unitgrid.testkit.internal.rules.Rules;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the real server refuses in built-in objects, as far as grids meet it. Stateless. */
final class Validation {
  private final ResourceKind kind;
  private final JsonObject object;
  private final String subresource;
  private final List<Cause> causes = new ArrayList<>();

  private Validation(ResourceKind kind, JsonObject object, String subresource) {
    this.kind = kind;
    this.object = object;
    this.subresource = subresource;
  }

  /** The problems of {@code object}, and of the change from {@code before} if there was one. */
  static List<Cause> of(
      ResourceKind kind, JsonObject object, @Nullable JsonObject before, String subresource) {
    Validation validation = new Validation(kind, object, subresource);
    validation.causes.addAll(
        before == null
            ? MetadataRules.problems(kind, object)
            : MetadataRules.problemsOfChange(kind, object, before));
    if (kind.builtIn()) {
      validation.causes.addAll(causes(problems(kind, object, before)));
      validation.spec(before);
    }
    return validation.causes;
  }

  /** Of events the real server says what is wrong by the names of the core group. */
  private static List<Problem> problems(
      ResourceKind kind, JsonObject object, @Nullable JsonObject before) {
    return kind.isEventOfItsGroup()
        ? Rules.problems(
            kind.resource(),
            EventVersions.stored(object),
            before == null ? null : EventVersions.stored(before))
        : Rules.problems(kind.storage(), object, before);
  }

  /**
   * Maps of something immutable that were none and are sent as empty: the real server compares them
   * before it forgets the difference.
   */
  static List<Cause> ofEmptied(
      ResourceKind kind, JsonObject before, JsonObject sent, JsonObject read) {
    if (!kind.builtIn() || !Trees.isTrue(before, "immutable")) {
      return List.of();
    }
    // The data of a ConfigMap is never none.
    return Stream.of(kind.storage().equals("secrets") ? "data" : "binaryData")
        .filter(field -> sent.get(field) instanceof JsonObject)
        .filter(field -> !read.has(field) && !before.has(field))
        .map(field -> Cause.forbidden(field, "field is immutable when `immutable` is set"))
        .toList();
  }

  static List<Cause> causes(List<Problem> problems) {
    return problems.stream()
        .map(problem -> new Cause(problem.reason(), problem.message(), problem.field()))
        .toList();
  }

  private void spec(@Nullable JsonObject before) {
    switch (kind.storage()) {
      case "customresourcedefinitions.apiextensions.k8s.io" ->
          causes.addAll(
              before == null
                  ? DefinitionCheck.of(object)
                  : DefinitionCheck.ofChange(object, before));
      case "pods" -> {
        if (before != null) {
          causes.addAll(PodChange.problems(object, before, subresource));
        }
      }
      default -> {
        // Nothing that grids could get wrong.
      }
    }
  }
}
