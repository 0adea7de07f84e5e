/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;

/** Hears of plans. Called on threads of the engine; must not block. */
@FunctionalInterface
public interface PlanListener {
  /**
   * A plan was made.
   *
   * @param grid whose
   * @param observed what it was made from
   * @param plan what is, or in a dry run would be, done
   */
  void planned(GridKey grid, Observed observed, Plan plan);

  /**
   * A plan could not be made, for a bug. Nothing is done for the grid but to say so in its status.
   *
   * @param grid whose
   * @param bug what the planner threw
   */
  default void failed(GridKey grid, RuntimeException bug) {}
}
