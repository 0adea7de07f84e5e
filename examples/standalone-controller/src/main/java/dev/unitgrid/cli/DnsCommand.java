/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.node.dns.DnsAgent;
import dev.unitgrid.node.dns.DnsState;
import dev.unitgrid.runtime.time.SystemScheduler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "dns",
    mixinStandardHelpOptions = true,
    description =
        "Keeps the hosts file from which a node's CoreDNS answers the names of its own unit, until"
            + " it is ended. In a pod it needs no kubeconfig.",
    footer = {
      "",
      "In every unit the name of a StatefulSetGrid's pod without its unit, demo-0.demo-svc..., is"
          + " the unit's own pod; a real pod of that name wins.",
      "Without the API server, and before everything is listed, the file stays as it is.",
      "The node's CoreDNS: hosts FILE { ttl 5  reload 1s  no_reverse  fallthrough }",
      "",
      "Examples:",
      "  unitgrid dns --node bj-1 --hosts-file /run/unitgrid/dns/hosts --kubeconfig dns.conf",
      "  unitgrid dns --node bj-1 --hosts-file hosts --cluster-domain edge.example --http :8081"
    })
final class DnsCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(DnsCommand.class);
  private static final int SCHEDULER_THREADS = 2;

  private final Shell shell;

  @Mixin private NodeOption node = new NodeOption();
  @Mixin private ClusterOption cluster = new ClusterOption();
  @Mixin private NamesOptions names = new NamesOptions();

  @Option(
      names = "--http",
      paramLabel = "ADDR",
      converter = ListenAddress.Converter.class,
      description = "Serve /healthz, /readyz and /metrics there, e.g. 127.0.0.1:8081.")
  private Optional<ListenAddress> http = Optional.empty();

  DnsCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrometheusMetrics metrics = new PrometheusMetrics();
    ProcessMeters.bindTo(metrics);
    try (SystemScheduler scheduler = SystemScheduler.start("unitgrid-dns", SCHEDULER_THREADS);
        SystemScheduler disk = SystemScheduler.start("unitgrid-dns-disk", 1);
        NodeConnection connection =
            NodeConnection.to(shell.environment(), cluster.kubeconfig(), scheduler);
        DnsAgent agent =
            names.agent(node.name(), connection.transport(), scheduler, disk::execute, metrics)) {
      Optional<HealthServer> server =
          http.map(
              at -> HealthServer.start(at.address(), () -> whyNotReady(agent), metrics::scrape));
      try {
        run(agent);
      } finally {
        server.ifPresent(HealthServer::close);
      }
    }
    LOG.info("Ended");
    return ExitCodes.WELL;
  }

  private void run(DnsAgent agent) throws InterruptedException {
    agent.start();
    LOG.info(
        "unitgrid {} keeps the names of {} in {}",
        Version.version(),
        node.name(),
        names.hostsFile());
    shell.termination().await();
    LOG.info("Asked to end");
  }

  private static List<String> whyNotReady(DnsAgent agent) {
    DnsState state = agent.state();
    return state.current() ? List.of() : state.problems();
  }
}
