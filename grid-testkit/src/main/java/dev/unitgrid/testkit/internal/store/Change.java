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
  /** The object as a DELETED event shows it: its last state with the version of the deletion. */
  public JsonObject lastState() {
    if (after != null) {
      return after;
    }
    if (before == null) {
      throw new IllegalStateException("a change without an object");
    }
    return Store.withVersion(before, version);
  }
}
