/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.queue;

import java.util.concurrent.CompletionStage;

/** Works on keys of a {@link WorkQueue}. Called on threads of the scheduler; must not block. */
@FunctionalInterface
public interface Worker<K> {
  /**
   * Works on {@code key}; until the stage completes no other worker has that key. A stage that
   * fails, or an exception, counts as {@link Outcome#retry}.
   */
  CompletionStage<Outcome> work(K key);
}
