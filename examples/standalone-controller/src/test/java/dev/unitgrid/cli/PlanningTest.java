/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.controllers.GridKey;
import dev.unitgrid.core.plan.Plan;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PlanningTest {
  @Test
  void a_plan_that_fails_for_a_bug_is_one_sentence_at_once() {
    GridKey grid = new GridKey(GridKind.DEPLOYMENT_GRID, "default", "demo");
    Map<GridKey, CompletableFuture<Plan>> awaited = Map.of(grid, new CompletableFuture<>());
    new Planning.Awaiting(awaited).failed(grid, new ArithmeticException("long overflow"));
    assertThatThrownBy(
            () ->
                Planning.await(
                    awaited,
                    () -> {
                      throw new AssertionError("nobody waits");
                    }))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            grid
                + " cannot be planned; please report this bug:"
                + " java.lang.ArithmeticException: long overflow");
  }
}
