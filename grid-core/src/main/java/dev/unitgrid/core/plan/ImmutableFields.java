/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.plan.Action.Delete;
import java.util.Optional;

/**
 * Fields that the API server does not change once an object lives: a child that differs in one must
 * be recreated, which only the user may say (RULE 18). What is not known here is refused by the API
 * server in its own words.
 */
final class ImmutableFields {
  private static final ImmutableMap<String, Json> OF_DEPLOYMENTS =
      ImmutableMap.of("selector", Json.ofNull());

  /** With what the API server takes a field for that nobody names. */
  private static final ImmutableMap<String, Json> OF_STATEFUL_SETS =
      ImmutableMap.of(
          "selector", Json.ofNull(),
          "serviceName", Json.ofNull(),
          "volumeClaimTemplates", Json.ofNull(),
          "podManagementPolicy", Json.of("OrderedReady"));

  private static final Json HEADLESS = Json.of("None");

  private ImmutableFields() {}

  /** The first field in which the two differ for good. */
  static Optional<String> differing(GridKind kind, Likeness likeness) {
    return switch (kind) {
      case DEPLOYMENT_GRID -> first(OF_DEPLOYMENTS, likeness);
      case STATEFUL_SET_GRID -> first(OF_STATEFUL_SETS, likeness);
      case SERVICE_GRID -> clusterAddress(likeness);
    };
  }

  private static Optional<String> first(ImmutableMap<String, Json> fields, Likeness likeness) {
    return fields.keySet().stream()
        .filter(field -> !likeness.isSame(field, fields.getOrDefault(field, Json.ofNull())))
        .map(field -> "spec." + field)
        .findFirst();
  }

  /**
   * A Service has an address for life, or none. The API server refuses {@code None} for one that
   * has an address, and says nothing at all when {@code None} is taken back: it keeps it.
   */
  private static Optional<String> clusterAddress(Likeness likeness) {
    Json live = likeness.live("clusterIP");
    Json wanted = likeness.rendered("clusterIP");
    boolean external = likeness.rendered("type").equals(Json.of("ExternalName"));
    boolean differs =
        wanted.isZero()
            ? live.equals(HEADLESS) && !external
            : !live.isZero() && !live.equals(wanted);
    return differs ? Optional.of("spec.clusterIP") : Optional.empty();
  }

  /** What users read about a difference in {@code field}. */
  static Problem problem(String unit, ObservedChild child, String field) {
    return Problem.blocking(
        unit,
        ConditionTypes.IMMUTABLE_FIELD,
        field
            + " of "
            + Words.of(child)
            + " cannot be changed while it lives: the whole change waits; "
            + howToRecreate(child));
  }

  /** The way out, for a sentence. */
  static String howToRecreate(ObservedChild child) {
    return "to have it recreated, annotate it with " + Annotations.RECREATE + "=" + child.uid();
  }

  /** Whether the user wants {@code child} recreated. */
  static boolean mayBeRecreated(ObservedChild child) {
    return child.uid().equals(child.annotations().get(Annotations.RECREATE));
  }

  /** The first half of a recreation; the other is the creation once the child is gone. */
  static Delete recreation(GridKind kind, ObservedChild child, Likeness likeness) {
    boolean podsLiveOn =
        kind == GridKind.STATEFUL_SET_GRID && likeness.isSame("selector", Json.ofNull());
    return new Delete(
        Targets.of(child),
        Optional.empty(),
        podsLiveOn,
        "it is to be recreated, as its annotation says");
  }
}
