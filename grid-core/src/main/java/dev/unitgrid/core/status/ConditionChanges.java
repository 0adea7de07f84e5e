/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The changes of conditions that are worth an event (RULE 26). */
public final class ConditionChanges {
  private ConditionChanges() {}

  /**
   * One condition that holds now and did not, or the other way round.
   *
   * @param type the condition's type
   * @param from what it was; empty if it was not there
   * @param to what it is; empty if it is not there any more
   * @param reason one word in CamelCase
   * @param message a sentence
   */
  public record Change(
      String type,
      Optional<Condition.Status> from,
      Optional<Condition.Status> to,
      String reason,
      String message) {}

  /**
   * What changed between two values of the field {@code status} of a grid, in the order of the new
   * one, then what is gone. A condition that is not there counts as false.
   */
  public static ImmutableList<Change> between(Json oldStatus, Json newStatus) {
    GridStatus before = GridStatus.parse(oldStatus);
    GridStatus after = GridStatus.parse(newStatus);
    List<Change> changes = new ArrayList<>();
    for (Condition now : after.conditions()) {
      Optional<Condition> then = before.condition(now.type());
      if (!status(then).equals(now.status())) {
        changes.add(
            new Change(
                now.type(),
                then.map(Condition::status),
                Optional.of(now.status()),
                now.reason(),
                now.message()));
      }
    }
    for (Condition then : before.conditions()) {
      if (after.condition(then.type()).isEmpty() && then.isTrue()) {
        changes.add(gone(then));
      }
    }
    return ImmutableList.copyOf(changes);
  }

  private static Condition.Status status(Optional<Condition> condition) {
    return condition.map(Condition::status).orElse(Condition.Status.FALSE);
  }

  private static Change gone(Condition condition) {
    return new Change(
        condition.type(),
        Optional.of(condition.status()),
        Optional.empty(),
        "Resolved",
        "no longer so: " + condition.message());
  }
}
