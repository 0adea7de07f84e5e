/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;

/** The two kinds of workloads, and what differs between them: claims for volumes. */
public enum WorkloadKind {
  /** Children of a DeploymentGrid. */
  DEPLOYMENT(GridKind.DEPLOYMENT_GRID, Schema.deployment(), ImmutableList.of()),
  /** Children of a StatefulSetGrid. */
  STATEFUL_SET(
      GridKind.STATEFUL_SET_GRID, Schema.statefulSet(), ImmutableList.of("volumeClaimTemplates"));

  private final GridKind gridKind;
  private final Schema schema;
  private final ImmutableList<String> claimTemplates;

  WorkloadKind(GridKind gridKind, Schema schema, ImmutableList<String> claimTemplates) {
    this.gridKind = gridKind;
    this.schema = schema;
    this.claimTemplates = claimTemplates;
  }

  /**
   * The kind of workload that grids of {@code kind} make.
   *
   * @throws IllegalArgumentException for a ServiceGrid
   */
  public static WorkloadKind of(GridKind kind) {
    for (WorkloadKind candidate : values()) {
      if (candidate.gridKind == kind) {
        return candidate;
      }
    }
    throw new IllegalArgumentException(kind + " makes no workloads");
  }

  /** The type of the workload. */
  public ResourceType type() {
    return gridKind.childType();
  }

  /** What the API server knows about its fields. */
  public Schema schema() {
    return schema;
  }

  /**
   * What the names of the persistent volume claims of {@code workload} begin with: {@code
   * <claim>-<name>-}, then an ordinal. A workload that is created under this name mounts whatever
   * is there (RULE 12).
   *
   * @param workload the whole object, rendered or live, with its name
   */
  public ImmutableList<String> claimPrefixes(Json workload) {
    String name = workload.get("metadata", "name").asString("");
    return claimTemplates.stream()
        .flatMap(field -> workload.get("spec", field).items().stream())
        .map(claim -> claim.get("metadata", "name").asString("") + "-" + name + "-")
        .collect(ImmutableList.toImmutableList());
  }
}
