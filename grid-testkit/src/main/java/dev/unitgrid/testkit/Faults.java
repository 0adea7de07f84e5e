/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What goes wrong between a client and the server: rules over verb, resource, name, user, page and
 * number of the call, and cuts of watches that are open. The first rule that matches and is not
 * used up is the one that acts. Thread-safe.
 *
 * <pre>{@code
 * faults.on(Verb.LIST, "nodes").nth(1).status(503);
 * faults.on(Verb.PATCH, "deployments.apps").named("demo-beijing").times(2).status(409);
 * faults.on(Verb.LIST, "nodes").page(2).status(500);
 * faults.silenceWatches("nodes");
 * }</pre>
 */
public final class Faults {
  private final List<FaultRule> rules = new CopyOnWriteArrayList<>();
  private final OpenStreams streams;

  Faults(OpenStreams streams) {
    this.streams = streams;
  }

  /**
   * Begins a rule; it acts once one of its methods has said how.
   *
   * @param resource the plural, with the group after a dot unless it is the core group
   */
  public FaultRule on(Verb verb, String resource) {
    return new FaultRule(verb, resource, rules::add);
  }

  /** Forgets all rules. */
  public void clear() {
    rules.clear();
  }

  /** Makes the open watches of {@code resource} go silent: open, and nothing comes any more. */
  public void silenceWatches(String resource) {
    streams.each(resource, OpenStreams.Tap::silence);
  }

  /** Breaks the open watches of {@code resource}. */
  public void resetWatches(String resource) {
    streams.each(resource, OpenStreams.Tap::reset);
  }

  /** Breaks the open watches of {@code resource} in the middle of their next frame. */
  public void truncateWatches(String resource) {
    streams.each(resource, OpenStreams.Tap::truncateNext);
  }

  /** Replaces the object of the next frame of each open watch by one that nobody can decode. */
  public void poisonWatches(String resource) {
    streams.each(resource, OpenStreams.Tap::poisonNext);
  }

  /** Sends 410 in each open watch of {@code resource}, and ends it. */
  public void expireWatches(String resource) {
    streams.each(resource, OpenStreams.Tap::expire);
  }

  Optional<FaultRule.Action> next(Request request) {
    for (FaultRule rule : rules) {
      if (rule.takes(request)) {
        return Optional.of(rule.action());
      }
    }
    return Optional.empty();
  }

  /** What rules look at. */
  record Request(Verb verb, String resource, String name, String user, int page) {}

  /** How long an injected answer keeps the client waiting, if it says so. */
  static Optional<Duration> none() {
    return Optional.empty();
  }
}
