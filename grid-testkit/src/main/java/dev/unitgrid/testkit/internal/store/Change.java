/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.store;

import com.google.gson.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * One change of one object.
 *
 * @param version the resource version that it made
 * @param before null if it was created
 * @param after null if it was deleted
 */
public record Change(
    long version, ObjectKey key, @Nullable JsonObject before, @Nullable JsonObject after) {
  /** The object as an ADDED or a MODIFIED event shows it. */
  public JsonObject newState() {
    if (after == null) {
      throw new IllegalStateException("a deletion has no new state");
    }
    return after;
  }

  /**
   * The object as a DELETED event shows it, gone or no longer selected: as it was, with the version
   * of the change.
   */
  public JsonObject lastState() {
    if (before == null) {
      throw new IllegalStateException("a creation has no state before");
    }
    return Store.withVersion(before, version);
  }
}
