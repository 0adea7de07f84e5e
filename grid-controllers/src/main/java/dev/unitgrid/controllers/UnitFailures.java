/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.core.plan.Observed.WriteFailure;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.time.Backoff;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The last failed write of each unit of one grid, and how often it failed in a row. */
final class UnitFailures {
  private final Backoff backoff;
  private final Map<String, Attempts> byUnit = new HashMap<>();

  private record Attempts(int inARow, WriteFailure last) {}

  UnitFailures(Backoff backoff) {
    this.backoff = backoff;
  }

  /** Remembers a failure; answers when the write may be tried again. */
  Instant failed(String unit, Instant now, String hash, ApiStatus status) {
    return failed(unit, now, hash, status.code(), condition(status), status.message());
  }

  /** As {@link #failed(String, Instant, String, ApiStatus)}, for a refusal of our own. */
  Instant failed(
      String unit, Instant now, String hash, int code, String condition, String message) {
    int inARow =
        Optional.ofNullable(byUnit.get(unit))
            .filter(before -> before.last().hash().equals(hash))
            .map(before -> before.inARow() + 1)
            .orElse(1);
    Instant retryAt = now.plus(backoff.interval(inARow));
    byUnit.put(
        unit, new Attempts(inARow, new WriteFailure(now, hash, code, condition, message, retryAt)));
    return retryAt;
  }

  void succeeded(String unit) {
    byUnit.remove(unit);
  }

  /**
   * Forgets failures whose time to try again has come and of which {@code stillPlanned} is false.
   */
  void forget(Instant now, Predicate<String> stillPlanned) {
    byUnit
        .entrySet()
        .removeIf(
            entry ->
                !entry.getValue().last().retryAt().isAfter(now)
                    && !stillPlanned.test(entry.getKey()));
  }

  ImmutableMap<String, WriteFailure> all() {
    ImmutableMap.Builder<String, WriteFailure> all = ImmutableMap.builder();
    byUnit.forEach((unit, attempts) -> all.put(unit, attempts.last()));
    return all.buildOrThrow();
  }

  private static String condition(ApiStatus status) {
    return status.code() == 422 && saysImmutable(status.message().toLowerCase(Locale.ROOT))
        ? ConditionTypes.IMMUTABLE_FIELD
        : ConditionTypes.WRITE_FAILED;
  }

  /** The two ways in which the API server says it; the second is the StatefulSet's. */
  private static boolean saysImmutable(String message) {
    return message.contains("field is immutable") || message.contains("forbidden: updates to ");
  }
}
