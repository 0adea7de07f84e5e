/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.GridKind;

/** A list of {@link ServiceGrid}s, as the API server answers it. */
public final class ServiceGridList extends GridObjectList<ServiceGrid> {
  /** An empty one, for Gson. */
  public ServiceGridList() {
    super(GridKind.SERVICE_GRID);
  }
}
