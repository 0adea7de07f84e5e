/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.node.EndpointProxy;
import dev.unitgrid.node.dns.DnsAgent;
import dev.unitgrid.runtime.time.SystemScheduler;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "node",
    mixinStandardHelpOptions = true,
    description =
        "Both agents of a node in one process: serves kube-proxy and other clients what the node's"
            + " own unit may see, and keeps the hosts file of its names, until it is ended. In a pod"
            + " it needs no kubeconfig.",
    footer = {
      "",
      "It is 'unitgrid endpoint-proxy' and 'unitgrid dns' over one cache; see their help.",
      "/healthz, /readyz and /metrics on the address of --listen are its own; /readyz says what keeps"
          + " names from being up to date, but is 200 as soon as endpoints are served.",
      "",
      "Examples:",
      "  unitgrid node --node bj-1 --hosts-file /run/unitgrid/dns/hosts --kubeconfig node.conf",
      "  unitgrid node --node bj-1 --hosts-file /run/unitgrid/dns/hosts --state-dir /var/lib/unitgrid"
    })
final class NodeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCommand.class);

  /** What is of long duration has threads of its own; of two, each event would wake both. */
  private static final int SCHEDULER_THREADS = 1;

  private final Shell shell;

  @Mixin private NodeOption node = new NodeOption();
  @Mixin private ClusterOption cluster = new ClusterOption();
  @Mixin private ProxyOptions options = new ProxyOptions();
  @Mixin private NamesOptions names = new NamesOptions();

  NodeCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrometheusMetrics metrics = new PrometheusMetrics();
    ProcessMeters.bindTo(metrics);
    try (SystemScheduler scheduler = SystemScheduler.start("unitgrid-node", SCHEDULER_THREADS);
        SystemScheduler disk = SystemScheduler.start("unitgrid-node-disk", 1);
        NodeConnection connection =
            NodeConnection.to(shell.environment(), cluster.kubeconfig(), scheduler);
        DnsAgent dns =
            names.agent(node.name(), connection.transport(), scheduler, disk::execute, metrics);
        EndpointProxy proxy =
            options
                .proxy(node.name(), connection, scheduler, metrics)
                .companion(dns.taps(), () -> dns.state().problems())
                .build()) {
      options.start(proxy);
      dns.start();
      LOG.info(
          "unitgrid {} for the clients of {} on {}, before {}; its names are in {}",
          Version.version(),
          node.name(),
          proxy.address(),
          connection.upstream(),
          names.hostsFile());
      shell.termination().await();
      LOG.info("Asked to end");
    }
    LOG.info("Ended");
    return ExitCodes.WELL;
  }
}
