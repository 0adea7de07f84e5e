/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.admission.GridAdmission;
import dev.unitgrid.cli.admission.MetadataCheck;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    description = "Shows what applying grids would do in each unit, and writes nothing.",
    footer = {
      "",
      "Lines begin with + (created), ~ (changed), - (deleted), ! (a problem) or # (a notice, which"
          + " asks for nothing); a ~ says whether pods restart.",
      "Exit code 3 with --exit-code: something differs, or is a problem.",
      "A grid that kubectl apply would be refused is a sentence on standard error, and exit code 1;"
          + " the others are planned. With a cluster it is the API server's verdict, by a dry run"
          + " that stores nothing; with --nodes that of the CRDs which 'unitgrid crds' prints.",
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

  @Spec
  @SuppressWarnings("NullAway.Init") // injected by picocli
  private CommandSpec spec;

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

  @Option(
      names = "--exit-code",
      description = "Exit with 3 when something differs or is a problem.")
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
    checkStandardInput();
    List<Manifest> manifests = new ManifestFiles(shell.in()).read(files);
    manifests.stream().flatMap(each -> each.doubles().stream()).distinct().forEach(this::note);
    Result result = world.nodes.isPresent() ? offline(manifests) : live(manifests);
    if (format == Format.json) {
      shell.out().println(json(result));
    } else {
      print(result.plans());
    }
    result.refused().forEach(refusal -> shell.err().println("unitgrid: " + refusal.sentence()));
    if (!result.refused().isEmpty()) {
      return ExitCodes.FAILED;
    }
    boolean well = result.plans().values().stream().allMatch(Preview::isWell);
    return exitCode && !well ? ExitCodes.DIFFERS : ExitCodes.WELL;
  }

  private void checkStandardInput() {
    List<String> wanting = new ArrayList<>();
    files.stream().filter(ManifestFiles::isStandardInput).forEach(file -> wanting.add("-f -"));
    world.nodes.filter(ManifestFiles::isStandardInput).ifPresent(file -> wanting.add("--nodes -"));
    if (wanting.size() > 1) {
      throw new ParameterException(
          spec.commandLine(),
          String.join(" and ", wanting) + " both want standard input, which is read once");
    }
  }

  /**
   * What was found out.
   *
   * @param plans of the grids that would be taken
   * @param refused the others
   */
  private record Result(Map<GridKey, Plan> plans, List<Refusal> refused) {}

  /** A grid that would not be taken. */
  private record Refusal(ProposedGrid grid, String reason) {
    String sentence() {
      return grid.place() + ": " + grid + ": " + reason;
    }
  }

  private Result offline(List<Manifest> manifests) throws InterruptedException {
    List<ProposedGrid> grids = ProposedGrid.among(manifests, DEFAULT_NAMESPACE, this::note);
    List<Json> nodes = nodes(world.nodes.orElseThrow());
    try (SystemScheduler scheduler = scheduler()) {
      OfflineCluster cluster = new OfflineCluster(nodes, scheduler);
      return result(grids, ourVerdicts(), new Planning(cluster, scheduler));
    }
  }

  private Result live(List<Manifest> manifests) throws InterruptedException {
    ClusterAccess.Connection cluster =
        new ClusterAccess(shell.environment()).connect(world.kubeconfig);
    List<ProposedGrid> grids = ProposedGrid.among(manifests, cluster.namespace(), this::note);
    try (SystemScheduler scheduler = scheduler();
        ApiClientTransport transport = ApiClientTransport.on(cluster.client(), scheduler)) {
      ServerVerdicts verdicts = new ServerVerdicts(transport, ourVerdicts());
      return result(grids, verdicts, new Planning(transport, scheduler));
    }
  }

  private static Verdicts ourVerdicts() {
    GridAdmission admission = GridAdmission.ofOurCrds();
    return grid ->
        Optional.of(String.join("; ", admission.objections(grid.kind(), grid.object())))
            .filter(sentences -> !sentences.isEmpty());
  }

  private static Result result(List<ProposedGrid> grids, Verdicts verdicts, Planning planning)
      throws InterruptedException {
    List<ProposedGrid> taken = new ArrayList<>();
    List<Refusal> refused = new ArrayList<>();
    for (ProposedGrid grid : grids) {
      Optional<String> objection = verdicts.objection(grid);
      if (objection.isPresent()) {
        refused.add(new Refusal(grid, objection.get()));
      } else {
        taken.add(grid);
      }
    }
    return new Result(taken.isEmpty() ? Map.of() : planning.plans(taken), refused);
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
        check(manifest);
        nodes.add(manifest.object());
      }
    }
    if (nodes.isEmpty()) {
      throw new CommandFailure("there is no Node in " + file);
    }
    return nodes;
  }

  /** A label that cannot be would be read as none, and its unit would be missing in the plan. */
  private static void check(Manifest node) {
    Json metadata = node.object().get("metadata");
    List<String> objections = MetadataCheck.objections(metadata);
    if (!objections.isEmpty()) {
      throw new CommandFailure(
          node.place()
              + ": Node "
              + metadata.get("name").asString("")
              + ": "
              + String.join("; ", objections));
    }
  }

  private void note(String sentence) {
    shell.err().println("unitgrid: note: " + sentence);
  }

  private void print(Map<GridKey, Plan> plans) {
    if (plans.isEmpty()) {
      return;
    }
    world.nodes.ifPresent(file -> shell.out().println("# " + NO_CHILDREN + "\n"));
    plans.forEach(
        (grid, plan) -> {
          shell.out().println(grid);
          shell.out().println(Preview.text(plan).stripTrailing() + "\n");
        });
  }

  private Json json(Result result) {
    List<Json> grids = new ArrayList<>();
    result
        .plans()
        .forEach(
            (grid, plan) ->
                grids.add(
                    Json.object(
                        "kind", grid.kind().type().kind(),
                        "namespace", grid.namespace(),
                        "name", grid.name(),
                        "plan", Preview.json(plan))));
    List<Json> refused = new ArrayList<>();
    for (Refusal refusal : result.refused()) {
      ProposedGrid grid = refusal.grid();
      refused.add(
          Json.object(
              "kind", grid.kind().type().kind(),
              "namespace", grid.namespace(),
              "name", grid.name(),
              "place", grid.place(),
              "reason", refusal.reason()));
    }
    Json all = Json.object("grids", Json.array(grids), "refused", Json.array(refused));
    return world.nodes.isPresent() ? all.with("assumption", Json.of(NO_CHILDREN)) : all;
  }
}
