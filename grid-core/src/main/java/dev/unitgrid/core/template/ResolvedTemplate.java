/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;

/** The template that a unit uses (RULE 5). */
public sealed interface ResolvedTemplate {
  /**
   * There it is.
   *
   * @param name its name in {@code templatePool}, or {@code default} for {@code spec.template}
   * @param template the template as the user wrote it
   */
  record Found(String name, Json template) implements ResolvedTemplate {}

  /**
   * The grid names a template that is not there: the unit's child stays as it is.
   *
   * @param problem an {@code UnknownTemplate} of the unit
   */
  record Unknown(Problem problem) implements ResolvedTemplate {}
}
