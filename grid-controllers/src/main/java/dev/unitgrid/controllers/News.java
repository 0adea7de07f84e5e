/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.status.ConditionChanges;

/**
 * A condition that began or ceased to hold: what users are told of by an event.
 *
 * @param type of the condition
 * @param warning whether users should look
 * @param reason one word in CamelCase
 * @param message a sentence
 */
record News(String type, boolean warning, String reason, String message) {
  /** Conditions that hold or not in the course of things; all others name something to look at. */
  private static final ImmutableSet<String> ORDINARY =
      ImmutableSet.of(
          ConditionTypes.READY,
          ConditionTypes.PROGRESSING,
          ConditionTypes.PAUSED,
          ConditionTypes.TEMPLATE_NORMALIZED);

  /** What changed from one field {@code status} of a grid to another. */
  static ImmutableList<News> between(Json before, Json after) {
    return ConditionChanges.between(before, after).stream()
        .map(News::of)
        .collect(ImmutableList.toImmutableList());
  }

  private static News of(ConditionChanges.Change change) {
    boolean holds = change.to().filter(Condition.Status.TRUE::equals).isPresent();
    return new News(
        change.type(),
        holds && !ORDINARY.contains(change.type()),
        change.reason(),
        change.message());
  }
}
