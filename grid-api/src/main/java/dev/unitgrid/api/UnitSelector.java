/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import java.util.Optional;
import java.util.Set;

/**
 * Restricts a grid to some units (RULE 4): those named, and those with a node that matches.
 *
 * @param names names of units
 * @param nodeSelector what one node of a unit must match; absent: nodes select nothing
 */
public record UnitSelector(Set<String> names, Optional<LabelSelector> nodeSelector) {
  /** Copies {@code names}. */
  public UnitSelector {
    names = Set.copyOf(names);
  }
}
