/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

/** The right to write for one term of leadership; every write asks just before (RULE 26). */
@FunctionalInterface
public interface Mandate {
  /** Whether the term still holds. Thread-safe; once false for a term, false for ever. */
  boolean holds();
}
