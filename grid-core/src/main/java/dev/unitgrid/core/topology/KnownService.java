/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Service that is known, or that slices wait for. */
final class KnownService<K> {
  final ServiceName name;
  final List<KnownSlice<K>> slices = new ArrayList<>(1);

  private @Nullable Topology topology;
  private @Nullable Proximity proximity;

  KnownService(ServiceName name) {
    this.name = name;
    this.topology = name.name().isEmpty() ? Topology.UNFILTERED : null;
  }

  /** What it says; null while it is not known. */
  @Nullable Topology topology() {
    return topology;
  }

  /** What nodes share by its keys; null if it has none. */
  @Nullable Proximity proximity() {
    return proximity;
  }

  void state(@Nullable Topology topology, @Nullable Proximity proximity) {
    this.topology = topology;
    this.proximity = proximity;
  }

  /** Whether what one slice keeps depends on the others. */
  boolean looksAtAllSlices() {
    return topology != null && topology.looksAtAllSlices();
  }

  /** Which keys count, over all its slices. Only of a Service that has keys. */
  Acceptance acceptance() {
    if (proximity == null) {
      throw new IllegalStateException(name + " has no keys");
    }
    Acceptance acceptance = new Acceptance(proximity.topology);
    for (KnownSlice<K> slice : slices) {
      slice.addTo(acceptance, proximity);
    }
    return acceptance;
  }

  boolean isForgettable() {
    return slices.isEmpty() && (topology == null || name.name().isEmpty());
  }
}
