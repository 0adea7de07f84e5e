/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import io.kubernetes.client.openapi.ApiClient;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A real kube-apiserver, controller manager and scheduler, with fake nodes. */
final class ControlPlaneWorld extends World {
  final ControlPlane controlPlane;
  private final SystemScheduler scheduler = SystemScheduler.start("world", 1);
  private final ApiClientTransport transport;

  /** Starts the one of the folder that {@code KUBEBUILDER_ASSETS} names. */
  ControlPlaneWorld() {
    this("KUBEBUILDER_ASSETS");
  }

  /** Starts the one of the folder that the environment variable {@code assets} names. */
  ControlPlaneWorld(String assets) {
    this(ControlPlane.start(Path.of(System.getenv(assets))));
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

  /** By kubectl, as its users do. */
  @Override
  void apply(String manifests) {
    try {
      Process kubectl =
          new ProcessBuilder(
                  "kubectl", "--kubeconfig=" + controlPlane.kubeconfig(), "apply", "--filename=-")
              .redirectErrorStream(true)
              .start();
      try (OutputStream in = kubectl.getOutputStream()) {
        in.write(manifests.getBytes(StandardCharsets.UTF_8));
      }
      String said = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(kubectl.waitFor()).as("kubectl apply said: %s", said).isZero();
    } catch (IOException missing) {
      throw new UncheckedIOException("these tests need kubectl on the PATH", missing);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", interrupted);
    }
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
