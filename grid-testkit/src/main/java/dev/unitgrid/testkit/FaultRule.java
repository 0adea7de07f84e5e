/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One fault: first which requests it meets (default: every one of its verb and resource, any number
 * of times), then, with the last call, what happens to them. Configure it on one thread.
 */
public final class FaultRule {
  private final Set<Verb> verbs;
  private final String resource;
  private final Consumer<FaultRule> register;
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger hits = new AtomicInteger();
  private @Nullable String name;
  private @Nullable String user;
  private @Nullable String userAgent;
  private int page;
  private int first = 1;
  private int times = Integer.MAX_VALUE;
  private Action action = new Action.Pass();

  FaultRule(Set<Verb> verbs, String resource, Consumer<FaultRule> register) {
    this.verbs = verbs;
    this.resource = resource;
    this.register = register;
  }

  /** What happens. */
  sealed interface Action {
    /** Nothing. */
    record Pass() implements Action {}

    /** Another answer, without any effect. */
    record Status(int code, Optional<Duration> retryAfter) implements Action {}

    /** The effect, and then another answer. */
    record StatusAfter(int code) implements Action {}

    /** A late answer. */
    record Latency(Duration delay) implements Action {}

    /** No answer, and no effect. */
    record ResetBefore() implements Action {}

    /** No answer, with the effect. */
    record ResetAfter() implements Action {}

    /** No answer and no end. */
    record Hang() implements Action {}

    /** The first object in the answer, or in the stream, cannot be decoded. */
    record Undecodable() implements Action {}

    /** The stream breaks in the middle of its first frame. */
    record Truncated() implements Action {}

    /** The stream opens and stays silent. */
    record Silent() implements Action {}

    /** The list is as it was at a version. */
    record Lagging(long version) implements Action {}
  }

  /**
   * Only for the object {@code objectName}; for a create, the name in the body. One that the server
   * is to generate is not known yet.
   */
  public FaultRule named(String objectName) {
    name = objectName;
    return this;
  }

  /** Only for requests of {@code userName}. */
  public FaultRule byUser(String userName) {
    user = userName;
    return this;
  }

  /** Only for requests whose user agent begins with {@code prefix}. */
  public FaultRule byUserAgent(String prefix) {
    userAgent = prefix;
    return this;
  }

  /** Only for the page {@code number} of lists, from 1: those after the first have a token. */
  public FaultRule page(int number) {
    page = positive(number);
    return this;
  }

  /** Only for the {@code number}th request that matches, from 1. */
  public FaultRule nth(int number) {
    first = positive(number);
    times = 1;
    return this;
  }

  /** Only for the first {@code number} requests that match. */
  public FaultRule times(int number) {
    times = positive(number);
    return this;
  }

  private static int positive(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("requests and pages are counted from 1, not " + number);
    }
    return number;
  }

  /**
   * Answers {@code code}, 400 to 599, with the {@code Status} that belongs to it.
   *
   * @throws IllegalArgumentException for a code that is no failure
   */
  public void status(int code) {
    act(new Action.Status(failure(code), Faults.none()));
  }

  private static int failure(int code) {
    if (code < 400 || code > 599) {
      throw new IllegalArgumentException("a failure has a code from 400 to 599, not " + code);
    }
    return code;
  }

  /**
   * Answers {@code code}, 400 to 599, with a header {@code Retry-After}: whole seconds, as the
   * header has no others, and never less than {@code retryAfter}.
   *
   * @throws IllegalArgumentException for a code that is no failure, or a time that is negative
   */
  public void status(int code, Duration retryAfter) {
    if (retryAfter.isNegative()) {
      throw new IllegalArgumentException("nobody can come back after " + retryAfter);
    }
    act(new Action.Status(failure(code), Optional.of(retryAfter)));
  }

  /** Does what was asked, and then answers {@code code}, as if it had failed. */
  public void statusAfter(int code) {
    act(new Action.StatusAfter(failure(code)));
  }

  /** Answers late. */
  public void latency(Duration delay) {
    act(new Action.Latency(delay));
  }

  /** Breaks the connection before anything happened. */
  public void resetBefore() {
    act(new Action.ResetBefore());
  }

  /** Breaks the connection after the request had its effect. */
  public void resetAfter() {
    act(new Action.ResetAfter());
  }

  /** Never answers: the client's own deadline has to end it. */
  public void hang() {
    act(new Action.Hang());
  }

  /** The first object of the list, or of the watch, cannot be decoded. */
  public void undecodable() {
    act(new Action.Undecodable());
  }

  /** The watch breaks in the middle of its first frame. */
  public void truncated() {
    act(new Action.Truncated());
  }

  /** The watch opens, and nothing ever comes. */
  public void silent() {
    act(new Action.Silent());
  }

  /** The list, whatever version it asks for, is as it was at {@code resourceVersion}. */
  public void lagging(String resourceVersion) {
    act(new Action.Lagging(Long.parseLong(resourceVersion)));
  }

  private void act(Action what) {
    action = what;
    register.accept(this);
  }

  Action action() {
    return action;
  }

  boolean takes(Faults.Request request) {
    boolean matches =
        verbs.contains(request.verb())
            && (resource.equals(Faults.EVERYTHING) || request.resource().equals(resource))
            && (user == null || user.equals(request.user()))
            && (userAgent == null || request.userAgent().startsWith(userAgent))
            && (name == null || name.equals(request.name().get()))
            && (page == 0 || page == request.page());
    if (!matches) {
      return false;
    }
    int call = calls.incrementAndGet();
    boolean acts = call >= first && call - first < times;
    if (acts) {
      hits.incrementAndGet();
    }
    return acts;
  }

  /** How many requests it has met and acted on so far. */
  public int hits() {
    return hits.get();
  }

  /** Which requests it meets and what happens, in words. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(verbs.size() == 1 ? verbs.iterator().next() : verbs);
    text.append(' ').append(resource);
    text.append(name == null ? "" : " named " + name);
    text.append(user == null ? "" : " by " + user);
    text.append(userAgent == null ? "" : " by the user agent " + userAgent);
    text.append(page == 0 ? "" : " page " + page);
    text.append(first == 1 ? "" : " from the " + first + ". on");
    text.append(times == Integer.MAX_VALUE ? "" : " " + times + " times");
    return text.append(": ").append(action).toString();
  }
}
