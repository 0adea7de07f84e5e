/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;
import java.util.stream.Collectors;

/**
 * A template without fields that the API server does not know.
 *
 * @param template the rest, lossless
 * @param unknown what was left out, without positions; fields that are not in the template are not
 *     among them
 * @param places each place that was left out, as the API server names it, e.g. {@code
 *     spec.template.spec.containers[0].noSuchField}
 */
public record StrippedTemplate(Json template, UnknownFields unknown, ImmutableList<String> places) {
  /** What users should know about {@code unit}: what is missing, in the API server's words. */
  public ImmutableList<Problem> notes(String unit) {
    if (places.isEmpty()) {
      return ImmutableList.of();
    }
    String version = unknown.server().isEmpty() ? "" : " (" + unknown.server() + ")";
    return ImmutableList.of(
        Problem.note(
            unit,
            ConditionTypes.TEMPLATE_NORMALIZED,
            "left out, because the API server"
                + version
                + " refuses it: "
                + places.stream()
                    .map(place -> "unknown field \"" + place + "\"")
                    .collect(Collectors.joining(", "))));
  }
}
