/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.admission;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges grids as {@code kubectl apply} would have an API server judge them: by the schema and the
 * rules that stand in our own CRDs, and by what every object's metadata must be. Immutable.
 */
public final class GridAdmission {
  private static final Set<String> METADATA =
      Set.of(
          "annotations",
          "creationTimestamp",
          "deletionGracePeriodSeconds",
          "deletionTimestamp",
          "finalizers",
          "generateName",
          "generation",
          "labels",
          "managedFields",
          "name",
          "namespace",
          "ownerReferences",
          "resourceVersion",
          "selfLink",
          "uid");

  private final Map<GridKind, StructuralSchema> schemas;

  private GridAdmission(Map<GridKind, StructuralSchema> schemas) {
    this.schemas = schemas;
  }

  /** By the CRDs that this version of UnitGrid brings. */
  public static GridAdmission ofOurCrds() {
    Map<GridKind, StructuralSchema> schemas = new EnumMap<>(GridKind.class);
    for (GridKind kind : GridKind.values()) {
      schemas.put(kind, new StructuralSchema(schema(kind)));
    }
    return new GridAdmission(schemas);
  }

  /** The field {@code openAPIV3Schema} of the CRD of {@code kind}. */
  static Json schema(GridKind kind) {
    Json definition = Manifest.read(kind.type().plural(), Crds.of(kind)).get(0).object();
    return definition.get("spec", "versions").items().get(0).get("schema", "openAPIV3Schema");
  }

  /**
   * Why {@code grid} would be refused, sentences without full stops; none if it would be taken.
   * What an API server decides in steps is told in steps: rules only where every type is right.
   */
  public List<String> objections(GridKind kind, Json grid) {
    Json metadata = grid.get("metadata");
    List<String> objections = new ArrayList<>(MetadataCheck.objections(metadata));
    metadata.fields().keySet().stream()
        .filter(field -> !METADATA.contains(field))
        .forEach(field -> objections.add("unknown field \"metadata." + field + "\""));
    StructuralSchema schema = schemas.get(kind);
    if (schema == null) {
      throw new IllegalArgumentException("no grid: " + kind);
    }
    objections.addAll(schema.objections(grid));
    return List.copyOf(objections);
  }
}
