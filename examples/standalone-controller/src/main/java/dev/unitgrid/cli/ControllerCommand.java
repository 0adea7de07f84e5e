/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.Leadership;
import dev.unitgrid.controllers.federation.FederationChild;
import dev.unitgrid.controllers.federation.FederationParent;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "controller",
    mixinStandardHelpOptions = true,
    description =
        "Keeps the Deployments, StatefulSets and Services of all grids as the grids say, until it is"
            + " ended. In a pod it needs no kubeconfig.",
    footer = {
      "",
      "Without the CRDs, or without rights, it says which, stays unready, and goes on when they are"
          + " there.",
      "",
      "Examples:",
      "  unitgrid controller --kubeconfig ~/.kube/config --http 127.0.0.1:8080",
      "  unitgrid controller --leader-elect --lease kube-system/unitgrid",
      "  unitgrid controller --federation parent",
      "  unitgrid controller --federation child --parent-kubeconfig F --cluster-namespace cluster-a",
      "  unitgrid controller --dry-run"
    })
final class ControllerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerCommand.class);

  private final Shell shell;

  @Spec
  @SuppressWarnings("NullAway.Init") // injected by picocli
  private CommandSpec spec;

  @Mixin private ClusterOption cluster = new ClusterOption();

  @Option(
      names = "--namespace",
      converter = NamespaceName.class,
      paramLabel = "NS",
      description = "Look at this namespace only; may be repeated. All by default.")
  private List<String> namespaces = List.of();

  @Option(
      names = "--leader-elect",
      description = "Of all controllers with the same lease, one writes at a time.")
  private boolean leaderElect;

  @Option(
      names = "--lease",
      paramLabel = "NS/NAME",
      defaultValue = "kube-system/unitgrid",
      converter = LeaseName.Converter.class,
      description = "The lease for --leader-elect. ${DEFAULT-VALUE} by default.")
  @SuppressWarnings("NullAway.Init") // picocli sets the default
  private LeaseName lease;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many grids are worked on at a time. ${DEFAULT-VALUE} by default.")
  private int workers;

  @Option(
      names = "--http",
      paramLabel = "ADDR",
      converter = ListenAddress.Converter.class,
      description = "Answer /healthz, /readyz and /metrics on this host:port, or :port.")
  private Optional<ListenAddress> http = Optional.empty();

  @Option(
      names = "--dry-run",
      description = "Log what would be done and write nothing: no children, status, or lease.")
  private boolean dryRun;

  @Mixin private FederationOptions federation = new FederationOptions();

  ControllerCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    checkUsage();
    ApiClient client =
        new ClusterAccess(shell.environment()).connect(cluster.kubeconfig()).client();
    PrometheusMetrics metrics = new PrometheusMetrics();
    ProcessMeters.bindTo(metrics);
    try (RunningController controller = controller(client, metrics)) {
      Optional<HealthServer> server = http.map(listen -> serve(listen, controller, metrics));
      try {
        run(controller, client);
      } finally {
        server.ifPresent(HealthServer::close);
      }
    }
    LOG.info("Ended");
    return ExitCodes.WELL;
  }

  private void checkUsage() {
    if (workers < 1) {
      throw new ParameterException(spec.commandLine(), "--workers is at least 1, not " + workers);
    }
    if (!leaderElect && spec.commandLine().getParseResult().hasMatchedOption("--lease")) {
      throw new ParameterException(
          spec.commandLine(), "--lease has no effect without --leader-elect");
    }
    federation.check(spec, dryRun);
  }

  private RunningController controller(ApiClient client, PrometheusMetrics metrics) {
    if (federation.role.isEmpty()) {
      return RunningController.of(engine(client, metrics));
    }
    return federation.role.get() == FederationOptions.Role.parent
        ? RunningController.of(parent(client, metrics))
        : child(client, metrics);
  }

  private FederationParent parent(ApiClient client, PrometheusMetrics metrics) {
    return FederationParent.builder(client)
        .engine(this::configure)
        .metrics(metrics)
        .workers(workers)
        .clusterLabel(federation.clusterLabel)
        .parentRunsWorkloads(federation.parentRunsWorkloads)
        .build();
  }

  private RunningController child(ApiClient client, PrometheusMetrics metrics) {
    SystemScheduler scheduler = SystemScheduler.start("unitgrid-secret", 1);
    ApiClientTransport secrets = ApiClientTransport.on(client, scheduler);
    ChildController.Source source =
        federation
            .parentKubeconfig
            .map(
                file ->
                    ChildController.file(
                        file,
                        federation.clusterNamespace.orElseThrow(),
                        new ClusterAccess(shell.environment())))
            .orElseGet(() -> ChildController.secret(secrets));
    ChildController child =
        new ChildController(
            source,
            () -> engine(client, metrics),
            access ->
                FederationChild.builder(client, access.client(), access.namespace())
                    .engine(this::configure)
                    .metrics(metrics)
                    .workers(workers)
                    .targetNamespaces(federation.targets())
                    .createNamespaces(federation.createNamespaces)
                    .build());
    return child.alsoClosing(secrets, scheduler);
  }

  private void configure(GridEngine.Builder engine) {
    engine
        .namespaces(namespaces.toArray(String[]::new))
        .leadership(
            leaderElect && !dryRun
                ? Leadership.lease(lease.namespace(), lease.name())
                : Leadership.always())
        .identity(identity())
        .workers(workers);
  }

  private GridEngine engine(ApiClient client, PrometheusMetrics metrics) {
    GridEngine.Builder builder = GridEngine.builder(client).metrics(metrics);
    configure(builder);
    if (dryRun) {
      builder.dryRun(new PlanLog());
    }
    return builder.build();
  }

  /** Who reads the lease sees which pod leads; the rest tells two processes of one host apart. */
  private String identity() {
    Map<String, String> environment = shell.environment();
    String host =
        environment.getOrDefault("POD_NAME", environment.getOrDefault("HOSTNAME", "unitgrid"));
    return host + "_" + UUID.randomUUID();
  }

  private void run(RunningController controller, ApiClient client) throws InterruptedException {
    LOG.info(
        "unitgrid {} on {}{}{}{}",
        Version.version(),
        client.getBasePath(),
        leaderElect && !dryRun ? ", leads by the lease " + lease : "",
        federation.role.map(role -> ", the " + role + " of many clusters").orElse(""),
        dryRun ? ", writes nothing (--dry-run)" : "");
    controller.start();
    shell.termination().await();
    LOG.info("Asked to end");
  }

  private static HealthServer serve(
      ListenAddress listen, RunningController controller, PrometheusMetrics metrics) {
    HealthServer server =
        HealthServer.start(listen.address(), controller::whyNotReady, metrics::scrape);
    LOG.info("/healthz, /readyz and /metrics on {}", server.address());
    return server;
  }
}
