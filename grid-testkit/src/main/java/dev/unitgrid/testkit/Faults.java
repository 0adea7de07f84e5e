/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * What goes wrong between a client and the server: rules over verb, resource, name, user, page and
 * number of the call, and cuts of watches that are open. The first rule that matches and is not
 * used up is the one that acts. Thread-safe.
 *
 * <pre>{@code
 * faults.on(Verb.LIST, "nodes").nth(1).status(503);
 * faults.on(Verb.PATCH, "deployments.apps").named("demo-beijing").times(2).status(409);
 * faults.on(Verb.LIST, "nodes").page(2).status(500);
 * faults.onWrites("configmaps").named("a").nth(3).statusAfter(500);
 * faults.silenceWatches("nodes");
 * try (LinkCut cut = faults.cutLink("my-controller")) { ... }
 * }</pre>
 */
public final class Faults {
  /** Every resource, also what is asked before any. */
  static final String EVERYTHING = "*";

  private final CopyOnWriteArrayList<FaultRule> rules = new CopyOnWriteArrayList<>();
  private final List<LinkCut> cuts = new CopyOnWriteArrayList<>();
  private final List<FaultRule> begun = new CopyOnWriteArrayList<>();
  private final OpenStreams streams;
  private final ResourceNames names;

  Faults(OpenStreams streams, ResourceNames names) {
    this.streams = streams;
    this.names = names;
  }

  /**
   * Begins a rule; it acts once one of its methods has said how.
   *
   * @param resource the plural, with the group after a dot unless it is the core group; it need not
   *     be served yet if a CustomResourceDefinition may still bring it
   * @throws IllegalArgumentException if no request can be about it, with the name that may be meant
   * @throws IllegalStateException if the rule begun before does not say yet what happens
   */
  public FaultRule on(Verb verb, String resource) {
    return begin(EnumSet.of(verb), names.checked(resource));
  }

  /** Begins a rule about every request that changes {@code resource}, as {@link #on}. */
  public FaultRule onWrites(String resource) {
    Set<Verb> writes = EnumSet.allOf(Verb.class);
    writes.removeIf(verb -> !verb.writes());
    return begin(writes, names.checked(resource));
  }

  /** Begins a rule about every request, as {@link #on}. */
  public FaultRule onAll() {
    return begin(EnumSet.allOf(Verb.class), EVERYTHING);
  }

  private FaultRule begin(Set<Verb> verbs, String resource) {
    expectFinished();
    FaultRule rule = new FaultRule(verbs, resource, this::finish);
    begun.add(rule);
    return rule;
  }

  private void finish(FaultRule rule) {
    begun.remove(rule);
    rules.addIfAbsent(rule);
  }

  /**
   * Fails if a rule was begun that does not say what happens; such a rule does nothing. The end of
   * a {@link TestCluster} does the same.
   *
   * @throws IllegalStateException with that rule
   */
  void expectFinished() {
    List<FaultRule> left = List.copyOf(begun);
    begun.clear();
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          "a fault rule does not say what happens, e.g. .status(503), and does nothing: " + left);
    }
  }

  /** The rules that met no request so far, in words. A failed {@link Await} prints them too. */
  public List<String> unused() {
    return rules.stream().filter(rule -> rule.hits() == 0).map(FaultRule::toString).toList();
  }

  /**
   * Expects that each rule has met a request.
   *
   * @throws ExpectationError with those that have not
   */
  public void expectUsed() {
    List<String> unused = unused();
    if (!unused.isEmpty()) {
      throw new ExpectationError("fault rules that met no request: " + unused);
    }
  }

  /** Forgets all rules and heals all links. */
  public void clear() {
    begun.clear();
    rules.clear();
    cuts.clear();
  }

  /**
   * Cuts the link of every client until the answer is closed: open watches break, and requests are
   * reset.
   */
  public LinkCut cutLink() {
    return cut(new LinkCut(null, false, cuts::remove));
  }

  /** As {@link #cutLink()}, for the clients of one user. */
  public LinkCut cutLink(String user) {
    return cut(new LinkCut(user, false, cuts::remove));
  }

  /**
   * As {@link #cutLink()}, but nobody hears of it, as when a cable is pulled: open watches go
   * silent for good, and requests get no answer.
   */
  public LinkCut cutLinkSilently() {
    return cut(new LinkCut(null, true, cuts::remove));
  }

  /** As {@link #cutLinkSilently()}, for the clients of one user. */
  public LinkCut cutLinkSilently(String user) {
    return cut(new LinkCut(user, true, cuts::remove));
  }

  private LinkCut cut(LinkCut cut) {
    cuts.add(cut);
    streams.eachOf(cut::meets, cut.silent() ? OpenStreams.Tap::silence : OpenStreams.Tap::reset);
    return cut;
  }

  /** Makes the open watches of {@code resource} go silent: open, and nothing comes any more. */
  public void silenceWatches(String resource) {
    streams.each(names.checked(resource), OpenStreams.Tap::silence);
  }

  /** Breaks the open watches of {@code resource}. */
  public void resetWatches(String resource) {
    streams.each(names.checked(resource), OpenStreams.Tap::reset);
  }

  /** Breaks the open watches of {@code resource} in the middle of their next frame. */
  public void truncateWatches(String resource) {
    streams.each(names.checked(resource), OpenStreams.Tap::truncateNext);
  }

  /** Replaces the object of the next frame of each open watch by one that nobody can decode. */
  public void poisonWatches(String resource) {
    streams.each(names.checked(resource), OpenStreams.Tap::poisonNext);
  }

  /** Sends 410 in each open watch of {@code resource}, and ends it. */
  public void expireWatches(String resource) {
    streams.each(names.checked(resource), OpenStreams.Tap::expire);
  }

  Optional<FaultRule.Action> next(Request request) {
    for (LinkCut cut : cuts) {
      if (cut.meets(request.user())) {
        return Optional.of(
            cut.silent() ? new FaultRule.Action.Hang() : new FaultRule.Action.ResetBefore());
      }
    }
    for (FaultRule rule : rules) {
      if (rule.takes(request)) {
        return Optional.of(rule.action());
      }
    }
    return Optional.empty();
  }

  /** What rules look at. */
  record Request(
      Verb verb, String resource, Supplier<String> name, String user, String userAgent, int page) {}

  /** How long an injected answer keeps the client waiting, if it says so. */
  static Optional<Duration> none() {
    return Optional.empty();
  }
}
