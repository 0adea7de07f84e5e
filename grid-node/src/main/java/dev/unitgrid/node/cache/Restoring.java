/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.snapshot.SnapshotVisitor;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Makes a {@link World} of what was written down. */
final class Restoring implements SnapshotVisitor {
  private final String localNode;
  private final World world;
  private Map<String, String> header = Map.of();

  Restoring(String localNode, World world) {
    this.localNode = localNode;
    this.world = world;
  }

  /** Whether Endpoints were served. */
  boolean hadEndpoints() {
    return Boolean.parseBoolean(header.get(WorldSnapshot.ENDPOINTS_WATCHED));
  }

  @Override
  public void header(Map<String, String> values) throws IOException {
    String of = values.getOrDefault(WorldSnapshot.NODE_NAME, "");
    if (!of.equals(localNode)) {
      throw new IOException("it is of the node \"" + of + "\", not of \"" + localNode + "\"");
    }
    header = values;
    world.sliceKind().restore(number(WorldSnapshot.SLICES_RESERVED));
    world.endpointsKind().restore(number(WorldSnapshot.ENDPOINTS_RESERVED));
  }

  @Override
  public void record(String kind, String key, String resourceVersion, byte[] bytes)
      throws IOException {
    try {
      restore(kind, key, bytes);
    } catch (RuntimeException foreign) {
      throw new IOException("its " + kind + " " + key + " cannot be read: " + foreign, foreign);
    }
  }

  private void restore(String kind, String key, byte[] bytes) throws IOException {
    switch (kind) {
      case WorldSnapshot.NODE -> world.node(key, labels(bytes));
      case WorldSnapshot.OWN_NODE ->
          world.ownNode().restore(object(bytes), number(WorldSnapshot.OWN_NODE_VERSION));
      case WorldSnapshot.CIDR ->
          world.cidrs().restore(object(bytes), number(WorldSnapshot.CIDRS_VERSION));
      case WorldSnapshot.TOPOLOGY ->
          world
              .slices()
              .service(
                  WorldSnapshot.serviceName(WorldSnapshot.key(key)),
                  new Topology.Reading.Stated(WorldSnapshot.topology(bytes)));
      case WorldSnapshot.SERVICE ->
          world.restore(HeldService.read(bytes), number(WorldSnapshot.SERVICES_VERSION));
      case WorldSnapshot.SLICE ->
          world.slices().restore(WorldSnapshot.key(key), Packer.Packed.of(bytes));
      case WorldSnapshot.ENDPOINTS ->
          world.endpoints().restore(WorldSnapshot.key(key), Packer.Packed.of(bytes));
      default -> throw new IOException("it holds a " + kind + ", which is not known");
    }
  }

  private static ServedObject object(byte[] json) {
    Metadata metadata = Metadata.read(json);
    return new ServedObject(metadata.key(), metadata.version(), json);
  }

  private static Map<String, String> labels(byte[] utf8) {
    Map<String, String> labels = new HashMap<>();
    Json.parse(utf8).fields().forEach((name, value) -> labels.put(name, value.asString("")));
    return labels;
  }

  private long number(String name) {
    String text = header.getOrDefault(name, "0");
    return Long.parseLong(text);
  }
}
