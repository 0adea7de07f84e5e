/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.child;

/**
 * Something that a user should know about a unit: shown in a condition, never thrown.
 *
 * @param unit the unit, or empty for the whole grid
 * @param condition the type of the condition that shows it, of {@link
 *     dev.unitgrid.api.ConditionTypes}
 * @param message a sentence that says what to do; from the API server in its own words
 * @param blocking whether the unit cannot be brought to what the grid says
 */
public record Problem(String unit, String condition, String message, boolean blocking) {
  /** A problem that keeps its unit's child as it is. */
  public static Problem blocking(String unit, String condition, String message) {
    return new Problem(unit, condition, message, true);
  }

  /** Something that was overruled or merged; the unit goes on. */
  public static Problem note(String unit, String condition, String message) {
    return new Problem(unit, condition, message, false);
  }
}
