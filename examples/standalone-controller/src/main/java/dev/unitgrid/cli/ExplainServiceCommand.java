/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "service",
    mixinStandardHelpOptions = true,
    description = "Shows which endpoints of a Service a node is given, and by which rule.",
    footer = {
      "",
      "One line for each endpoint: its address, its node, whether it is ready, whether it is kept or"
          + " dropped, the rule, and the rule's reason.",
      "It reads the cluster, not a running endpoint-proxy: of annotations that cannot be read it"
          + " does not know what they said before.",
      "",
      "Examples:",
      "  unitgrid explain service default/servicegrid-demo-svc --node bj-1",
      "  unitgrid explain service default/servicegrid-demo-svc --node gz-2 --kubeconfig admin.conf"
    })
final class ExplainServiceCommand implements Callable<Integer> {
  private final Shell shell;

  @Parameters(
      paramLabel = "NS/NAME",
      converter = ServiceKey.Converter.class,
      description = "The Service.")
  @SuppressWarnings("NullAway.Init") // required
  private ServiceKey service;

  @Option(
      names = "--node",
      required = true,
      paramLabel = "NAME",
      description = "The node whose clients are asked about.")
  @SuppressWarnings("NullAway.Init") // required
  private String node;

  @Mixin private ClusterOption cluster = new ClusterOption();

  ExplainServiceCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    ApiClient client =
        new ClusterAccess(shell.environment()).connect(cluster.kubeconfig()).client();
    try (SystemScheduler scheduler = SystemScheduler.start("unitgrid-explain", 1);
        ApiClientTransport transport = ApiClientTransport.on(client, scheduler)) {
      new ServiceExplanation(transport, node).of(service).forEach(shell.out()::println);
    }
    return ExitCodes.WELL;
  }
}
