/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Schema;
import io.kubernetes.client.openapi.models.V1ServiceSpec;

/**
 * One Service whose traffic stays in the unit, as a client-java object. A field of the template
 * that no model knows survives reading and writing. Mutable by its setters and its metadata, as
 * client-java's objects are; not thread-safe.
 */
public final class ServiceGrid extends GridObject {
  /** An empty one, for Gson. */
  public ServiceGrid() {
    super(GridKind.SERVICE_GRID);
  }

  /** Starts to build one. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  GridKind gridKind() {
    return GridKind.SERVICE_GRID;
  }

  /** Builds {@link ServiceGrid}s. */
  public static final class Builder extends GridBuilder<Builder, ServiceGrid, V1ServiceSpec> {
    private Builder() {
      super(Schema.service());
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    ServiceGrid empty() {
      return new ServiceGrid();
    }
  }
}
