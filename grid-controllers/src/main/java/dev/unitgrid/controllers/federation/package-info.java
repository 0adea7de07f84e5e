/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * The two halves of one grid over many clusters (RULES 34-37).
 *
 * <pre>{@code
 * FederationParent parent = FederationParent.builder(parentClient)
 *     .engine(engine -> engine.leadership(Leadership.lease("kube-system", "unitgrid")))
 *     .build();
 * FederationChild child = FederationChild.builder(childClient, parentClient, "cluster-a").build();
 * parent.start();
 * child.start();
 * child.health().problems(); // [] once both clusters are known and the namespace is ours
 * child.close();             // leaves no thread; the child's grids go on
 * }</pre>
 */
@NullMarked
package dev.unitgrid.controllers.federation;

import org.jspecify.annotations.NullMarked;
