/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.child.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * What the parent is to do for one source. Immutable.
 *
 * @param actions at most one for each copy; they do not depend on each other
 * @param problems what users should know; their units are names of clusters
 * @param nextCheckAt when time alone changes the answer, if ever
 */
public record ParentPlan(
    ImmutableList<ParentAction> actions,
    ImmutableList<Problem> problems,
    Optional<Instant> nextCheckAt) {}
