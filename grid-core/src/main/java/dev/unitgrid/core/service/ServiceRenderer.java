/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.service;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering;
import dev.unitgrid.core.naming.ChildMetadata;
import dev.unitgrid.core.template.StrippedTemplate;
import dev.unitgrid.core.template.UnknownFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The Service of a ServiceGrid as it should be: the grid's template with the annotation that keeps
 * traffic in the unit. There is one for all units.
 */
public final class ServiceRenderer {
  private ServiceRenderer() {}

  /** Renders the Service of {@code grid} where the API server has not refused any field yet. */
  public static Rendering render(Grid grid, String childName, Optional<ObservedChild> living) {
    return render(grid, childName, living, UnknownFields.NONE);
  }

  /**
   * Renders the Service of {@code grid}.
   *
   * @param grid a ServiceGrid
   * @param childName the Service's name
   * @param living the Service that lives: it remembers fields that were refused
   * @param unknownFields those that the API server has refused beside those: they are left out
   */
  public static Rendering render(
      Grid grid, String childName, Optional<ObservedChild> living, UnknownFields unknownFields) {
    if (!grid.spec().template().isObject()) {
      return new Rendering.Impossible(
          Problem.blocking(
              "",
              ConditionTypes.UNKNOWN_TEMPLATE,
              "spec.template is missing: it is the spec of the Service"));
    }
    StrippedTemplate stripped =
        unknownFields.andOf(living).strippedFrom(cleaned(grid.spec().template()));
    Json body =
        Json.object(
            "apiVersion", grid.kind().childType().apiVersion(),
            "kind", grid.kind().childType().kind(),
            "metadata",
                ChildMetadata.of(grid, "", childName, annotations(grid, stripped.unknown())),
            "spec", stripped.template());
    return Rendering.Rendered.of(body, stripped.notes(""));
  }

  /** A status is no part of a spec; a null is what no field is. */
  private static Json cleaned(Json template) {
    Json object = Json.object("spec", template.without("status"));
    return Schema.service().withoutNulls(object).get("spec");
  }

  private static Map<String, String> annotations(Grid grid, UnknownFields stripped) {
    Map<String, String> annotations = new LinkedHashMap<>(stripped.annotation());
    Json keys = Json.array(Json.of(grid.spec().gridUniqKey()));
    annotations.put(Annotations.TOPOLOGY_KEYS, keys.toString());
    return annotations;
  }
}
