/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

/**
 * How a write is done.
 *
 * @param manager the field manager
 * @param track whether field ownership is recorded; the simulated controllers leave it out for pods
 * @param dryRun whether nothing is stored
 * @param strict whether an unknown field is refused
 */
public record Request(String manager, boolean track, boolean dryRun, boolean strict) {
  /** A write of a simulated controller. */
  public static Request of(String manager) {
    return new Request(manager, true, false, false);
  }

  /** A write of a simulated controller that records no ownership. */
  public static Request untracked(String manager) {
    return new Request(manager, false, false, false);
  }
}
