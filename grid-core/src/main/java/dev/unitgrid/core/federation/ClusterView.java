/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;

/**
 * A cluster namespace of the parent, as far as one source is concerned. Immutable.
 *
 * @param namespace its name, which is the cluster's name
 * @param terminating whether the namespace is being deleted
 * @param givenUp whether it has been terminating for so long that its child is not waited for (RULE
 *     35)
 * @param grids the copies of the source, living or not, and whatever else has the source's name
 */
public record ClusterView(
    String namespace, boolean terminating, boolean givenUp, ImmutableList<FederatedGrid> grids) {}
