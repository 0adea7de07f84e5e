/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * One grid over many clusters (RULES 34-37): what the parent cluster writes into the namespaces of
 * its children, what a child makes of it, and what all of them together say.
 *
 * <pre>{@code
 * ParentPlan parent = ParentPlanner.plan(observedSource);
 * for (ParentAction action : parent.actions()) {
 *   action.copy(); // at most one write for each copy: create it, put it back, let it go
 * }
 * ChildPlan child = ChildPlanner.plan(observedCopy);
 * child.action();  // the next write: hold the copy, make the grid of it, delete that, let go
 * child.status();  // the copy's status as it should read
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.federation;

import org.jspecify.annotations.NullMarked;
