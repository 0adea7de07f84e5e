/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.runtime.health.WatchHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a {@link NodeCache} is, at one moment.
 *
 * @param node the local node
 * @param serving whether Services and slices are served: all first lists are in, or a snapshot was
 *     whole
 * @param connected whether all that is wanted is being watched; if not, what is served may be old
 * @param fromSnapshot whether what is served is from before a restart, and no list has come yet
 * @param nodeKnown whether the local node is known: without it filtered Services show nothing
 * @param watches one for each kind that is watched
 * @param brokenServices Services whose annotations cannot be read, each with a sentence: what they
 *     said last is in force (RULE 29)
 */
public record CacheState(
    String node,
    boolean serving,
    boolean connected,
    boolean fromSnapshot,
    boolean nodeKnown,
    List<WatchHealth> watches,
    Map<String, String> brokenServices) {
  /** Copies the collections. */
  public CacheState {
    watches = List.copyOf(watches);
    brokenServices = java.util.Collections.unmodifiableMap(new TreeMap<>(brokenServices));
  }

  /** What keeps it from being up to date, in sentences for people; empty if all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (fromSnapshot) {
      problems.add("what is served is from before the restart: the API server was not heard yet");
    }
    if (serving && !nodeKnown) {
      problems.add(
          "there is no node "
              + node
              + ": endpoints of filtered Services are hidden until there is; is that the name of its"
              + " Node?");
    }
    for (WatchHealth watch : watches) {
      if (!watch.synced()) {
        problems.add(watch.kind() + ": the first list is not complete yet");
      }
      problems.addAll(watch.problems());
    }
    return problems;
  }
}
