/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import dev.unitgrid.api.GridKind;

/**
 * All sources of one name and their copies, which may meet in a name: the parent's unit of work.
 *
 * @param kind which of the three
 * @param name the sources' name
 */
record NameKey(GridKind kind, String name) {
  @Override
  public String toString() {
    return kind.type().kind() + " " + name;
  }
}
