/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.testkit.TestCluster;
import dev.unitgrid.testkit.cluster.ClusterTimes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;

/** The cluster of the testkit, in which a silent node is lost soon. */
final class EmbeddedNodes implements Server {
  static final Duration GRACE = Duration.ofMillis(1_500);

  private final TestCluster cluster = TestCluster.start();

  EmbeddedNodes() {
    cluster.around().times(ClusterTimes.real().nodeMonitorGrace(GRACE));
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

  /** Hands the cluster to the tests of a class. */
  static final class Shared extends SharedServer {
    Shared() {
      super(EmbeddedNodes.class, EmbeddedNodes::new);
    }
  }
}
