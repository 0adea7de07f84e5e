/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.ServiceName;
import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.snapshot.Snapshot;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A {@link World} as it is written down. It is told on the thread that writes, while the world goes
 * on: every object is whole, and nodes and Services are never newer than slices. A slice of a
 * Service that came meanwhile shows nothing until the Service is known, so nothing unfiltered gets
 * out; the first list puts the rest right.
 */
final class WorldSnapshot implements Snapshot {
  static final String NODE_NAME = "node";
  static final String SERVICES_VERSION = "services";
  static final String OWN_NODE_VERSION = "ownNode";
  static final String CIDRS_VERSION = "serviceCidrs";
  static final String SLICES_RESERVED = "slicesReserved";
  static final String ENDPOINTS_RESERVED = "endpointsReserved";
  static final String ENDPOINTS_WATCHED = "endpointsWatched";

  static final String NODE = "NodeLabels";
  static final String OWN_NODE = "Node";
  static final String SERVICE = "Service";
  static final String TOPOLOGY = "Topology";
  static final String SLICE = "EndpointSlice";
  static final String ENDPOINTS = "Endpoints";
  static final String CIDR = "ServiceCIDR";

  private final String localNode;
  private final World world;

  WorldSnapshot(String localNode, World world) {
    this.localNode = localNode;
    this.world = world;
  }

  @Override
  public Map<String, String> header() {
    Map<String, String> header = new LinkedHashMap<>();
    header.put(NODE_NAME, localNode);
    header.put(SERVICES_VERSION, Long.toString(world.services().reached()));
    header.put(OWN_NODE_VERSION, Long.toString(world.ownNode().reached()));
    header.put(CIDRS_VERSION, Long.toString(world.cidrs().reached()));
    header.put(SLICES_RESERVED, Long.toString(world.sliceKind().reserved()));
    header.put(ENDPOINTS_RESERVED, Long.toString(world.endpointsKind().reserved()));
    header.put(ENDPOINTS_WATCHED, Boolean.toString(world.endpointsKind().hasBegun()));
    return header;
  }

  @Override
  public void tellTo(Records records) throws IOException {
    for (Map.Entry<String, Map<String, String>> node : world.nodes().entrySet()) {
      records.record(NODE, node.getKey(), "", labels(node.getValue()).toBytes());
    }
    tell(OWN_NODE, world.ownNode(), records);
    tell(CIDR, world.cidrs(), records);
    for (Map.Entry<ObjectKey, Topology> kept : world.inForce().entrySet()) {
      records.record(TOPOLOGY, kept.getKey().toString(), "", topology(kept.getValue()).toBytes());
    }
    tell(SERVICE, world.services(), records);
    tell(SLICE, world.slices().held(), records);
    tell(ENDPOINTS, world.endpoints().held(), records);
  }

  private static void tell(String kind, PlainKind plain, Records records) throws IOException {
    for (ServedObject object : plain.objects().values()) {
      String version = Long.toString(object.version());
      records.record(kind, object.key().toString(), version, object.json());
    }
  }

  private static void tell(String kind, Map<ObjectKey, Packer.Packed> held, Records records)
      throws IOException {
    for (Map.Entry<ObjectKey, Packer.Packed> object : held.entrySet()) {
      records.record(kind, object.getKey().toString(), "", object.getValue().toBytes());
    }
  }

  private static Json labels(Map<String, String> labels) {
    Map<String, Json> values = new LinkedHashMap<>();
    labels.forEach((name, value) -> values.put(name, Json.of(value)));
    return Json.object(values);
  }

  private static Json topology(Topology topology) {
    return Json.object(
        "keys",
        Json.array(topology.keys().stream().map(Json::of).toList()),
        "mode",
        Json.of(topology.mode().name()));
  }

  /** The topology that {@link #topology(Topology)} wrote. */
  static Topology topology(byte[] utf8) {
    Json json = Json.parse(utf8);
    return new Topology(
        json.get("keys").items().stream()
            .map(key -> key.asString(""))
            .collect(com.google.common.collect.ImmutableList.toImmutableList()),
        Topology.Mode.valueOf(json.get("mode").asString("")));
  }

  /** Of which Service a name is, as {@link ObjectKey#toString} writes it. */
  static ObjectKey key(String text) {
    int slash = text.indexOf('/');
    return new ObjectKey(slash < 0 ? "" : text.substring(0, slash), text.substring(slash + 1));
  }

  /** The name of the Service {@code key}. */
  static ServiceName serviceName(ObjectKey key) {
    return new ServiceName(key.namespace(), key.name());
  }
}
