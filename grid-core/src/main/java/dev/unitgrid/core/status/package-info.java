/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a grid says about itself: counts, conditions, the state of each unit (RULES 25, 26).
 *
 * <pre>{@code
 * Situation situation = ImmutableSituation.builder()
 *     .addUnits(new UnitState("beijing", Optional.of(child), true, ImmutableList.of()))
 *     .unitCount(1)
 *     .isPlanned(true)
 *     .build();
 * Json status = StatusSummary.of(grid, situation, now);
 * status.get("readyUnits");                         // 1
 * ConditionChanges.between(grid.status(), status); // [Ready: became true]
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.status;

import org.jspecify.annotations.NullMarked;
