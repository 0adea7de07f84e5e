/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.Labels;
import java.util.Map;

/** What a grid is to many clusters: wanted in all of them, or a copy, or neither. */
public final class Copies {
  private static final String YES = "yes";

  private Copies() {}

  /** Whether users want {@code grid} in all clusters; a copy is never copied again (RULE 34). */
  public static boolean isSource(Grid grid) {
    return isSource(grid.labels(), grid.annotations());
  }

  static boolean isSource(Map<String, String> labels, Map<String, String> annotations) {
    return YES.equals(labels.get(Labels.FED))
        && !YES.equals(labels.get(Labels.DIS))
        && !annotations.containsKey(Annotations.COPY);
  }

  /**
   * Whether {@code grid} is a copy in a cluster namespace: it makes no workloads where it is (RULE
   * 34). A grid that SuperEdge made in a child cluster bears the same labels, but is where it is
   * for. A copy whose labels somebody took away is known by its annotations.
   */
  public static boolean isCopy(Grid grid) {
    boolean labelled =
        YES.equals(grid.labels().get(Labels.DIS))
            && !grid.namespace().equals(grid.labels().get(Labels.TARGET_NAMESPACE));
    return labelled
        || grid.annotations().containsKey(Annotations.SOURCE_GENERATION)
        || grid.annotations().containsKey(Annotations.SOURCE_SEAL);
  }
}
