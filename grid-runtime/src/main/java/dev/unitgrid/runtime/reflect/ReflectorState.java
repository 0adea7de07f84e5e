/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Where a {@link Reflector} is. What it says of the world has already reached the sink.
 *
 * @param phase what it is doing
 * @param synced whether a complete, consistent list has been taken over since the start; stays true
 * @param rollbackDetected whether versions ran backwards (a restored backup, a lagging server):
 *     nothing may be deleted until a complete new list has been taken over (RULE 2). A list that is
 *     older still after five minutes is the server's world, and is taken over
 * @param reached the version up to which every change is known
 * @param listedAt when the last complete list was taken over
 * @param heardAt when the server last said anything: a page, an event or a bookmark
 * @param problem what is wrong now
 * @param poisoned objects that could not be decoded, each with a sentence; their last good value
 *     stays
 */
public record ReflectorState(
    Phase phase,
    boolean synced,
    boolean rollbackDetected,
    ResourceVersion reached,
    Optional<Instant> listedAt,
    Optional<Instant> heardAt,
    Optional<Problem> problem,
    Map<ObjectKey, String> poisoned) {
  /** What a reflector is doing. */
  public enum Phase {
    /** Not started yet. */
    IDLE,
    /** Reading a list. */
    LISTING,
    /** Following a watch, or opening it. */
    WATCHING,
    /** Waiting before the next attempt. */
    WAITING,
    /** Closed. */
    STOPPED
  }

  /**
   * Why it does not go on.
   *
   * @param code the HTTP status, e.g. 404 while the CRD is not installed or 403 without the right;
   *     0 if the server did not answer
   * @param sentence for people
   * @param since when it began
   */
  public record Problem(int code, String sentence, Instant since) {}

  static final ReflectorState IDLE =
      new ReflectorState(
          Phase.IDLE,
          false,
          false,
          ResourceVersion.NONE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  /** Copies {@code poisoned}. */
  public ReflectorState {
    poisoned = Map.copyOf(poisoned);
  }

  /** Whether every change up to {@code version} is known (RULE 17). */
  public boolean reached(ResourceVersion version) {
    return synced && !rollbackDetected && !reached.isOlderThan(version);
  }

  /** Whether something may be deleted because of what this reflector says (RULE 2). */
  public boolean allowsDeletions() {
    return synced && !rollbackDetected && phase != Phase.STOPPED;
  }
}
