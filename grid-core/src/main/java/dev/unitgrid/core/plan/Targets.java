/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.plan.Action.Target;

/** The target of a write to a child. */
final class Targets {
  private Targets() {}

  static Target of(ObservedChild child) {
    return new Target(
        child.type(), child.namespace(), child.name(), child.uid(), child.resourceVersion());
  }
}
