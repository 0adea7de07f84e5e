/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.queue;

import java.time.Duration;

/**
 * How busy a {@link WorkQueue} is.
 *
 * @param depth keys that wait for a worker
 * @param delayed keys that wait for their time
 * @param working keys that are worked on
 * @param failing keys whose last work failed
 * @param oldest how long the oldest key waits for a worker; zero if none does
 */
public record QueueState(int depth, int delayed, int working, int failing, Duration oldest) {}
