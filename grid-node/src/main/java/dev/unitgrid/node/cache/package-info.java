/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * What a node agent knows of the cluster, kept up to date, and filtered for its node.
 *
 * <pre>{@code
 * NodeCache cache =
 *     NodeCache.builder("bj-1", transport, scheduler, random)
 *         .snapshot(new SnapshotFile(Disk.system(), folder, metrics), writer)
 *         .metrics(metrics)
 *         .build();
 * cache.start();
 * cache.loop().execute(() -> cache.kind(ServedResource.ENDPOINT_SLICES).all());
 * cache.state().problems(); // sentences for people
 * }</pre>
 */
@NullMarked
package dev.unitgrid.node.cache;

import org.jspecify.annotations.NullMarked;
