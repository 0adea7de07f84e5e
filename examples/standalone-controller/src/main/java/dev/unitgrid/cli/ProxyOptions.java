/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.node.EndpointProxy;
import dev.unitgrid.runtime.time.Scheduler;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of the commands that run an endpoint proxy. */
final class ProxyOptions {
  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      defaultValue = "127.0.0.1:51006",
      converter = ListenAddress.Converter.class,
      description =
          "Where it listens. Whoever reaches it reads endpoints: keep to loopback."
              + " ${DEFAULT-VALUE} by default.")
  @SuppressWarnings("NullAway.Init") // picocli sets the default
  private ListenAddress listen;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Keep what is known here, to serve it after a restart without the API server.")
  private Optional<Path> stateDir = Optional.empty();

  @ArgGroup(exclusive = false)
  private @Nullable ServingCertificate certificate;

  /**
   * The proxy of {@code node} before the cluster of {@code connection}.
   *
   * @throws CommandFailure if the certificate to listen with cannot be read
   */
  EndpointProxy.Builder proxy(
      String node, NodeConnection connection, Scheduler scheduler, PrometheusMetrics metrics) {
    EndpointProxy.Builder builder =
        EndpointProxy.builder(node, connection.transport(), connection.upstream(), scheduler)
            .listen(listen.address())
            .metrics(metrics)
            .metricsPage(metrics::scrape);
    stateDir.ifPresent(builder::stateDir);
    if (certificate != null) {
      builder.tls(certificate.context());
    }
    return builder;
  }

  /**
   * Starts it.
   *
   * @throws CommandFailure if it cannot listen
   */
  void start(EndpointProxy proxy) {
    try {
      proxy.start();
    } catch (RuntimeException refused) {
      InetSocketAddress address = listen.address();
      throw new CommandFailure(
          "cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + " (--listen): "
              + reason(refused),
          refused);
    }
  }

  private static String reason(RuntimeException refused) {
    Throwable cause = refused.getCause() == null ? refused : refused.getCause();
    return String.valueOf(cause.getMessage());
  }
}
