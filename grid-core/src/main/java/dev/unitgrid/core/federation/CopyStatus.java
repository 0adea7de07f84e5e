/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The status of a copy: that of the grid that was made of it, as one of its source (RULE 34), and
 * what keeps it from being made.
 */
final class CopyStatus {
  private final FederatedGrid copy;
  private final GridStatus before;
  private final long observedGeneration;
  private final Instant now;
  private final Map<String, Condition> conditions = new LinkedHashMap<>();

  private CopyStatus(FederatedGrid copy, long observedGeneration, Instant now) {
    this.copy = copy;
    this.before = GridStatus.parse(copy.status());
    this.observedGeneration = observedGeneration;
    this.now = now;
  }

  /**
   * The field {@code status} of {@code copy} as it should read.
   *
   * @param local the grid that was made of it, if it is there
   * @param settled whether that reads as the copy says; or is not needed here
   */
  static Json of(
      FederatedGrid copy,
      Optional<FederatedGrid> local,
      List<Problem> problems,
      boolean settled,
      Instant now) {
    GridStatus told = local.map(grid -> GridStatus.parse(grid.status())).orElse(GridStatus.EMPTY);
    boolean observed =
        settled && local.filter(grid -> told.observedGeneration() < grid.generation()).isEmpty();
    long generation =
        observed ? copy.sourceGeneration() : GridStatus.parse(copy.status()).observedGeneration();
    Json status = new CopyStatus(copy, generation, now).with(told, local, settled, problems);
    return status.equals(copy.status()) ? copy.status() : status;
  }

  private Json with(
      GridStatus told, Optional<FederatedGrid> local, boolean settled, List<Problem> problems) {
    told.conditions().forEach(this::put);
    if (local.isEmpty() && settled) {
      put(
          ConditionTypes.READY,
          true,
          "NoUnits",
          "no node of this cluster carries the label " + copy.unitKey());
    } else if (told.condition(ConditionTypes.READY).isEmpty()) {
      put(ConditionTypes.READY, false, "NotApplied", "the cluster has not made its grid yet");
    }
    for (Problem problem : problems) {
      put(problem.condition(), true, "GridAffected", problem.message());
      put(ConditionTypes.READY, false, problem.condition(), problem.message());
      put(ConditionTypes.DEGRADED, true, problem.condition(), problem.message());
    }
    return new GridStatus(
            observedGeneration,
            told.units(),
            told.readyUnits(),
            told.emptyUnits(),
            List.copyOf(conditions.values()),
            told.worstUnits(),
            List.of(),
            Optional.empty(),
            told.states())
        .toJson();
  }

  private void put(Condition told) {
    conditions.put(
        told.type(),
        new Condition(
            told.type(),
            told.status(),
            told.reason(),
            told.message(),
            told.lastTransitionTime(),
            observedGeneration));
  }

  private void put(String type, boolean holds, String reason, String message) {
    Condition.Status status = Condition.Status.of(holds);
    Instant since = before.since(type, status, now);
    conditions.put(type, new Condition(type, status, reason, message, since, observedGeneration));
  }
}
