/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Schema;
import io.kubernetes.client.openapi.models.V1DeploymentSpec;

/**
 * A Deployment for every unit, as a client-java object. A field of the template that no model knows
 * survives reading and writing. Mutable by its setters and its metadata, as client-java's objects
 * are; not thread-safe.
 */
public final class DeploymentGrid extends GridObject {
  /** An empty one, for Gson. */
  public DeploymentGrid() {
    super(GridKind.DEPLOYMENT_GRID);
  }

  /** Starts to build one. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  GridKind gridKind() {
    return GridKind.DEPLOYMENT_GRID;
  }

  /** Builds {@link DeploymentGrid}s. */
  public static final class Builder
      extends WorkloadGridBuilder<Builder, DeploymentGrid, V1DeploymentSpec> {
    private Builder() {
      super(Schema.deployment());
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    DeploymentGrid empty() {
      return new DeploymentGrid();
    }
  }
}
