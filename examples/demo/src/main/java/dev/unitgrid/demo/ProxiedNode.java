/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.node.EndpointProxy;
import dev.unitgrid.node.passthrough.Upstream;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;

/** A node with an endpoint proxy: what its kube-proxy is given. */
final class ProxiedNode implements AutoCloseable {
  private static final String PATH =
      "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices"
          + "?labelSelector=kubernetes.io%2Fservice-name%3D";

  private final String name;
  private final SystemScheduler scheduler;
  private final EndpointProxy proxy;
  private final HttpClient http = HttpClient.newHttpClient();

  private ProxiedNode(TestCluster cluster, String name) {
    this.name = name;
    this.scheduler = SystemScheduler.start("unitgrid-demo-" + name, 1);
    this.proxy =
        EndpointProxy.builder(
                name,
                cluster.transport("endpoint-proxy"),
                Upstream.plain(URI.create(cluster.url())),
                scheduler)
            .listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .build();
  }

  /** Starts the endpoint proxy of the node {@code name}. */
  static ProxiedNode start(TestCluster cluster, String name) {
    ProxiedNode node = new ProxiedNode(cluster, name);
    node.proxy.start();
    return node;
  }

  String name() {
    return name;
  }

  /** Where the node's clients list and watch. */
  String url() {
    return "http://127.0.0.1:" + proxy.address().getPort();
  }

  /** The EndpointSlices of a Service as the node is shown them; none before it serves. */
  List<Json> slices(String service) {
    try {
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url() + PATH + service)).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return Json.parse(answer.body()).get("items").items();
    } catch (IOException broken) {
      throw new UncheckedIOException("the endpoint proxy of " + name + " does not answer", broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public void close() {
    proxy.close();
    scheduler.close();
  }
}
