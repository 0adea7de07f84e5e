/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.Schema;
import java.util.List;
import java.util.Set;

/**
 * How a live child differs from what it should be (RULE 16). Reads the live object, so it is asked
 * only when digests do not tell.
 */
final class Likeness {
  private final Schema schema;
  private final Json live;
  private final Json rendered;

  Likeness(Schema schema, Json live, Json body) {
    this.schema = schema;
    this.live = live;
    this.rendered = comparable(body);
  }

  /** Name and namespace are the object's address, not a part of what is remembered of it. */
  private static Json comparable(Json body) {
    Json metadata = body.get("metadata").without("name").without("namespace");
    return Json.object("metadata", metadata, "spec", body.get("spec"));
  }

  boolean isCovered() {
    return schema.covers(live, rendered);
  }

  /** The paths that differ, without the values. */
  ImmutableList<String> differingPaths() {
    return schema.differences(live, rendered).stream()
        .map(difference -> difference.substring(0, endOfPath(difference)))
        .collect(ImmutableList.toImmutableList());
  }

  private static int endOfPath(String difference) {
    int end = difference.indexOf(": ");
    return end < 0 ? difference.length() : end;
  }

  /**
   * Whether the pod template changes, by a value or by a field that vanishes. What others injected
   * looks like the latter, so the answer may be yes where it is no; never the other way round.
   *
   * @param fieldsChange whether the set of rendered fields is another than before
   */
  boolean restartsPods(boolean fieldsChange) {
    Json livePods = podTemplate(live);
    Json renderedPods = podTemplate(rendered);
    return !schema.covers(livePods, renderedPods)
        || (fieldsChange && mayLoseFields(livePods, renderedPods));
  }

  private boolean mayLoseFields(Json livePods, Json renderedPods) {
    Set<String> kept = ImmutableSet.copyOf(schema.paths(renderedPods));
    return schema.paths(livePods).stream()
        .filter(path -> !kept.contains(path))
        .anyMatch(path -> !ServerDefaults.contain(lastName(path)));
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static Json podTemplate(Json object) {
    return Json.object("spec", Json.object("template", object.get("spec", "template")));
  }

  /**
   * Whether {@code spec.field} says the same on both sides, a field that only one side names being
   * a difference.
   */
  boolean isSame(String field, Json unsaid) {
    Json there = only(live, field, unsaid);
    Json here = only(rendered, field, unsaid);
    return schema.covers(there, here) && schema.paths(there).equals(schema.paths(here));
  }

  private static Json only(Json object, String field, Json unsaid) {
    Json value = object.get("spec", field);
    Json said = value.isZero() ? unsaid : value;
    return said.isZero()
        ? Json.emptyObject()
        : Json.emptyObject().withAt(List.of("spec", field), said);
  }

  /** The live value of {@code spec.field}. */
  Json live(String field) {
    return live.get("spec", field);
  }

  /** The value that {@code spec.field} should have. */
  Json rendered(String field) {
    return rendered.get("spec", field);
  }
}
