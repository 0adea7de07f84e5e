/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.naming;

import com.google.common.collect.ImmutableSortedSet;

/**
 * Another grid of the same kind and namespace whose children could meet ours in a name (RULE 12):
 * its name begins with ours and a dash, or ours with its.
 *
 * @param name its name
 * @param units the names of the units that it makes children for
 */
public record Neighbour(String name, ImmutableSortedSet<String> units) {}
