/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Names of children, whose an object is, and legal values of labels (RULES 10-13).
 *
 * <pre>{@code
 * ChildNames names = ChildNames.of(grid, Set.of("beijing", "a_b"), children, neighbours);
 * names.of("beijing");          // deploymentgrid-demo-beijing
 * names.of("a_b");              // deploymentgrid-demo-a-b-bocqeuy5: "_" is not legal in a name
 * names.living("beijing");      // the child, if it lives
 * ChildIdentity.of(grid, child); // Ours[unitKey=location, unit=beijing], or Foreign, Orphan, ...
 * LabelValue.of("topology.kubernetes.io/zone"); // topology.kubernetes.io-zone-2jv2hjwe
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.naming;

import org.jspecify.annotations.NullMarked;
