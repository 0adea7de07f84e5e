/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.json.Json;
import java.time.Instant;
import java.util.Optional;
import org.immutables.value.Value;

/** What is to be done for one grid. Immutable. */
@Value.Immutable
public interface Plan {
  /**
   * A plan for each child that is or should be, sorted by unit and name. Units are independent of
   * each other.
   */
  ImmutableList<UnitPlan> units();

  /** Writes to the grid itself (RULE 6). */
  ImmutableList<Action> gridActions();

  /**
   * The field {@code status} of the grid as it should read; equal to the observed one if nothing
   * differs (RULE 25).
   */
  Json status();

  /** When time alone changes the answer, if ever (RULE 24). */
  Optional<Instant> nextCheckAt();

  /** Whether nothing is to be written, the status aside. */
  @Value.Derived
  default boolean isEmpty() {
    return gridActions().isEmpty() && units().stream().allMatch(unit -> unit.actions().isEmpty());
  }
}
