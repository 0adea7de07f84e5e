/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.testkit.controlplane.ControlPlane;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;

/** A real control plane, and a client of it. */
class RealPlane implements Server {
  final ControlPlane plane;
  private final SystemScheduler scheduler = SystemScheduler.start("conformance", 1);
  private final ApiClientTransport transport;

  RealPlane(ControlPlane.Builder parts) {
    this.plane = parts.start();
    this.transport = ApiClientTransport.on(plane.apiClient(), scheduler);
  }

  /** Of the programs in the folder that {@code KUBEBUILDER_ASSETS} names. */
  static ControlPlane.Builder parts() {
    return ControlPlane.builder(Path.of(System.getenv("KUBEBUILDER_ASSETS")));
  }

  @Override
  public final Api api() {
    return new Api(transport);
  }

  @Override
  public final int port() {
    return URI.create(plane.url()).getPort();
  }

  @Override
  public final Socket connected() throws IOException {
    Socket socket =
        plane
            .apiClient()
            .getHttpClient()
            .sslSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Override
  public final void compact() {
    plane.compact();
  }

  @Override
  public final void close() {
    transport.close();
    scheduler.close();
    plane.close();
  }
}
