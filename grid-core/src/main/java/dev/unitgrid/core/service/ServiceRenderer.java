/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.service;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering;
import dev.unitgrid.core.naming.ChildMetadata;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The Service of a ServiceGrid as it should be: the grid's template with the annotation that keeps
 * traffic in the unit. There is one for all units.
 */
public final class ServiceRenderer {
  private ServiceRenderer() {}

  /**
   * Renders the Service of {@code grid}.
   *
   * @param grid a ServiceGrid
   * @param childName the Service's name
   * @param living the Service that lives; nothing of it needs to be kept
   */
  public static Rendering render(Grid grid, String childName, Optional<ObservedChild> living) {
    if (!grid.spec().template().isObject()) {
      return new Rendering.Impossible(
          Problem.blocking(
              "",
              ConditionTypes.UNKNOWN_TEMPLATE,
              "spec.template is missing: it is the spec of the Service"));
    }
    Json body =
        Json.object(
            "apiVersion", grid.kind().childType().apiVersion(),
            "kind", grid.kind().childType().kind(),
            "metadata", ChildMetadata.of(grid, "", childName, topologyKeys(grid)),
            "spec", grid.spec().template().without("status"));
    return Rendering.Rendered.of(body, List.of());
  }

  private static Map<String, String> topologyKeys(Grid grid) {
    Json keys = Json.array(Json.of(grid.spec().gridUniqKey()));
    return Map.of(Annotations.TOPOLOGY_KEYS, keys.toString());
  }
}
