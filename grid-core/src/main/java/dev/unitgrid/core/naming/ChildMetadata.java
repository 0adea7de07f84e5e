/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import java.util.Map;
import java.util.TreeMap;

/**
 * The metadata by which a child is found, and by which it is known as the grid's (RULES 11, 13).
 */
public final class ChildMetadata {
  private ChildMetadata() {}

  /**
   * The field {@code metadata} of a child of {@code grid}.
   *
   * @param unit its unit; empty for a Service
   * @param name its name
   * @param more annotations beside those that name grid, unit key and unit
   */
  public static Json of(Grid grid, String unit, String name, Map<String, String> more) {
    return Json.object(
        "name", name,
        "namespace", grid.namespace(),
        "labels", Json.strings(labels(grid)),
        "annotations", Json.strings(annotations(grid, unit, more)),
        "ownerReferences", Json.array(owner(grid)));
  }

  /** The owner reference that makes {@code grid} the controller of a child. */
  public static Json owner(Grid grid) {
    return Json.object(
        "apiVersion", grid.kind().type().apiVersion(),
        "kind", grid.kind().type().kind(),
        "name", grid.name(),
        "uid", grid.uid(),
        "controller", true,
        "blockOwnerDeletion", true);
  }

  private static Map<String, String> labels(Grid grid) {
    Map<String, String> labels = new TreeMap<>();
    grid.labels()
        .forEach(
            (name, value) -> {
              if (!ToolLabels.contain(name)) {
                labels.put(name, value);
              }
            });
    labels.put(Labels.GRID_SELECTOR, LabelValue.of(grid.name()));
    labels.put(Labels.GRID_UNIQ_KEY, LabelValue.of(grid.spec().gridUniqKey()));
    return labels;
  }

  private static Map<String, String> annotations(Grid grid, String unit, Map<String, String> more) {
    Map<String, String> annotations = new TreeMap<>(more);
    annotations.put(Annotations.GRID, grid.name());
    annotations.put(Annotations.UNIT_KEY, grid.spec().gridUniqKey());
    if (!unit.isEmpty()) {
      annotations.put(Annotations.UNIT, unit);
    }
    return annotations;
  }
}
