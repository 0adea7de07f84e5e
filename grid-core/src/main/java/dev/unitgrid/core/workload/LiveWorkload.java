/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import dev.unitgrid.core.child.ObservedChild;
import java.util.Optional;

/**
 * What a living child's spec says about how to render it again: it must keep what cannot change or
 * would restart its pods (RULES 8, 13, 19).
 *
 * @param schema of its kind
 * @param spec the live spec
 * @param stamp which version rendered it, if we did
 */
record LiveWorkload(Schema schema, Json spec, Optional<RenderStamp> stamp) {
  static LiveWorkload of(WorkloadKind kind, ObservedChild child) {
    return new LiveWorkload(
        kind.schema(), child.live().json().get("spec"), RenderStamp.in(child.annotations()));
  }

  /**
   * The version to render with: its own while its template stays as the stamp has it, whatever
   * lives by now (a field that was only taken out is a change that what lives would cover); of a
   * child that carries no stamp the newest that says what lives; the current one otherwise.
   *
   * @param wanted the normalised template with the unit's node selector
   */
  RenderVersion versionFor(Json wanted, UnitMarks marks) {
    if (stamp.isPresent()) {
      RenderVersion version = stamp.get().version();
      boolean sameTemplate = RenderStamp.of(version, wanted).equals(stamp.get());
      return sameTemplate ? version : RenderVersion.current();
    }
    return RenderVersion.newestFirst().stream()
        .filter(version -> isMadeBy(version, wanted, marks))
        .findFirst()
        .orElse(RenderVersion.current());
  }

  /**
   * Whether nobody has applied it yet and its pods would restart for nothing but the merging of
   * duplicates: that waits for the next change of the template.
   *
   * @param unmerged the template as the user wrote it, with the unit's node selector
   */
  boolean waitsWithDuplicates(Json unmerged, UnitMarks marks) {
    return stamp.isEmpty()
        && RenderVersion.newestFirst().stream()
            .anyMatch(version -> isMadeBy(version, unmerged, marks));
  }

  /** The selector cannot change, so one that differs by our labels only is rendered as it is. */
  Optional<Json> selectorInsteadOf(Json wanted, UnitMarks marks) {
    Json live = spec.get("selector");
    return withoutEmpty(marks.takenFrom(live)).equals(withoutEmpty(wanted))
        ? Optional.of(live)
        : Optional.empty();
  }

  private boolean isMadeBy(RenderVersion version, Json wanted, UnitMarks marks) {
    Json made = version.podsOf(wanted, marks, spec);
    return schema.covers(podTemplate(spec), podTemplate(made));
  }

  private static Json podTemplate(Json spec) {
    return Json.object("spec", Json.object("template", spec.get("template")));
  }

  private static Json withoutEmpty(Json selector) {
    Json compared = selector;
    for (String field : selector.fields().keySet()) {
      compared = selector.get(field).isZero() ? compared.without(field) : compared;
    }
    return compared;
  }
}
