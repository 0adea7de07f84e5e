/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.topology;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which keys count for a Service (RULE 27), from which keys its endpoints share with the local
 * node. Keys are bits, the first one's the lowest; what every endpoint shares is {@link
 * Topology#everywhere()}. It is decided for each address family and port of the Service over all
 * its slices, since a client picks among those of one family and port.
 */
final class Acceptance {
  private record Port(String addressType, String name) {}

  /** What the endpoints of one port share. */
  private static final class Shared {
    private int byAny;
    private int byReady;
  }

  private static final List<String> NO_PORT = List.of("");

  private final Topology topology;
  private final Map<Port, Shared> ports = new HashMap<>();

  Acceptance(Topology topology) {
    this.topology = topology;
  }

  /**
   * Takes the endpoints of a slice into account.
   *
   * @param byAny the keys that some endpoint shares
   * @param byReady the keys that some ready endpoint shares
   */
  void add(String addressType, List<String> portNames, int byAny, int byReady) {
    for (String port : portsOf(portNames)) {
      Shared shared = ports.computeIfAbsent(new Port(addressType, port), key -> new Shared());
      shared.byAny |= byAny;
      shared.byReady |= byReady;
    }
  }

  /**
   * The keys that count for a slice. Several ports of one slice cannot be told apart there, so each
   * of them keeps what it needs.
   */
  int of(String addressType, List<String> portNames) {
    int accepted = 0;
    for (String port : portsOf(portNames)) {
      Shared shared = ports.get(new Port(addressType, port));
      accepted |= shared == null ? 0 : of(topology, shared.byAny, shared.byReady);
    }
    return accepted;
  }

  /** The keys that count where the endpoints share these. */
  static int of(Topology topology, int byAny, int byReady) {
    if (topology.mode() == Topology.Mode.ORDERED) {
      // Without a ready endpoint those that are not: a client may still be served by one that ends.
      return Integer.lowestOneBit(byReady != 0 ? byReady : byAny);
    }
    int near = topology.allKeys() & ~topology.everywhere();
    return (byAny & near) == 0 ? near | topology.everywhere() : near;
  }

  private static List<String> portsOf(List<String> portNames) {
    return portNames.isEmpty() ? NO_PORT : portNames;
  }
}
