/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.node.passthrough.Upstream;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.ServerTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.X509TrustManager;

/**
 * What connects a node agent with its cluster.
 *
 * @param transport with the agent's own credentials
 * @param upstream without any
 * @param release closes the transport
 */
record NodeConnection(ApiTransport transport, Upstream upstream, Runnable release)
    implements AutoCloseable {
  /**
   * A connection with the cluster that {@link ClusterAccess} finds, without client-java where its
   * configuration says no more than a server, who vouches for it, and a token; to be closed.
   *
   * @param kubeconfig the file that the user named, if any
   * @param scheduler not closed with it
   * @throws CommandFailure if there is none to be found
   */
  static NodeConnection to(
      Map<String, String> environment, Optional<Path> kubeconfig, Scheduler scheduler) {
    ClusterAccess access = new ClusterAccess(environment);
    Optional<ApiServer> plain = access.plain(kubeconfig);
    if (plain.isPresent()) {
      return plain(plain.get(), scheduler);
    }
    try {
      return clientJava(access.connect(kubeconfig).client(), scheduler);
    } catch (NoClassDefFoundError absent) {
      throw new CommandFailure(
          "this jar understands kubeconfigs with a server, its authority and a token only: take"
              + " unitgrid.jar for others",
          absent);
    }
  }

  private static NodeConnection plain(ApiServer server, Scheduler scheduler) {
    ServerTransport transport = server.transport(scheduler);
    return new NodeConnection(transport, server.upstream(), transport::close);
  }

  private static NodeConnection clientJava(ApiClient client, Scheduler scheduler) {
    ApiClientTransport transport = ApiClientTransport.on(client, scheduler);
    return new NodeConnection(transport, upstream(client), transport::close);
  }

  private static Upstream upstream(ApiClient client) {
    URI base = URI.create(client.getBasePath());
    if ("http".equalsIgnoreCase(base.getScheme())) {
      return Upstream.plain(base);
    }
    X509TrustManager trusted =
        Optional.ofNullable(client.getHttpClient().x509TrustManager())
            .orElseThrow(
                () ->
                    new CommandFailure(
                        "the kubeconfig does not say whose certificates " + base + " shows"));
    return Upstream.of(base, trusted);
  }

  @Override
  public void close() {
    release.run();
  }
}
