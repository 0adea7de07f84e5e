/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.Labels;

/** Which grids are none of an ordinary engine's. */
public final class Copies {
  private Copies() {}

  /**
   * Whether {@code grid} is a copy in a cluster namespace: it makes no workloads where it is (RULE
   * 34). A grid that SuperEdge made in a child cluster bears the same labels, but is where it is
   * for. A copy whose labels somebody took away is known by its annotations.
   */
  public static boolean isCopy(Grid grid) {
    boolean labelled =
        "yes".equals(grid.labels().get(Labels.DIS))
            && !grid.namespace().equals(grid.labels().get(Labels.TARGET_NAMESPACE));
    return labelled || grid.annotations().containsKey(Annotations.SOURCE_GENERATION);
  }
}
