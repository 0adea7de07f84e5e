/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;

/** A template as server-side apply takes it (RULE 8). */
public sealed interface NormalisedTemplate {
  /**
   * It can be applied.
   *
   * @param template the template without duplicates
   * @param merges what was merged, e.g. {@code env LOG_LEVEL of container echo}; usually empty
   */
  record Applicable(Json template, ImmutableList<String> merges) implements NormalisedTemplate {}

  /**
   * It has duplicates that cannot be merged without guessing: the unit's child stays as it is.
   *
   * @param problem an {@code InvalidTemplate} of the unit
   */
  record Refused(Problem problem) implements NormalisedTemplate {}
}
