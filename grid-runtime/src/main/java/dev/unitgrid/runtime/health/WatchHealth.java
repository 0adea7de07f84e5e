/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.health;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.runtime.reflect.ReflectorState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whether one kind is known.
 *
 * @param kind e.g. {@code Deployment}
 * @param namespace the one that is watched; empty for all
 * @param synced whether a complete list has been read since the start
 * @param allowsDeletions whether something may be deleted because of it (RULE 2)
 * @param heardAt when the server last said anything of it
 * @param problems sentences; empty if all is well
 */
public record WatchHealth(
    String kind,
    String namespace,
    boolean synced,
    boolean allowsDeletions,
    Optional<Instant> heardAt,
    List<String> problems) {
  /** Copies {@code problems}. */
  public WatchHealth {
    problems = List.copyOf(problems);
  }

  /** The health of a reflector in {@code state}. */
  public static WatchHealth of(ResourceType type, String namespace, ReflectorState state) {
    List<String> problems = new ArrayList<>();
    state.problem().ifPresent(problem -> problems.add(type.kind() + ": " + problem.sentence()));
    new TreeMap<>(state.poisoned())
        .forEach(
            (key, sentence) ->
                problems.add(type.kind() + " " + key + " cannot be decoded: " + sentence));
    return new WatchHealth(
        type.kind(), namespace, state.synced(), state.allowsDeletions(), state.heardAt(), problems);
  }

  /** This health whose problems each say what may be done about them. */
  public WatchHealth withHint(String hint) {
    List<String> hinted = problems.stream().map(problem -> problem + " (" + hint + ")").toList();
    return new WatchHealth(kind, namespace, synced, allowsDeletions, heardAt, hinted);
  }
}
