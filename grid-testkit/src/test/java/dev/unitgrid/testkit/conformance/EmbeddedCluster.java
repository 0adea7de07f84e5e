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

/** The cluster of the testkit, with all its parts. */
final class EmbeddedCluster implements Server {
  private final TestCluster cluster = TestCluster.start();

  EmbeddedCluster() {
    cluster.around().dualStack();
    cluster.nodes("location=beijing", "bj-1", "bj-2");
    cluster.nodes("location=guangzhou", "gz-1");
    RealCluster.furnish(api());
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

  /** Hands the embedded cluster to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(EmbeddedCluster.class, EmbeddedCluster::new);
    }
  }
}
