/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Who asked what, oldest first; each method narrows it down. Immutable: it does not grow.
 *
 * <pre>{@code
 * cluster.log().by("my-controller").writes().on("deployments.apps").count();
 * cluster.log().byUserAgent("kubectl").of(Verb.LIST, Verb.WATCH).requests();
 * }</pre>
 */
public final class RequestLog {
  private final List<RecordedRequest> requests;
  private final ResourceNames names;

  RequestLog(List<RecordedRequest> requests, ResourceNames names) {
    this.requests = List.copyOf(requests);
    this.names = names;
  }

  /** Only those of a user. */
  public RequestLog by(String user) {
    return only(request -> request.user().equals(user));
  }

  /** Only those whose user agent begins with {@code prefix}. */
  public RequestLog byUserAgent(String prefix) {
    return only(request -> request.userAgent().startsWith(prefix));
  }

  /** Only these verbs. */
  public RequestLog of(Verb... verbs) {
    Set<Verb> wanted = EnumSet.noneOf(Verb.class);
    wanted.addAll(Arrays.asList(verbs));
    return only(request -> wanted.contains(request.verb()));
  }

  /** Only those that change something. */
  public RequestLog writes() {
    return only(request -> request.verb().writes());
  }

  /**
   * Only those about a resource.
   *
   * @param resource the plural, with the group after a dot unless it is the core group
   * @throws IllegalArgumentException if no request can be about it, with the name that may be meant
   */
  public RequestLog on(String resource) {
    String wanted = names.checked(resource);
    return only(request -> request.resource().equals(wanted));
  }

  /** Only those about one object; a create is about a collection. */
  public RequestLog named(String name) {
    return only(request -> request.name().equals(name));
  }

  /** Only those answered with this HTTP status; 0 for never. */
  public RequestLog answered(int status) {
    return only(request -> request.status() == status);
  }

  /** Only those that {@code wanted} takes. */
  public RequestLog only(Predicate<RecordedRequest> wanted) {
    return new RequestLog(requests.stream().filter(wanted).toList(), names);
  }

  /** The requests. */
  public List<RecordedRequest> requests() {
    return requests;
  }

  /** How many. */
  public int count() {
    return requests.size();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return requests.isEmpty();
  }

  /** Who asked what how often, a line each. */
  public String summary() {
    Map<String, Integer> counts = new TreeMap<>();
    for (RecordedRequest request : requests) {
      String agent = request.userAgent().isEmpty() ? "" : " (" + request.userAgent() + ")";
      String what = request.verb() + " " + request.resource();
      counts.merge(request.user() + agent + ": " + what, 1, Integer::sum);
    }
    StringBuilder text = new StringBuilder();
    counts.forEach((what, count) -> text.append(what).append(" x ").append(count).append('\n'));
    return text.toString();
  }

  /** Every request, a line each. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    requests.forEach(request -> text.append("  ").append(request).append('\n'));
    return text.toString();
  }
}
