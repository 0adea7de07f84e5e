/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

/**
 * Why an endpoint is shown to a node, or is not.
 *
 * @param reason the rule
 * @param sentence the same for a person, with names
 */
public record Verdict(Reason reason, String sentence) {
  /** The rules by which endpoints are kept and dropped (RULES 27, 29). */
  public enum Reason {
    /** The Service states no keys. */
    UNFILTERED(true),
    /** What the Service states cannot be read, and nothing was read before. */
    UNREADABLE_ANNOTATION(true),
    /** The endpoint's node shares a value with the local node. */
    SAME_UNIT(true),
    /** The key {@code *}, where no other key keeps anything. */
    EVERYWHERE(true),
    /** The local node has none of the labels. */
    LOCAL_NODE_WITHOUT_LABEL(false),
    /** The endpoint says no node. */
    ENDPOINT_WITHOUT_NODE(false),
    /** The endpoint's node is not known yet: the endpoint waits for it. */
    NODE_NOT_KNOWN_YET(false),
    /** The endpoint's node has none of the labels. */
    NODE_WITHOUT_LABEL(false),
    /** The endpoint's node has other values. */
    OTHER_UNIT(false),
    /** The endpoint's node shares a value, but an earlier key serves. */
    NEARER_ENDPOINTS(false);

    private final boolean kept;

    Reason(boolean kept) {
      this.kept = kept;
    }
  }

  /** Whether the endpoint is shown. */
  public boolean kept() {
    return reason.kept;
  }

  @Override
  public String toString() {
    return (kept() ? "kept: " : "dropped: ") + sentence;
  }
}
