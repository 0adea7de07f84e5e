/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.workload;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.naming.LabelValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes a template one unit's: its entry in the node selector (RULE 9), and the labels of its
 * pods (RULE 13).
 *
 * @param unitKey the node label
 * @param unit its value
 * @param labels the labels {@code unitgrid.dev/grid} and {@code unitgrid.dev/unit}
 */
record UnitMarks(String unitKey, String unit, Map<String, String> labels) {
  private static final List<String> NODE_SELECTOR = List.of("template", "spec", "nodeSelector");
  private static final List<String> POD_LABELS = List.of("template", "metadata", "labels");
  private static final List<String> SELECTOR_LABELS = List.of("selector", "matchLabels");

  static UnitMarks of(Grid grid, String unit) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(Labels.GRID, LabelValue.of(grid.name()));
    labels.put(Labels.UNIT, LabelValue.of(unit));
    return new UnitMarks(grid.spec().gridUniqKey(), unit, labels);
  }

  /** {@code spec} with its pods on the unit's nodes only. */
  Json onNodes(Json spec) {
    Json selector = spec.get("template", "spec", "nodeSelector");
    return spec.withAt(NODE_SELECTOR, selector.with(unitKey, Json.of(unit)));
  }

  /** {@code spec} with the unit's entry as its only node selector. */
  Json onNodesOnly(Json spec) {
    return spec.withAt(NODE_SELECTOR, Json.object(unitKey, unit));
  }

  /** Whether {@code spec} selects nodes by the unit's entry and nothing else. */
  boolean areAllOfNodeSelector(Json spec) {
    return spec.get("template", "spec", "nodeSelector").equals(Json.object(unitKey, unit));
  }

  /** {@code spec} with labelled pods. */
  Json onPods(Json spec) {
    return spec.withAt(POD_LABELS, labelled(spec.get("template", "metadata", "labels")));
  }

  /**
   * {@code spec} selecting by the labels too. A selector that is missing or empty stays so: the API
   * server has words for it.
   */
  Json onSelector(Json spec) {
    if (spec.get("selector").isZero()) {
      return spec;
    }
    return spec.withAt(SELECTOR_LABELS, labelled(spec.get("selector", "matchLabels")));
  }

  /** Whether {@code selector} selects by the labels. */
  boolean areIn(Json selector) {
    return selector.get("matchLabels").asStrings().entrySet().containsAll(labels.entrySet());
  }

  /** {@code selector} without the labels. */
  Json takenFrom(Json selector) {
    Json matchLabels = selector.get("matchLabels");
    for (String label : labels.keySet()) {
      matchLabels = matchLabels.without(label);
    }
    return selector.with("matchLabels", matchLabels);
  }

  private Json labelled(Json existing) {
    Json all = existing;
    for (Map.Entry<String, String> label : labels.entrySet()) {
      all = all.with(label.getKey(), Json.of(label.getValue()));
    }
    return all;
  }
}
