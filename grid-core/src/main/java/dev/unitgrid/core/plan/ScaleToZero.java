/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.plan.Action.Annotate;
import java.util.Optional;

/** Children of empty units that stay without pods, and how they come back (RULE 20). */
final class ScaleToZero {
  private ScaleToZero() {}

  /** Nothing if it is done, or if there is nothing to scale. */
  static Optional<Action> of(ObservedChild child) {
    if (isDone(child) || child.replicas() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Annotate(
            Targets.of(child),
            ImmutableMap.of(
                Annotations.REPLICAS_BEFORE, Optional.of(Long.toString(child.replicas()))),
            Optional.of(0L),
            "the unit has no node"));
  }

  /** Whether it was scaled: then it must come back before anything else is said about it. */
  static boolean isDone(ObservedChild child) {
    return child.annotations().containsKey(Annotations.REPLICAS_BEFORE);
  }

  /**
   * The number that a child which was scaled to zero comes back with: the template's, else the one
   * of before. Nothing for a child that was not scaled.
   */
  static Optional<Long> replicasBefore(ObservedChild child, Optional<Rendered> rendered) {
    if (!isDone(child)) {
      return Optional.empty();
    }
    Json named = rendered.map(body -> body.body().get("spec", "replicas")).orElse(Json.ofNull());
    return Optional.of(
        named.asLong(count(child.annotations().getOrDefault(Annotations.REPLICAS_BEFORE, ""))));
  }

  /** One where nobody can say: a site that stays at zero would be lost silently. */
  private static long count(String text) {
    return text.matches("\\d{1,9}") ? Long.parseLong(text) : 1;
  }
}
