/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.node.EndpointProxy;
import dev.unitgrid.node.passthrough.Upstream;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.X509TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "endpoint-proxy",
    mixinStandardHelpOptions = true,
    description =
        "Serves kube-proxy and other clients of a node what its own unit may see, until it is ended."
            + " In a pod it needs no kubeconfig.",
    footer = {
      "",
      "It lists and watches with its own, read-only credentials. What it does not serve it passes to"
          + " the API server with the client's credentials, or none.",
      "Without the API server it serves on; with --state-dir also after a restart.",
      "/healthz, /readyz and /metrics on the same address are its own.",
      "",
      "Examples:",
      "  unitgrid endpoint-proxy --node bj-1 --kubeconfig proxy.conf --state-dir /var/lib/unitgrid",
      "  kube-proxy --hostname-override bj-1 --master http://127.0.0.1:51006"
    })
final class EndpointProxyCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointProxyCommand.class);
  private static final int SCHEDULER_THREADS = 2;

  private final Shell shell;

  @Option(
      names = "--node",
      required = true,
      paramLabel = "NAME",
      description = "The node that it runs on, by the name of its Node.")
  @SuppressWarnings("NullAway.Init") // required
  private String node;

  @Mixin private ClusterOption cluster = new ClusterOption();

  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      defaultValue = "127.0.0.1:51006",
      converter = ListenAddress.Converter.class,
      description = "Where it listens, without TLS: keep to loopback. ${DEFAULT-VALUE} by default.")
  @SuppressWarnings("NullAway.Init") // picocli sets the default
  private ListenAddress listen;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "Keep what is known here, to serve it after a restart without the API server.")
  private Optional<Path> stateDir = Optional.empty();

  EndpointProxyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    ApiClient client = cluster.client(shell);
    PrometheusMetrics metrics = new PrometheusMetrics();
    ProcessMeters.bindTo(metrics);
    try (SystemScheduler scheduler =
            SystemScheduler.start("unitgrid-endpoint-proxy", SCHEDULER_THREADS);
        ApiClientTransport transport = ApiClientTransport.on(client, scheduler);
        EndpointProxy proxy = proxy(client, transport, scheduler, metrics)) {
      start(proxy);
      LOG.info(
          "unitgrid {} for the clients of {} on {}, before {}",
          Version.version(),
          node,
          proxy.address(),
          client.getBasePath());
      shell.termination().await();
      LOG.info("Asked to end");
    }
    LOG.info("Ended");
    return ExitCodes.WELL;
  }

  private EndpointProxy proxy(
      ApiClient client,
      ApiClientTransport transport,
      SystemScheduler scheduler,
      PrometheusMetrics metrics) {
    EndpointProxy.Builder builder =
        EndpointProxy.builder(node, transport, upstream(client), scheduler)
            .listen(listen.address())
            .metrics(metrics)
            .metricsPage(metrics::scrape);
    stateDir.ifPresent(builder::stateDir);
    return builder.build();
  }

  private void start(EndpointProxy proxy) {
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

  private static Upstream upstream(ApiClient client) {
    URI base = URI.create(client.getBasePath());
    X509TrustManager trusted = client.getHttpClient().x509TrustManager();
    if ("http".equalsIgnoreCase(base.getScheme())) {
      return Upstream.plain(base);
    }
    if (trusted == null) {
      throw new CommandFailure("the kubeconfig does not say whose certificates " + base + " shows");
    }
    return Upstream.of(base, trusted);
  }
}
