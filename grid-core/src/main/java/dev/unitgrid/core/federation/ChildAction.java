/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import java.time.Instant;

/** One write of a child: to a copy in the parent cluster, or to its own grid. */
public sealed interface ChildAction {
  /** Puts the finalizer on a copy, before anything is made of it (RULE 35). */
  record Hold(FederatedGrid copy) implements ChildAction {}

  /** Makes the grid of a copy, by POST. */
  record Create(Wish wish) implements ChildAction {}

  /** Makes a grid read as its copy says, by {@link Wish#patchOf}. */
  record Change(FederatedGrid local, Wish wish) implements ChildAction {}

  /** Deletes the grid of a copy whose end is intended, with its uid as the precondition. */
  record Delete(FederatedGrid local) implements ChildAction {}

  /** Writes on a grid that its copy is gone; it goes on (RULE 35). */
  record Orphan(FederatedGrid local, Instant since) implements ChildAction {}

  /**
   * Takes the finalizer off a copy.
   *
   * @param copy the copy
   * @param localIsGone whether the grid made of it must be gone: to be confirmed by a read of its
   *     place, for what lost its labels is seen by no watch
   */
  record Release(FederatedGrid copy, boolean localIsGone) implements ChildAction {}
}
