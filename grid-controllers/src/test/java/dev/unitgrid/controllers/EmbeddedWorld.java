/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.TestCluster;
import io.kubernetes.client.openapi.ApiClient;

/** The embedded API server and its simulated workloads. */
final class EmbeddedWorld extends World {
  final TestCluster cluster = TestCluster.start();
  private final ApiTransport transport = cluster.transport();

  EmbeddedWorld() {
    installCrds();
    Deployed.enforce(cluster);
  }

  /** An engine with the rights of the deployed one. */
  @Override
  GridEngine.Builder engine() {
    return GridEngine.builder(cluster.transport(Deployed.ACCOUNT));
  }

  @Override
  ApiTransport transport() {
    return transport;
  }

  @Override
  ApiClient apiClient() {
    return cluster.apiClient();
  }

  @Override
  void nodes(String label, String... names) {
    cluster.nodes(label, names);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
