/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

/** The cluster of a {@link Simulation}: what is done to it is done at the current virtual time. */
public final class SimulatedCluster extends Cluster {
  SimulatedCluster(EmbeddedApiServer server) {
    super(server.backend());
  }
}
