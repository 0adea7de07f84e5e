/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import io.kubernetes.client.openapi.ApiClient;

/**
 * A cluster in real time: the embedded API server and what is simulated around it. Starts in
 * milliseconds; many may run side by side. Thread-safe.
 */
public final class TestCluster extends Cluster implements AutoCloseable {
  private TestCluster(EmbeddedApiServer server) {
    super(server);
  }

  /** A new, empty cluster. */
  public static TestCluster start() {
    return new TestCluster(EmbeddedApiServer.start());
  }

  /** A new client of the HTTP door. */
  public ApiClient apiClient() {
    return server().apiClient();
  }

  /** A kubeconfig of the HTTP door. */
  public String kubeconfig() {
    return server().kubeconfig();
  }

  /** Waits for what a test expects, 10 s if it does not say else. */
  public Await await() {
    return new Await(this);
  }

  /** Ends all watches; leaves no thread. */
  @Override
  public void close() {
    server().close();
  }
}
