/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The one decision: from what was observed to what is to be done.
 *
 * <pre>{@code
 * Plan plan = GridPlanner.plan(observed);
 * for (UnitPlan unit : plan.units()) {
 *   unit.actions(); // in order; the first that fails ends the unit's, not the others'
 * }
 * plan.status();      // the grid's status as it should read
 * plan.nextCheckAt(); // plan again then, even if nothing was observed
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.plan;

import org.jspecify.annotations.NullMarked;
