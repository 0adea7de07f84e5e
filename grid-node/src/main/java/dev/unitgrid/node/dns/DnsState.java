/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.dns;

import dev.unitgrid.runtime.health.WatchHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a {@link DnsAgent} is, at one moment.
 *
 * @param node the local node
 * @param current whether the hosts file said, when it was looked at last, what was known then: all
 *     first lists are in, and it could be written
 * @param nodeKnown whether the local node is known; while it is not, the file stays as it is
 * @param listed whether all first lists are in
 * @param names how many names are answered
 * @param withheld how many are not, e.g. because a real pod has them
 * @param fileProblem why the file could not be written, if it was tried in vain last
 * @param watches one for each kind that it watches itself
 */
public record DnsState(
    String node,
    boolean current,
    boolean nodeKnown,
    boolean listed,
    int names,
    int withheld,
    Optional<String> fileProblem,
    List<WatchHealth> watches) {
  /** Copies the watches. */
  public DnsState {
    watches = List.copyOf(watches);
  }

  /** What keeps the file from being up to date, in sentences for people; empty if all is well. */
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!listed) {
      problems.add("names: not everything is listed yet; the hosts file stays as it is");
    } else if (!nodeKnown) {
      problems.add("names: there is no node " + node + "; the hosts file stays as it is");
    } else if (!current && fileProblem.isEmpty()) {
      problems.add("names: the hosts file is not written yet");
    }
    fileProblem.ifPresent(problems::add);
    for (WatchHealth watch : watches) {
      if (!watch.synced()) {
        problems.add(watch.kind() + ": the first list is not complete yet");
      }
      problems.addAll(watch.problems());
    }
    return problems;
  }
}
