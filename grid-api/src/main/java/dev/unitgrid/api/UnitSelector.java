/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import dev.unitgrid.api.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Restricts a grid to some units (RULE 4): those named, and those with a node that matches.
 *
 * @param names names of units
 * @param nodeSelector what one node of a unit must match; absent: nodes select nothing
 */
public record UnitSelector(Set<String> names, Optional<LabelSelector> nodeSelector) {
  /** Selects every unit, as a grid without a selector does. */
  public static final UnitSelector ALL =
      new UnitSelector(Set.of(), Optional.of(new LabelSelector(Map.of(), List.of())));

  /** The name of the field {@link #names}. */
  public static final String NAMES = "names";

  /** The name of the field {@link #nodeSelector}. */
  public static final String NODE_SELECTOR = "nodeSelector";

  /** Copies {@code names}. */
  public UnitSelector {
    names = Set.copyOf(names);
  }

  /**
   * The selector that {@code selector} says.
   *
   * @throws IllegalArgumentException with a sentence, if its {@code nodeSelector} cannot be read
   */
  public static UnitSelector parse(Json selector) {
    return new UnitSelector(
        names(selector), selector.find(NODE_SELECTOR).map(LabelSelector::parse));
  }

  static Set<String> names(Json selector) {
    return selector.get(NAMES).items().stream()
        .map(item -> item.asString(""))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** This selector as the API has it; names are sorted. */
  public Json toJson() {
    Map<String, Json> fields = new LinkedHashMap<>();
    if (!names.isEmpty()) {
      fields.put(NAMES, Json.array(names.stream().sorted().map(Json::of).toList()));
    }
    nodeSelector.ifPresent(nodes -> fields.put(NODE_SELECTOR, nodes.toJson()));
    return Json.object(fields);
  }
}
