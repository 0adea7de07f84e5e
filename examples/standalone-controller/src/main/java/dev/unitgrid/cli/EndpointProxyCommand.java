/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.node.EndpointProxy;
import dev.unitgrid.runtime.time.SystemScheduler;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

  /** What is of long duration has threads of its own; of two, each event would wake both. */
  private static final int SCHEDULER_THREADS = 1;

  private final Shell shell;

  @Mixin private NodeOption node = new NodeOption();
  @Mixin private ClusterOption cluster = new ClusterOption();
  @Mixin private ProxyOptions options = new ProxyOptions();

  EndpointProxyCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrometheusMetrics metrics = new PrometheusMetrics();
    ProcessMeters.bindTo(metrics);
    try (SystemScheduler scheduler =
            SystemScheduler.start("unitgrid-endpoint-proxy", SCHEDULER_THREADS);
        NodeConnection connection =
            NodeConnection.to(shell.environment(), cluster.kubeconfig(), scheduler);
        EndpointProxy proxy = options.proxy(node.name(), connection, scheduler, metrics).build()) {
      options.start(proxy);
      LOG.info(
          "unitgrid {} for the clients of {} on {}, before {}",
          Version.version(),
          node.name(),
          proxy.address(),
          connection.upstream());
      shell.termination().await();
      LOG.info("Asked to end");
    }
    LOG.info("Ended");
    return ExitCodes.WELL;
  }
}
