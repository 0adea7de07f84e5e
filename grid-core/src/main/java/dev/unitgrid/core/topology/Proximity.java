/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import org.jspecify.annotations.Nullable;

/**
 * What nodes share with the local node by the keys of one {@link Topology}. Services with equal
 * ones share it; each node remembers its bits under {@link #index}.
 */
final class Proximity {
  final Topology topology;
  final int index;
  int services;
  private final String[] wanted;

  Proximity(Topology topology, int index, @Nullable NodeLabels local) {
    this.topology = topology;
    this.index = index;
    this.wanted = new String[topology.keys().size()];
    localIs(local);
  }

  /** Takes the labels of the local node. */
  void localIs(@Nullable NodeLabels local) {
    for (int i = 0; i < wanted.length; i++) {
      wanted[i] = local == null ? "" : local.valueOf(topology.keys().get(i));
    }
  }

  /** The keys, as bits, that a node with {@code labels} shares with the local node. */
  int sharedWith(@Nullable NodeLabels labels) {
    if (labels == null) {
      return 0;
    }
    int shared = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].isEmpty() && wanted[i].equals(labels.valueOf(topology.keys().get(i)))) {
        shared |= 1 << i;
      }
    }
    return shared;
  }
}
