/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.testkit.controlplane.ControlPlaneException;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A cluster in real time: the embedded API server and what is simulated around it, or a real
 * control plane. The embedded one starts in milliseconds; many may run side by side. Thread-safe.
 */
public final class TestCluster extends Cluster implements AutoCloseable {
  private TestCluster(Backend backend) {
    super(backend);
  }

  /** A new, empty cluster on the embedded server. */
  public static TestCluster start() {
    return new TestCluster(EmbeddedApiServer.start().backend());
  }

  /**
   * A new, empty cluster on a real etcd and kube-apiserver, in some seconds: the same test, the
   * truth. Where {@code assets} also holds kube-controller-manager, kube-scheduler and kwok, they
   * run too, and workloads become available. Clients go through the same log and the same faults as
   * with the embedded server.
   *
   * @param assets the folder of the programs
   * @throws ControlPlaneException if one is missing, or does not come up
   */
  public static TestCluster real(Path assets) {
    return new TestCluster(RealBackend.start(assets));
  }

  /** Whether a real control plane is behind it. */
  public boolean isReal() {
    return standsOn(RealBackend.class);
  }

  /** A new client over HTTP, as {@link EmbeddedApiServer#ADMIN}. */
  public ApiClient apiClient() {
    return apiClient(EmbeddedApiServer.ADMIN);
  }

  /** A new client over HTTP, as {@code user}. */
  public ApiClient apiClient(String user) {
    return backend().doors().apiClient(user);
  }

  /** The text of a kubeconfig, as {@link EmbeddedApiServer#ADMIN}. */
  public String kubeconfig() {
    return kubeconfig(EmbeddedApiServer.ADMIN);
  }

  /** The text of a kubeconfig, as {@code user}. */
  public String kubeconfig(String user) {
    return backend().doors().kubeconfig(user);
  }

  /** Where clients reach it over HTTP. */
  public String url() {
    return backend().doors().url();
  }

  /** Waits for what a test expects, 10 s if it does not say else. */
  public Await await() {
    return new Await(this);
  }

  /** Expects something now, without waiting, and prints what is there if it is not so. */
  public Await expect() {
    return await().within(Duration.ZERO);
  }

  /**
   * Ends all watches; leaves no thread, and of a real control plane no process and no file. Nothing
   * can be asked of it any more; its request log can be read.
   *
   * @throws IllegalStateException if a fault rule was begun that does not say what happens
   */
  @Override
  public void close() {
    if (isClosed()) {
      return;
    }
    Backend backend = backend();
    markClosed();
    backend.close();
    faults().expectFinished();
  }
}
