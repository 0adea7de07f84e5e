/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import dev.unitgrid.api.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The spec of a grid as a value. What cannot be read is a sentence in {@link #problems()}, never an
 * exception: one bad grid must not stop others. Immutable.
 *
 * @param gridUniqKey the node label whose values name the units; empty only with a problem
 * @param template the template of {@code spec.template}; JSON null if there are only others
 * @param templatePool more templates, by name
 * @param templates which unit uses which template
 * @param defaultTemplateName the template of all other units; empty or {@code default} means {@code
 *     template}
 * @param autoDeleteUnusedTemplate whether unused entries of the pool are removed (RULE 6)
 * @param unitSelector restricts the grid to some units
 * @param emptyUnitPolicy what is done with the children of empty units
 * @param emptyUnitGracePeriod how long a unit may be empty before
 * @param problems sentences about fields that could not be read
 */
public record GridSpec(
    String gridUniqKey,
    Json template,
    Map<String, Json> templatePool,
    Map<String, String> templates,
    String defaultTemplateName,
    boolean autoDeleteUnusedTemplate,
    Optional<UnitSelector> unitSelector,
    EmptyUnitPolicy emptyUnitPolicy,
    Duration emptyUnitGracePeriod,
    List<String> problems) {
  /** How long a unit may be empty if the grid does not say. */
  public static final Duration DEFAULT_EMPTY_UNIT_GRACE_PERIOD = Duration.ofMinutes(5);

  /**
   * The longest grace period, some 68 years; a longer one is cut to it, for no calendar reaches the
   * end of all numbers.
   */
  public static final Duration LONGEST_EMPTY_UNIT_GRACE_PERIOD =
      Duration.ofSeconds(Integer.MAX_VALUE);

  /** The word that means {@code spec.template}, as the empty one. */
  public static final String DEFAULT_TEMPLATE = "default";

  /** Copies the collections. */
  public GridSpec {
    templatePool = Collections.unmodifiableMap(new LinkedHashMap<>(templatePool));
    templates = Collections.unmodifiableMap(new LinkedHashMap<>(templates));
    problems = List.copyOf(problems);
  }

  /** The value of the field {@code spec} of a grid. */
  public static GridSpec parse(Json spec) {
    List<String> problems = new ArrayList<>();
    String key = spec.get("gridUniqKey").asString("");
    if (key.isEmpty()) {
      problems.add("spec.gridUniqKey is missing: name the node label whose values are the units");
    }
    if (!spec.get("template").isObject() && spec.get("templatePool").isZero()) {
      problems.add("spec.template is missing");
    }
    return new GridSpec(
        key,
        spec.get("template"),
        spec.get("templatePool").fields(),
        spec.get("templates").asStrings(),
        spec.get("defaultTemplateName").asString(""),
        spec.get("autoDeleteUnusedTemplate").asBoolean(false),
        unitSelector(spec.get("unitSelector"), problems),
        policy(spec.get("emptyUnitPolicy").asString(EmptyUnitPolicy.DELETE.value()), problems),
        gracePeriod(spec.get("emptyUnitGracePeriodSeconds"), problems),
        problems);
  }

  private static Optional<UnitSelector> unitSelector(Json selector, List<String> problems) {
    if (!selector.isObject()) {
      return Optional.empty();
    }
    try {
      return Optional.of(UnitSelector.parse(selector));
    } catch (IllegalArgumentException malformed) {
      problems.add("spec.unitSelector.nodeSelector: " + malformed.getMessage());
      return Optional.of(new UnitSelector(UnitSelector.names(selector), Optional.empty()));
    }
  }

  private static EmptyUnitPolicy policy(String word, List<String> problems) {
    for (EmptyUnitPolicy policy : EmptyUnitPolicy.values()) {
      if (policy.value().equals(word)) {
        return policy;
      }
    }
    problems.add("spec.emptyUnitPolicy is Delete, Retain or ScaleToZero, not \"" + word + "\"");
    return EmptyUnitPolicy.RETAIN;
  }

  private static Duration gracePeriod(Json seconds, List<String> problems) {
    long value = seconds.asLong(DEFAULT_EMPTY_UNIT_GRACE_PERIOD.toSeconds());
    if (value < 0) {
      problems.add("spec.emptyUnitGracePeriodSeconds is negative");
      return DEFAULT_EMPTY_UNIT_GRACE_PERIOD;
    }
    return Duration.ofSeconds(Math.min(value, LONGEST_EMPTY_UNIT_GRACE_PERIOD.toSeconds()));
  }
}
