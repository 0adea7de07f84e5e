/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Names of children and legal values of labels (RULES 10-13).
 *
 * <pre>{@code
 * ChildNames names = ChildNames.of(grid, units, living, neighbours);
 * names.of("beijing");                       // deploymentgrid-demo-beijing
 * LabelValue.of("topology.kubernetes.io/zone"); // a readable prefix and a short hash
 * }</pre>
 */
@NullMarked
package dev.unitgrid.core.naming;

import org.jspecify.annotations.NullMarked;
