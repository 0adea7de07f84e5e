/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.health;

import dev.unitgrid.runtime.lease.LeaderState;
import dev.unitgrid.runtime.queue.QueueState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How an engine is, at one moment.
 *
 * @param watches one for each kind and namespace that is watched
 * @param leader who leads; empty where no lease decides
 * @param queues by name, sorted
 */
public record Health(
    List<WatchHealth> watches, Optional<LeaderState> leader, Map<String, QueueState> queues) {
  /** Copies the collections. */
  public Health {
    watches = List.copyOf(watches);
    queues = Collections.unmodifiableMap(new TreeMap<>(queues));
  }

  /** Whether a complete list of every kind has been read; leading or not. */
  public boolean isReady() {
    return !watches.isEmpty() && watches.stream().allMatch(WatchHealth::synced);
  }

  /** What is wrong, in sentences for people; empty if all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    watches.forEach(watch -> problems.addAll(watch.problems()));
    leader.flatMap(LeaderState::problem).ifPresent(problem -> problems.add("lease: " + problem));
    return problems;
  }
}
