/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Rendering;
import dev.unitgrid.core.service.ServiceRenderer;
import dev.unitgrid.core.workload.WorkloadKind;
import dev.unitgrid.core.workload.WorkloadRenderer;
import java.util.Optional;

/** What the kinds of children differ in, for a plan. */
final class ChildKind {
  private final Grid grid;

  ChildKind(Grid grid) {
    this.grid = grid;
  }

  Rendering render(String unit, String name, Optional<ObservedChild> living) {
    return grid.kind().isWorkload()
        ? WorkloadRenderer.render(grid, unit, name, living)
        : ServiceRenderer.render(grid, name, living);
  }

  Schema schema() {
    return grid.kind().isWorkload() ? WorkloadKind.of(grid.kind()).schema() : Schema.service();
  }

  ImmutableList<String> claimPrefixes(Json body) {
    return grid.kind().isWorkload()
        ? WorkloadKind.of(grid.kind()).claimPrefixes(body)
        : ImmutableList.of();
  }
}
