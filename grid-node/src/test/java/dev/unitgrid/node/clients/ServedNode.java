/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.clients;

import dev.unitgrid.node.EndpointProxy;
import dev.unitgrid.node.passthrough.Upstream;
import dev.unitgrid.testkit.TestCluster;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/**
 * The endpoint proxy of the node bj-1 on a cluster.
 *
 * @param proxy the running proxy
 * @param scheduler its threads
 */
record ServedNode(EndpointProxy proxy, HurriedScheduler scheduler) implements AutoCloseable {
  /**
   * Starts it, in a time that runs many times as fast: else it would wait for the API server for
   * half a minute again and again.
   *
   * @param user who it is to the API server
   */
  static ServedNode start(TestCluster cluster, String user, Path folder) {
    HurriedScheduler scheduler = new HurriedScheduler(20);
    EndpointProxy proxy =
        EndpointProxy.builder(
                Truth.NODE,
                cluster.transport(user),
                Upstream.plain(URI.create(cluster.url())),
                scheduler)
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .stateDir(folder)
            .build();
    proxy.start();
    return new ServedNode(proxy, scheduler);
  }

  /** Where its clients list and watch. */
  String url() {
    return "http://127.0.0.1:" + proxy.address().getPort();
  }

  @Override
  public void close() {
    proxy.close();
    scheduler.close();
  }
}
