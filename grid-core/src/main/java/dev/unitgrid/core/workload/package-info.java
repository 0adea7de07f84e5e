/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Renders the workload of a unit: a Deployment or a StatefulSet, two values of one {@link
 * dev.unitgrid.core.workload.WorkloadKind}.
 *
 * <pre>{@code
 * Rendering rendering =
 *     WorkloadRenderer.render(grid, "beijing", "deploymentgrid-demo-beijing", Optional.empty());
 * if (rendering instanceof Rendering.Rendered rendered) {
 *   rendered.body().get("spec", "template", "spec", "nodeSelector"); // {"location":"beijing"}
 *   rendered.hash();                                                 // v1.<content>.<paths>
 * }
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.workload;

import org.jspecify.annotations.NullMarked;
