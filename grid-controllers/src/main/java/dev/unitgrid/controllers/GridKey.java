/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;

/**
 * Names one grid.
 *
 * @param kind which of the three kinds
 * @param namespace its namespace
 * @param name its name
 */
public record GridKey(GridKind kind, String namespace, String name) {
  /** The key of {@code grid}. */
  public static GridKey of(Grid grid) {
    return new GridKey(grid.kind(), grid.namespace(), grid.name());
  }

  @Override
  public String toString() {
    return kind.type().kind() + " " + namespace + "/" + name;
  }
}
