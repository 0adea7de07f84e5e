/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import java.util.List;

/**
 * How a template becomes a unit's spec. A living child keeps the version that made it until its
 * template changes, so that an upgrade restarts no pod (RULE 19). A new version is a new constant
 * at the end.
 */
enum RenderVersion {
  /**
   * As SuperEdge makes it: no labels of ours, its hash labels as they stand in the live template,
   * and the unit's node selector in the place of the template's own.
   */
  SUPEREDGE(0) {
    @Override
    Json podsOf(Json spec, UnitMarks marks, Json live) {
      Json placed = marks.areAllOfNodeSelector(live) ? marks.onNodesOnly(spec) : spec;
      for (List<String> hash : HASHES) {
        placed = withLive(placed, live, hash.toArray(String[]::new));
      }
      return placed;
    }
  },
  /** Pods carry their unit and their grid. */
  FIRST(1) {
    @Override
    Json podsOf(Json spec, UnitMarks marks, Json live) {
      return marks.onPods(spec);
    }
  };

  private static final ImmutableList<List<String>> HASHES =
      ImmutableList.of(
          List.of("template", "metadata", "labels", Labels.SUPEREDGE_TEMPLATE_HASH),
          List.of("template", "metadata", "labels", Labels.SUPEREDGE_OLDER_TEMPLATE_HASH));

  private final int number;

  RenderVersion(int number) {
    this.number = number;
  }

  private static Json withLive(Json spec, Json live, String... path) {
    return live.get(path).isNull() || !spec.get(path).isNull()
        ? spec
        : spec.withAt(List.of(path), live.get(path));
  }

  /** The version of new children. */
  static RenderVersion current() {
    return newestFirst().get(0);
  }

  static ImmutableList<RenderVersion> newestFirst() {
    return ImmutableList.copyOf(values()).reverse();
  }

  /**
   * {@code spec} with its pod template as this version has it.
   *
   * @param spec the normalised template with the unit's node selector
   * @param marks the unit's labels
   * @param live the spec of the living child; null for a new one
   */
  abstract Json podsOf(Json spec, UnitMarks marks, Json live);

  /** The number in the annotation. */
  int number() {
    return number;
  }
}
