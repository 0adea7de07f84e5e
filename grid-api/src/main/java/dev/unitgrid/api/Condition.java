/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import dev.unitgrid.api.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * One condition of a grid's status, in the form that all Kubernetes kinds share (source: Condition
 * of apimachinery's meta/v1). Immutable.
 *
 * @param type one of {@link ConditionTypes}
 * @param status whether it holds
 * @param reason one word in CamelCase
 * @param message a sentence for people; names the units
 * @param lastTransitionTime when {@code status} changed last; whole seconds, as the API keeps them
 * @param observedGeneration the generation of the grid from which this was found; 0 if not known
 */
public record Condition(
    String type,
    Status status,
    String reason,
    String message,
    Instant lastTransitionTime,
    long observedGeneration) {
  /** The three answers of a condition. */
  public enum Status {
    /** It holds. */
    TRUE("True"),
    /** It does not hold. */
    FALSE("False"),
    /** It cannot be said. */
    UNKNOWN("Unknown");

    private final String value;

    Status(String value) {
      this.value = value;
    }

    /** The word in the status. */
    public String value() {
      return value;
    }

    /** {@link #TRUE} or {@link #FALSE}. */
    public static Status of(boolean holds) {
      return holds ? TRUE : FALSE;
    }

    private static Status parse(String word) {
      return TRUE.value.equals(word) ? TRUE : FALSE.value.equals(word) ? FALSE : UNKNOWN;
    }
  }

  /** The name of the field {@link #type}. */
  public static final String TYPE = "type";

  /** The name of the field {@link #status}. */
  public static final String STATUS = "status";

  /** The name of the field {@link #reason}. */
  public static final String REASON = "reason";

  /** The name of the field {@link #message}. */
  public static final String MESSAGE = "message";

  /** The name of the field {@link #lastTransitionTime}. */
  public static final String LAST_TRANSITION_TIME = "lastTransitionTime";

  /** The name of the field {@link #observedGeneration}. */
  public static final String OBSERVED_GENERATION = "observedGeneration";

  /** Cuts {@code lastTransitionTime} to whole seconds. */
  public Condition {
    lastTransitionTime = lastTransitionTime.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Whether {@link #status} is {@link Status#TRUE}. */
  public boolean isTrue() {
    return status == Status.TRUE;
  }

  /**
   * The condition that {@code condition} says; what is missing or cannot be read is empty, {@link
   * Status#UNKNOWN}, {@link Instant#EPOCH} or 0.
   */
  public static Condition parse(Json condition) {
    return new Condition(
        condition.get(TYPE).asString(""),
        Status.parse(condition.get(STATUS).asString("")),
        condition.get(REASON).asString(""),
        condition.get(MESSAGE).asString(""),
        instant(condition.get(LAST_TRANSITION_TIME)),
        condition.get(OBSERVED_GENERATION).asLong(0));
  }

  /** This condition as the API has it. */
  public Json toJson() {
    return Json.object(
        TYPE, type,
        STATUS, status.value(),
        REASON, reason,
        MESSAGE, message,
        LAST_TRANSITION_TIME, lastTransitionTime.toString(),
        OBSERVED_GENERATION, observedGeneration);
  }

  /** The time that {@code text} says in RFC 3339, with any offset, or {@link Instant#EPOCH}. */
  static Instant instant(Json text) {
    try {
      return java.time.OffsetDateTime.parse(text.asString("")).toInstant();
    } catch (DateTimeParseException noTime) {
      return Instant.EPOCH;
    }
  }
}
