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
 * @param missingRights what the API server refused for want of a right, in its words
 */
public record Health(
    List<WatchHealth> watches,
    Optional<LeaderState> leader,
    Map<String, QueueState> queues,
    List<String> missingRights) {
  /** As far as is known, no right is missing. */
  public Health(
      List<WatchHealth> watches, Optional<LeaderState> leader, Map<String, QueueState> queues) {
    this(watches, leader, queues, List.of());
  }

  /** Copies the collections. */
  public Health {
    watches = List.copyOf(watches);
    missingRights = List.copyOf(missingRights);
    queues = Collections.unmodifiableMap(new TreeMap<>(queues));
  }

  /**
   * Whether a complete list of every kind has been read, leading or not, and no right is known to
   * be missing.
   */
  public boolean isReady() {
    return !watches.isEmpty()
        && watches.stream().allMatch(WatchHealth::synced)
        && missingRights.isEmpty()
        && leader.filter(LeaderState::lacksRight).isEmpty();
  }

  /** What is wrong, in sentences for people; empty if all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    watches.forEach(watch -> problems.addAll(watch.problems()));
    leader.flatMap(LeaderState::problem).ifPresent(problem -> problems.add("lease: " + problem));
    problems.addAll(missingRights);
    return problems;
  }
}
