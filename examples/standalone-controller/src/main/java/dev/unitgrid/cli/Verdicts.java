/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import java.util.Optional;

/** Says whether a grid would be taken if it were applied. */
@FunctionalInterface
interface Verdicts {
  /** Why {@code grid} would be refused, in a sentence; empty if it would be taken. */
  Optional<String> objection(ProposedGrid grid) throws InterruptedException;
}
