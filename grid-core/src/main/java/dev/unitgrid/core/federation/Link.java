/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a child cluster lives, told by the changes of its Lease: by the parent's clock, whatever
 * the child's says (RULE 36). Immutable.
 *
 * @param state what is known
 * @param since since when, by the parent's clock
 * @param contender the other cluster that wants the same namespace, if one does
 */
public record Link(State state, Instant since, Optional<String> contender) {
  /** What is known of a cluster. */
  public enum State {
    /** Nothing yet: this parent has not listened for long enough. */
    UNKNOWN,
    /** Its Lease changes. */
    REACHABLE,
    /** Its Lease has not changed for too long, or there is none. */
    SILENT
  }

  /** Of a cluster that this parent begins to listen to. */
  public static Link unknown(Instant now) {
    return new Link(State.UNKNOWN, now, Optional.empty());
  }

  /** Its Lease changed. */
  public Link heard(Instant now) {
    return become(State.REACHABLE, now);
  }

  /** Nothing was heard for {@code silence}; after {@code patience} it counts as silent. */
  public Link silentFor(Duration silence, Duration patience, Instant now) {
    return silence.compareTo(patience) < 0 ? this : become(State.SILENT, now);
  }

  /** Who else wants the namespace; nobody if empty. */
  public Link contendedBy(Optional<String> other) {
    return new Link(state, since, other);
  }

  private Link become(State next, Instant now) {
    return state == next ? this : new Link(next, now, contender);
  }
}
