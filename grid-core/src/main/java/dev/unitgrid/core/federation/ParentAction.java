/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

/** One write of the parent to a copy. */
public sealed interface ParentAction {
  /** The namespace of the copy. */
  String cluster();

  /** The name of the copy. */
  String copy();

  /** A write to a copy that is there. */
  sealed interface OnLive extends ParentAction {
    /** The copy as it was observed. */
    FederatedGrid live();

    @Override
    default String cluster() {
      return live().namespace();
    }

    @Override
    default String copy() {
      return live().name();
    }
  }

  /** Makes a copy, by POST: what has its name already is not touched. */
  record Create(Wish wish) implements ParentAction {
    @Override
    public String cluster() {
      return wish.namespace();
    }

    @Override
    public String copy() {
      return wish.name();
    }
  }

  /** Makes a copy read as its source says, by {@link Wish#patchOf}. */
  record Change(FederatedGrid live, Wish wish) implements OnLive {}

  /** Writes the delete intent on a copy (RULE 35). */
  record IntendDeletion(FederatedGrid live) implements OnLive {}

  /** Deletes a copy, with its uid as the precondition. */
  record Delete(FederatedGrid live) implements OnLive {}

  /** Takes the child's finalizer off a copy in a namespace that is given up (RULE 35). */
  record Strip(FederatedGrid live) implements OnLive {}
}
