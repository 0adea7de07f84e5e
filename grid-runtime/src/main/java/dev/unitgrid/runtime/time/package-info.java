/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Time and threads as the runtime sees them: one {@link java.time.Clock} and one {@link
 * dev.unitgrid.runtime.time.Scheduler}, handed in through constructors.
 *
 * <pre>{@code
 * Scheduler.Task retry = scheduler.schedule(Duration.ofSeconds(5), this::relist);
 * retry.cancel();
 * }</pre>
 */
@NullMarked
package dev.unitgrid.runtime.time;

import org.jspecify.annotations.NullMarked;
