/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import dev.unitgrid.controllers.GridKey;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.core.plan.Preview;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what applying grids would do in each unit, and writes nothing.",
    footer = {
      "",
      "Lines begin with + (created), ~ (changed), - (deleted) or ! (a problem); a ~ says whether"
          + " pods restart.",
      "Exit code 3 with --exit-code: something differs.",
      "",
      "Examples:",
      "  unitgrid plan -f grid.yaml",
      "  unitgrid plan -f grid.yaml --nodes nodes.yaml",
      "  kustomize build edge | unitgrid plan -f - --exit-code",
      "  unitgrid plan -f grid.yaml --kubeconfig ~/.kube/config -o json"
    })
final class PlanCommand implements Callable<Integer> {
  private static final String DEFAULT_NAMESPACE = "default";
  private static final String NO_CHILDREN =
      "only nodes were given: this assumes that no child of the grids exists";

  private final Shell shell;

  @Option(
      names = {"-f", "--filename"},
      required = true,
      paramLabel = "GRID.yaml",
      description = "The grids, in YAML or JSON; - is standard input; may be repeated.")
  private List<String> files = List.of();

  @ArgGroup private World world = new World();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}; ${DEFAULT-VALUE} by default.")
  private Format format = Format.text;

  @Option(names = "--exit-code", description = "Exit with 3 when something differs.")
  private boolean exitCode;

  /** Where nodes and children come from. */
  private static final class World {
    @Option(
        names = "--nodes",
        paramLabel = "NODES.yaml",
        description = "Plan for these nodes, without a cluster; assumes that no child exists.")
    private Optional<String> nodes = Optional.empty();

    @Option(
        names = "--kubeconfig",
        paramLabel = "FILE",
        description = "Plan for this cluster. By default the one that kubectl would take.")
    private Optional<Path> kubeconfig = Optional.empty();
  }

  /** How a plan is printed. */
  private enum Format {
    text,
    json
  }

  PlanCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<Manifest> manifests = new ManifestFiles(shell.in()).read(files);
    Map<GridKey, Plan> plans = world.nodes.isPresent() ? offline(manifests) : live(manifests);
    if (format == Format.json) {
      shell.out().println(json(plans));
    } else {
      print(plans);
    }
    boolean differs = plans.values().stream().anyMatch(plan -> !plan.isEmpty());
    return exitCode && differs ? ExitCodes.DIFFERS : ExitCodes.WELL;
  }

  private Map<GridKey, Plan> offline(List<Manifest> manifests) throws InterruptedException {
    List<ProposedGrid> grids = ProposedGrid.among(manifests, DEFAULT_NAMESPACE, this::note);
    List<Json> nodes = nodes(world.nodes.orElseThrow());
    try (SystemScheduler scheduler = scheduler()) {
      return new Planning(new OfflineCluster(nodes, scheduler), scheduler).plans(grids);
    }
  }

  private Map<GridKey, Plan> live(List<Manifest> manifests) throws InterruptedException {
    ClusterAccess.Connection cluster =
        new ClusterAccess(shell.environment()).connect(world.kubeconfig);
    List<ProposedGrid> grids = ProposedGrid.among(manifests, cluster.namespace(), this::note);
    try (SystemScheduler scheduler = scheduler();
        ApiClientTransport transport = ApiClientTransport.on(cluster.client(), scheduler)) {
      return new Planning(transport, scheduler).plans(grids);
    }
  }

  private static SystemScheduler scheduler() {
    return SystemScheduler.start("unitgrid-plan", 2);
  }

  private List<Json> nodes(String file) {
    List<Json> nodes = new ArrayList<>();
    for (Manifest manifest : new ManifestFiles(shell.in()).read(List.of(file))) {
      Json metadata = manifest.object().get("metadata");
      if (!manifest.kind().equals(ResourceType.NODE.kind())) {
        note(manifest.place() + ": " + manifest.kind() + " is no Node, left out");
      } else if (metadata.get("name").asString("").isEmpty()) {
        throw new CommandFailure(manifest.place() + ": the Node has no metadata.name");
      } else {
        nodes.add(manifest.object());
      }
    }
    if (nodes.isEmpty()) {
      throw new CommandFailure("there is no Node in " + file);
    }
    return nodes;
  }

  private void note(String sentence) {
    shell.err().println("unitgrid: note: " + sentence);
  }

  private void print(Map<GridKey, Plan> plans) {
    world.nodes.ifPresent(file -> shell.out().println("# " + NO_CHILDREN + "\n"));
    plans.forEach(
        (grid, plan) -> {
          shell.out().println(grid);
          shell.out().println(Preview.text(plan).stripTrailing() + "\n");
        });
  }

  private Json json(Map<GridKey, Plan> plans) {
    List<Json> grids = new ArrayList<>();
    plans.forEach(
        (grid, plan) ->
            grids.add(
                Json.object(
                    "kind", grid.kind().type().kind(),
                    "namespace", grid.namespace(),
                    "name", grid.name(),
                    "plan", Preview.json(plan))));
    Json all = Json.object("grids", Json.array(grids));
    return world.nodes.isPresent() ? all.with("assumption", Json.of(NO_CHILDREN)) : all;
  }
}
