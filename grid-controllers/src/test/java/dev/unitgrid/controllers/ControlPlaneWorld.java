/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.file.Path;

/** A real kube-apiserver, controller manager and scheduler, with fake nodes. */
final class ControlPlaneWorld extends World {
  final ControlPlane controlPlane;
  private final SystemScheduler scheduler = SystemScheduler.start("world", 1);
  private final ApiClientTransport transport;

  /** Starts the one of the folder that {@code KUBEBUILDER_ASSETS} names. */
  ControlPlaneWorld() {
    this(ControlPlane.start(Path.of(System.getenv("KUBEBUILDER_ASSETS"))));
  }

  ControlPlaneWorld(ControlPlane controlPlane) {
    this.controlPlane = controlPlane;
    this.transport = ApiClientTransport.on(controlPlane.apiClient(), scheduler);
    installCrds();
  }

  @Override
  ApiTransport transport() {
    return transport;
  }

  @Override
  ApiClient apiClient() {
    return controlPlane.apiClient();
  }

  @Override
  void nodes(String label, String... names) {
    controlPlane.nodes(label, names);
  }

  @Override
  public void close() {
    transport.close();
    scheduler.close();
    controlPlane.close();
  }
}
