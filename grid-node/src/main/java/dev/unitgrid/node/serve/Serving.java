/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import java.util.concurrent.Executor;

/**
 * What kinds are served with.
 *
 * @param scheduler for bookmarks and timeouts
 * @param loop runs tasks one after the other: the one that owns the kinds
 * @param metrics told of clients
 * @param limits of what is kept
 */
public record Serving(Scheduler scheduler, Executor loop, Metrics metrics, ServeLimits limits) {}
