/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;

/**
 * A grid as the cache keeps it.
 *
 * @param grid the grid
 * @param heldTemplates entries of its template pool that a manager other than ours applies (RULE 6)
 */
record GridView(Grid grid, ImmutableSet<String> heldTemplates) {
  static GridView decode(GridKind kind, Json object) {
    return new GridView(
        Grid.parse(kind, object), heldTemplates(object.get("metadata", "managedFields")));
  }

  private static ImmutableSet<String> heldTemplates(Json managedFields) {
    ImmutableSet.Builder<String> held = ImmutableSet.builder();
    for (Json entry : managedFields.items()) {
      if (entry.get("operation").asString("").equals("Apply")
          && !entry.get("manager").asString("").equals(FieldManagers.CHILDREN)) {
        entry.get("fieldsV1", "f:spec", "f:templatePool").fields().keySet().stream()
            .filter(field -> field.startsWith("f:"))
            .map(field -> field.substring("f:".length()))
            .forEach(held::add);
      }
    }
    return held.build();
  }
}
