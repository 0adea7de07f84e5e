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

/** The server of the testkit, its controllers paused. */
final class EmbeddedServer implements Server {
  private final TestCluster cluster = TestCluster.start();

  EmbeddedServer() {
    cluster.server().pauseControllers(true);
  }

  @Override
  public Api api() {
    return new Api(cluster.transport());
  }

  @Override
  public void compact() {
    cluster.compact();
  }

  @Override
  public int port() {
    return URI.create(cluster.url()).getPort();
  }

  @Override
  public Socket connected() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  @Override
  public void close() {
    cluster.close();
  }

  /** Hands the embedded server to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(EmbeddedServer.class, EmbeddedServer::new);
    }
  }
}
