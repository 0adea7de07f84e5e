/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import java.util.List;

/**
 * How a write is done.
 *
 * @param manager the field manager
 * @param track whether field ownership is recorded; the simulated controllers leave it out for pods
 * @param dryRun whether nothing is stored
 * @param strict whether an unknown field is refused
 * @param duplicates the paths of fields that came twice
 */
public record Request(
    String manager, boolean track, boolean dryRun, boolean strict, List<String> duplicates) {
  /** A write whose every field came once. */
  public Request(String manager, boolean track, boolean dryRun, boolean strict) {
    this(manager, track, dryRun, strict, List.of());
  }

  /** The same write of a body in which fields came twice. */
  Request with(List<String> twice) {
    return new Request(manager, track, dryRun, strict, twice);
  }

  /** A write of a simulated controller. */
  public static Request of(String manager) {
    return new Request(manager, true, false, false);
  }

  /** A write of a simulated controller that records no ownership. */
  public static Request untracked(String manager) {
    return new Request(manager, false, false, false);
  }
}
