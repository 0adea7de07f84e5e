/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import com.google.common.collect.ImmutableList;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** The newest version of a slice, and what the node is shown of it. */
final class KnownSlice<K> {
  /** A version: where its endpoints are, and what they look like. */
  static final class Version {
    private final String addressType;
    private final ImmutableList<String> ports;
    private final @Nullable KnownNode[] nodes;
    private final long[] ready;
    private final SliceShape.Fingerprints fingerprints;

    /**
     * A version.
     *
     * @param nodes those of its endpoints; null for an endpoint without one
     * @param ready the places of those that are ready
     */
    Version(
        String addressType,
        ImmutableList<String> ports,
        @Nullable KnownNode[] nodes,
        BitSet ready,
        SliceShape.Fingerprints fingerprints) {
      this.addressType = addressType;
      this.ports = ports;
      this.nodes = nodes;
      this.ready = ready.toLongArray();
      this.fingerprints = fingerprints;
    }

    /** The nodes of its endpoints; null for an endpoint without one. Not to be changed. */
    @Nullable KnownNode[] nodes() {
      return nodes;
    }

    private boolean isReady(int place) {
      int word = place >> 6;
      return word < ready.length && (ready[word] & (1L << place)) != 0;
    }
  }

  final K key;
  final int number;
  final KnownService<K> service;

  private Version version;
  private @Nullable Shown shown;
  private long fingerprint;

  KnownSlice(K key, int number, KnownService<K> service, Version version) {
    this.key = key;
    this.number = number;
    this.service = service;
    this.version = version;
  }

  Version version() {
    return version;
  }

  void become(Version newer) {
    version = newer;
  }

  /** What was decided last; null before the first time. */
  @Nullable Shown shown() {
    return shown;
  }

  /**
   * Takes a decision.
   *
   * @return whether the slice looks different now
   */
  boolean show(Shown now) {
    long print = version.fingerprints.of(now);
    boolean differs = shown == null || print != fingerprint || shown.filtered() != now.filtered();
    shown = now;
    fingerprint = print;
    return differs;
  }

  void addTo(Acceptance acceptance, Proximity proximity) {
    int byAny = 0;
    int byReady = 0;
    for (int place = 0; place < version.nodes.length; place++) {
      int keys = shared(place, proximity);
      byAny |= keys;
      byReady |= version.isReady(place) ? keys : 0;
    }
    acceptance.add(version.addressType, version.ports, byAny, byReady);
  }

  /**
   * What the Service keeps of this slice.
   *
   * @param acceptance of all its slices; null if they do not matter
   */
  Shown decide(@Nullable Acceptance acceptance) {
    Topology topology = service.topology();
    if (topology == null) {
      return Shown.nothing();
    }
    Proximity proximity = service.proximity();
    if (proximity == null) {
      return Shown.unchanged();
    }
    int accepted =
        acceptance == null ? topology.allKeys() : acceptance.of(version.addressType, version.ports);
    BitSet kept = new BitSet(version.nodes.length);
    for (int place = 0; place < version.nodes.length; place++) {
      if ((shared(place, proximity) & accepted) != 0) {
        kept.set(place);
      }
    }
    return Shown.only(kept);
  }

  private int shared(int place, Proximity proximity) {
    KnownNode node = version.nodes[place];
    return proximity.topology.everywhere() | (node == null ? 0 : node.shared(proximity));
  }
}
