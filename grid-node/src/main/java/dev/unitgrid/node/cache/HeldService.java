/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.core.topology.Topology;
import dev.unitgrid.node.serve.ServedObject;

/**
 * A Service as it was read.
 *
 * @param reading what its annotations say
 */
record HeldService(ServedObject object, Topology.Reading reading) {
  /** Reads a Service from its served form. */
  static HeldService read(byte[] json) {
    Metadata metadata = Metadata.read(json);
    return new HeldService(
        new ServedObject(metadata.key(), metadata.version(), json),
        Topology.read(metadata.annotations()));
  }
}
