/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * What a restart writes when nothing drifted. Among the children: some scaled as an HPA does, some
 * with an injected sidecar, one grid whose template is full of zero values and of fields that the
 * server defaults away, one whose children SuperEdge made.
 */
@Command(
    name = "restart",
    description = "Writes after the controller of many children is started again.")
final class Restart implements Callable<Integer> {
  @Mixin private ScaleOptions options = new ScaleOptions();

  @Option(
      names = "--grids",
      defaultValue = "10",
      description = "at least 3; default ${DEFAULT-VALUE}")
  private int grids;

  @Option(names = "--units", defaultValue = "500", description = "default ${DEFAULT-VALUE}")
  private int units;

  @Override
  public Integer call() throws Exception {
    try (Stage stage = Stage.open(options.repository, options.jar)) {
      stage.nodes(units, units);
      stage.create(GridKind.DEPLOYMENT_GRID.type(), grids, this::grid);
      superEdgesChildren(stage);
      Controller controller = stage.controller();
      stage.await("every child", () -> stage.list(ResourceType.DEPLOYMENT).size() == grids * units);
      stage.await("every child to be ours", () -> ours(stage) == (long) grids * units);
      strangers(stage);
      stage.await("every grid to be ready", () -> stage.readyGrids() == grids);
      stage.awaitQuiet();
      System.out.printf(
          "%d children stand; the controller used %.1f s of CPU%n",
          grids * units, controller.cpu().toMillis() / 1000.0);
      controller.stop();

      Map<String, Integer> before = stage.writes();
      long start = System.nanoTime();
      Controller again = stage.controller();
      stage.await("the controller to be ready", again::isReady);
      double readyAfter = (System.nanoTime() - start) / 1e9;
      stage.await("a reconcile of every grid", () -> reconciles(again) >= grids);
      stage.awaitQuiet();
      System.out.printf(
          "restart with %d children: ready after %.1f s, %.1f s of CPU in all; writes %s%n",
          grids * units, readyAfter, again.cpu().toMillis() / 1000.0, stage.writesSince(before));
      return 0;
    }
  }

  /** The grid 0 names no replicas (an HPA has them), 1 is full of zeroes, 2 was SuperEdge's. */
  private Json grid(int i) {
    Json grid = Grids.grid(i, i == 0 ? -1 : 0, "superedge/echoserver:2.2");
    if (i != 1) {
      return grid;
    }
    Json zeroes =
        Json.parse(
            """
            {"hostNetwork": false, "terminationGracePeriodSeconds": 30, "volumes": [],
             "containers": [{"name": "echo", "image": "superedge/echoserver:2.2", "args": [], "command": null,
               "env": [{"name": "EMPTY", "value": ""}], "stdin": false, "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}}}]}
            """);
    return grid.withAt(List.of("spec", "template", "minReadySeconds"), Json.of(0))
        .withAt(List.of("spec", "template", "strategy"), Json.emptyObject())
        .withAt(List.of("spec", "template", "template", "spec"), zeroes);
  }

  /**
   * Deployments as SuperEdge's controller makes them: by an update, with its labels and its hash in
   * the pod template.
   */
  private void superEdgesChildren(Stage stage) {
    Json owner =
        Json.parse(
            stage
                .send(
                    ApiRequest.get(
                        GridKind.DEPLOYMENT_GRID.type().path(Stage.NAMESPACE, Grids.name(2))))
                .body());
    String uid = owner.get("metadata", "uid").asString("");
    Json template = Grids.grid(2, 0, "superedge/echoserver:2.2").get("spec", "template");
    stage.sendAll(
        units,
        i ->
            ApiRequest.post(
                    ResourceType.DEPLOYMENT.path(Stage.NAMESPACE),
                    superEdgesChild(uid, template, FakeNodes.unit(i)).toBytes())
                .query("fieldManager", "application-grid-controller"));
  }

  private static Json superEdgesChild(String uid, Json template, String unit) {
    Json spec =
        template
            .withAt(List.of("template", "spec", "nodeSelector"), Json.object("location", unit))
            .withAt(
                List.of("template", "metadata", "labels", Labels.SUPEREDGE_TEMPLATE_HASH),
                Json.of("6132894611326471"));
    return Json.object(
        "apiVersion",
        "apps/v1",
        "kind",
        "Deployment",
        "metadata",
        Json.object(
            "name",
            Grids.name(2) + "-" + unit,
            "labels",
            Json.object(Labels.GRID_SELECTOR, Grids.name(2), Labels.GRID_UNIQ_KEY, "location"),
            "ownerReferences",
            Json.array(
                Json.object(
                    "apiVersion",
                    "superedge.io/v1",
                    "kind",
                    "DeploymentGrid",
                    "name",
                    Grids.name(2),
                    "uid",
                    uid,
                    "controller",
                    true,
                    "blockOwnerDeletion",
                    true))),
        "spec",
        spec);
  }

  private static long ours(Stage stage) {
    return stage.list(ResourceType.DEPLOYMENT).stream()
        .filter(
            child -> child.get("metadata", "annotations").has(dev.unitgrid.api.Annotations.HASH))
        .count();
  }

  /**
   * What others do to children: an HPA scales those of the grid 0, an injector adds a sidecar to
   * some of the grid 3.
   */
  private void strangers(Stage stage) {
    stage.sendAll(
        units / 5,
        i ->
            ApiRequest.patch(
                    ResourceType.DEPLOYMENT.path(
                            Stage.NAMESPACE, Grids.name(0) + "-" + FakeNodes.unit(i))
                        + "/scale",
                    ApiRequest.MERGE_PATCH,
                    Json.object("spec", Json.object("replicas", 2)).toBytes())
                .query("fieldManager", "kube-controller-manager"));
    Json sidecar =
        Json.parse(
            """
            {"spec": {"template": {"spec": {"containers": [{"name": "proxy", "image": "mesh/proxy:1"}]}}}}
            """);
    stage.sendAll(
        units / 5,
        i ->
            ApiRequest.patch(
                    ResourceType.DEPLOYMENT.path(
                        Stage.NAMESPACE, Grids.name(3) + "-" + FakeNodes.unit(i)),
                    "application/strategic-merge-patch+json",
                    sidecar.toBytes())
                .query("fieldManager", "injector"));
  }

  private static double reconciles(Controller controller) {
    try {
      return controller.metric("unitgrid_plans_total");
    } catch (java.io.IOException notYet) {
      return 0;
    }
  }
}
