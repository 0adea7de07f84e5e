/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.model;

import dev.unitgrid.api.GridKind;

/** A list of {@link StatefulSetGrid}s, as the API server answers it. */
public final class StatefulSetGridList extends GridObjectList<StatefulSetGrid> {
  /** An empty one, for Gson. */
  public StatefulSetGridList() {
    super(GridKind.STATEFUL_SET_GRID);
  }
}
