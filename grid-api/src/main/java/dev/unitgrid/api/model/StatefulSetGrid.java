/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Schema;
import io.kubernetes.client.openapi.models.V1StatefulSetSpec;

/**
 * A StatefulSet for every unit, as a client-java object. A field of the template that no model
 * knows survives reading and writing. Mutable by its setters and its metadata, as client-java's
 * objects are; not thread-safe.
 */
public final class StatefulSetGrid extends GridObject {
  /** An empty one, for Gson. */
  public StatefulSetGrid() {
    super(GridKind.STATEFUL_SET_GRID);
  }

  /** Starts to build one. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  GridKind gridKind() {
    return GridKind.STATEFUL_SET_GRID;
  }

  /** Builds {@link StatefulSetGrid}s. */
  public static final class Builder
      extends WorkloadGridBuilder<Builder, StatefulSetGrid, V1StatefulSetSpec> {
    private Builder() {
      super(Schema.statefulSet());
    }

    @Override
    Builder self() {
      return this;
    }

    @Override
    StatefulSetGrid empty() {
      return new StatefulSetGrid();
    }
  }
}
