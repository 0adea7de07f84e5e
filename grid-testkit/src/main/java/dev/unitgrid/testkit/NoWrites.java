/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * A block in which nothing is written; {@link #close()} fails if something was. What counts is what
 * was answered within the block; {@link Cluster}'s own methods do not. Configure it on one thread.
 *
 * <pre>{@code
 * try (var quiet = cluster.expectNoWrites().except("leases.coordination.k8s.io")) {
 *   cluster.restart();
 *   cluster.await().until("watching again", () -> controller.isWatching());
 * }
 * }</pre>
 */
public final class NoWrites implements AutoCloseable {
  private final Front front;
  private final long start;
  private Predicate<RecordedRequest> counted = request -> request.verb().writes();

  NoWrites(Front front) {
    this.front = front;
    this.start = front.asked();
  }

  /**
   * Writes of these resources do not count.
   *
   * @throws IllegalArgumentException if no request can be about one, with the name that may be
   *     meant
   */
  public NoWrites except(String... resources) {
    List<String> ignored = Arrays.stream(resources).map(front.names()::checked).toList();
    counted = counted.and(request -> !ignored.contains(request.resource()));
    return this;
  }

  /** Only writes of {@code user} count. */
  public NoWrites by(String user) {
    counted = counted.and(request -> request.user().equals(user));
    return this;
  }

  /** The writes of the block so far. */
  public RequestLog writes() {
    return new RequestLog(front.requestsAfter(start), front.names()).only(counted);
  }

  /**
   * Ends the block.
   *
   * @throws ExpectationError if there was a write, with all of them
   */
  @Override
  public void close() {
    RequestLog writes = writes();
    if (!writes.isEmpty()) {
      throw new ExpectationError(
          "no write was expected; there were " + writes.count() + "\n" + writes);
    }
  }
}
