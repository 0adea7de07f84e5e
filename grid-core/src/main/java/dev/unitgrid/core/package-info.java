/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Every decision of the grid engine as pure functions: no I/O, no clock, no threads, no logging.
 * Start at {@code plan}.
 *
 * <pre>{@code
 * Plan plan = GridPlanner.plan(observed);
 * plan.units();       // what is done in each unit, and why
 * plan.status();      // what the grid's status should say
 * plan.nextCheckAt(); // when time alone changes the answer
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core;

import org.jspecify.annotations.NullMarked;
