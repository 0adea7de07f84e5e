/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

/**
 * The versions under which what is filtered is served (RULE 30): a counter of our own, since an
 * object can change for a node without a change upstream, and client-go takes an update with an
 * unchanged version for none. It starts above everything that an earlier process served, so a
 * version says of itself whether this process gave it out. Immutable.
 *
 * @param start the version before the first change of this process
 * @param current the version of the last change
 */
public record ServedVersions(long start, long current) {
  /** What to do for a client that begins at a version. */
  public sealed interface Answer {
    /** Serve what is there now. */
    record Now() implements Answer {}

    /** Serve the changes after {@code version}. */
    record After(long version) implements Answer {}

    /** 410: the client must list again. */
    record Expired(String sentence) implements Answer {}

    /** 504: the client asks for what is yet to come, and is told to try again. */
    record TooLarge(String sentence) implements Answer {}

    /** 400: no version. */
    record Invalid(String sentence) implements Answer {}
  }

  /**
   * The versions of a process that begins.
   *
   * @param persisted the highest version that is known to have been served, 0 if none is
   * @param margin how many changes may have been served since that was written down
   * @param clockMicros the time, in microseconds since 1970: it is far ahead of any counter that
   *     began so, should what was persisted be lost
   * @param upstream the highest version seen of the API server, of which a client may hold one
   */
  public static ServedVersions begin(long persisted, long margin, long clockMicros, long upstream) {
    long start = Math.max(Math.max(persisted + margin, clockMicros), upstream + 1);
    return new ServedVersions(start, start);
  }

  /** The versions after one more change. */
  public ServedVersions next() {
    return new ServedVersions(start, current + 1);
  }

  /**
   * How a watch is answered.
   *
   * @param resourceVersion as the client sent it; empty or {@code 0} for whatever is there
   * @param oldest the oldest version after which all changes are still remembered
   */
  public Answer watch(String resourceVersion, long oldest) {
    if (isAny(resourceVersion)) {
      return new Answer.Now();
    }
    long asked = parse(resourceVersion);
    if (asked < 0) {
      return invalid(resourceVersion);
    }
    if (asked < Math.max(start, oldest) || asked > current) {
      // Above the current one it is not ours: of another server, or of a process that ran ahead.
      return new Answer.Expired("too old resource version: " + asked + " (" + current + ")");
    }
    return new Answer.After(asked);
  }

  /**
   * How a list is answered that must not be older than a version.
   *
   * @param resourceVersion as the client sent it; empty or {@code 0} for whatever is there
   */
  public Answer listNotOlderThan(String resourceVersion) {
    if (isAny(resourceVersion)) {
      return new Answer.Now();
    }
    long asked = parse(resourceVersion);
    if (asked < 0) {
      return invalid(resourceVersion);
    }
    return asked > current
        ? new Answer.TooLarge(
            "Too large resource version: " + resourceVersion + ", current: " + current)
        : new Answer.Now();
  }

  /**
   * How a list is answered that must be of exactly a version: nothing but the newest is kept.
   *
   * @param resourceVersion as the client sent it
   */
  public Answer listExactly(String resourceVersion) {
    long asked = parse(resourceVersion);
    if (asked <= 0) {
      return invalid(resourceVersion);
    }
    return asked < current
        ? new Answer.Expired("The provided resource version is no longer available: " + asked)
        : listNotOlderThan(resourceVersion);
  }

  private static boolean isAny(String resourceVersion) {
    return resourceVersion.isEmpty() || resourceVersion.equals("0");
  }

  private static Answer invalid(String resourceVersion) {
    return new Answer.Invalid("invalid resource version \"" + resourceVersion + "\"");
  }

  /** The number that {@code text} is, the largest for one of 64 bits beyond it; -1 for none. */
  private static long parse(String text) {
    if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    try {
      long unsigned = Long.parseUnsignedLong(text);
      return unsigned < 0 ? Long.MAX_VALUE : unsigned;
    } catch (NumberFormatException beyond) {
      return -1;
    }
  }
}
