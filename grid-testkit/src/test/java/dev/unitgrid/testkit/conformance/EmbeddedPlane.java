/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;

/** A cluster of the testkit, and a client of it. */
class EmbeddedPlane implements Server {
  final TestCluster cluster = TestCluster.start();

  @Override
  public final Api api() {
    return new Api(cluster.transport());
  }

  @Override
  public final void compact() {
    cluster.compact();
  }

  @Override
  public final int port() {
    return URI.create(cluster.url()).getPort();
  }

  @Override
  public final Socket connected() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Override
  public final void close() {
    cluster.close();
  }
}
