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
import dev.unitgrid.core.template.UnknownFields;
import dev.unitgrid.core.workload.WorkloadKind;
import dev.unitgrid.core.workload.WorkloadRenderer;
import java.util.Optional;

/** What the kinds of children differ in, for a plan. */
final class ChildKind {
  private final Grid grid;
  private final UnknownFields unknown;

  /**
   * The kind of child that {@code grid} makes.
   *
   * @param unknown fields that the API server refused
   */
  ChildKind(Grid grid, UnknownFields unknown) {
    this.grid = grid;
    this.unknown = unknown;
  }

  Rendering render(String unit, String name, Optional<ObservedChild> living) {
    return grid.kind().isWorkload()
        ? WorkloadRenderer.render(grid, unit, name, living, unknown)
        : ServiceRenderer.render(grid, name, living, unknown);
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
