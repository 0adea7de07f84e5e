/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Rendering;
import java.util.List;

/** Children as the API server would send them. */
public final class Children {
  private Children() {}

  /** What lives after {@code rendered} was created. */
  public static ObservedChild living(ResourceType type, Rendering rendered) {
    return observed(type, body(rendered));
  }

  /** What SuperEdge's controller leaves of {@code grid} for {@code unit}: its labels, no hash. */
  public static Json bySuperEdge(Grid grid, String unit) {
    String key = grid.spec().gridUniqKey();
    return Json.object(
        "metadata",
        Json.object(
            "name",
            grid.name() + "-" + unit,
            "namespace",
            grid.namespace(),
            "labels",
            Json.object(Labels.GRID_SELECTOR, grid.name(), Labels.GRID_UNIQ_KEY, key),
            "ownerReferences",
            Json.array(owner(grid.kind().type().kind(), grid.name(), grid.uid()))),
        "spec",
        grid.spec()
            .template()
            .withoutAt(List.of("template", "metadata", "creationTimestamp")) // no server keeps null
            .withAt(List.of("template", "spec", "nodeSelector", key), Json.of(unit))
            .withAt(
                List.of("template", "metadata", "labels", Labels.SUPEREDGE_TEMPLATE_HASH),
                Json.of("1234567")));
  }

  /** An object of this name that the owner controls. */
  public static ObservedChild controlled(ResourceType type, String name, Json owner) {
    return observed(
        type,
        Json.object("metadata", Json.object("name", name, "ownerReferences", Json.array(owner))));
  }

  public static Json owner(String kind, String name, String uid) {
    return Json.object(
        "apiVersion",
        "superedge.io/v1",
        "kind",
        kind,
        "name",
        name,
        "uid",
        uid,
        "controller",
        true);
  }

  /** An object of this name without a controller. */
  public static ObservedChild uncontrolled(ResourceType type, String name, Json annotations) {
    return observed(
        type, Json.object("metadata", Json.object("name", name, "annotations", annotations)));
  }

  /** The annotations of a child of this grid. */
  public static Json annotations(String grid, String unitKey, String unit) {
    return Json.object(
        Annotations.GRID, grid, Annotations.UNIT_KEY, unitKey, Annotations.UNIT, unit);
  }

  public static ObservedChild observed(ResourceType type, Json object) {
    return ObservedChild.decode(type, object);
  }

  public static Json body(Rendering rendering) {
    return ((Rendering.Rendered) rendering).body();
  }
}
