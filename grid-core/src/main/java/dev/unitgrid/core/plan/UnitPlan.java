/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.child.Rendering;
import java.util.Optional;

/**
 * What is done about one child.
 *
 * @param unit the unit; empty for the Service of a ServiceGrid
 * @param childName the child's name; empty if it has none yet and none can be said
 * @param living the child that lives
 * @param rendered what it should be; absent if it goes, stays as it is, or cannot be rendered
 * @param actions in order; the first that fails ends this unit's
 * @param problems what users should know
 * @param converged whether the living child was found to be what it should be
 * @param verified what to remember of the living child, to be given back as {@link
 *     ObservedChild#verified()}: spares the next plan to render and to compare (RULE 16)
 */
public record UnitPlan(
    String unit,
    String childName,
    Optional<ObservedChild> living,
    Optional<Rendering.Rendered> rendered,
    ImmutableList<Action> actions,
    ImmutableList<Problem> problems,
    boolean converged,
    Optional<ObservedChild.Verified> verified) {}
