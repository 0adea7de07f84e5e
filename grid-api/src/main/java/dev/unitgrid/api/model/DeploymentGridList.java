/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.GridKind;

/** A list of {@link DeploymentGrid}s, as the API server answers it. */
public final class DeploymentGridList extends GridObjectList<DeploymentGrid> {
  /** An empty one, for Gson. */
  public DeploymentGridList() {
    super(GridKind.DEPLOYMENT_GRID);
  }
}
