/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.reflect;

import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.codec.ResourceVersion;
import java.time.Duration;
import org.slf4j.event.Level;

/** What a {@link ReflectorMachine} wants done, in order. */
sealed interface Effect<T> {
  /** Without a resourceVersion, so that the answer is consistent (RULE 2). */
  record SendList<T>(int turn, String continueToken) implements Effect<T> {}

  record OpenWatch<T>(int turn, ResourceVersion from, Duration length) implements Effect<T> {}

  record CloseWatch<T>() implements Effect<T> {}

  /** Replaces the timer of an earlier turn. */
  record StartTimer<T>(int turn, Duration delay) implements Effect<T> {}

  record Replace<T>(Replacement<T> list) implements Effect<T> {}

  record Upsert<T>(Item<T> item) implements Effect<T> {}

  record Remove<T>(ObjectKey key, ResourceVersion version) implements Effect<T> {}

  record Say<T>(Level level, String sentence) implements Effect<T> {}

  record Count<T>(String metric) implements Effect<T> {}
}
