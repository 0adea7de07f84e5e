/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Counts what the controller writes to bring grids to ready, to change one image, and to enter a
 * new unit.
 */
@Command(
    name = "converge",
    description =
        "Writes to converge grids on a real control plane, by the API server's audit log.")
final class Converge implements Callable<Integer> {
  @Mixin private ScaleOptions options = new ScaleOptions();

  @Option(names = "--grids", defaultValue = "10", description = "default ${DEFAULT-VALUE}")
  private int grids;

  @Option(names = "--units", defaultValue = "100", description = "default ${DEFAULT-VALUE}")
  private int units;

  @Override
  public Integer call() throws Exception {
    try (Stage stage = Stage.open(options.repository, options.jar)) {
      stage.nodes(units, units);
      Controller controller = stage.controller();
      stage.await("the controller to be ready", controller::isReady);
      long start = System.nanoTime();
      stage.create(
          GridKind.DEPLOYMENT_GRID.type(),
          grids,
          i -> Grids.grid(i, 1, "superedge/echoserver:2.2"));
      stage.await("every grid to be ready", () -> stage.readyGrids() == grids);
      report("converge " + grids + " x " + units, start, stage.writesSince(Map.of()));

      Stage.pause(Duration.ofSeconds(3));
      Map<String, Integer> before = stage.writes();
      start = System.nanoTime();
      stage.send(
          ApiRequest.patch(
              GridKind.DEPLOYMENT_GRID.type().path(Stage.NAMESPACE, Grids.name(0)),
              ApiRequest.MERGE_PATCH,
              Grids.grid(0, 1, "superedge/echoserver:2.3").toBytes()));
      stage.await(
          "the new image everywhere", () -> withImage(stage, "superedge/echoserver:2.3") == units);
      stage.await("every grid to be ready", () -> stage.readyGrids() == grids);
      report("one image of one grid", start, stage.writesSince(before));

      Stage.pause(Duration.ofSeconds(3));
      before = stage.writes();
      double reconciles = controller.metric("unitgrid_plans_total");
      start = System.nanoTime();
      stage.create(ResourceType.NODE, 1, i -> FakeNodes.node(units, units + 1));
      stage.await(
          "the new unit's children",
          () -> stage.list(ResourceType.DEPLOYMENT).size() == grids * (units + 1));
      stage.await("every grid to be ready", () -> stage.readyGrids() == grids);
      report("one node in a new unit", start, stage.writesSince(before));
      System.out.printf(
          "controller: %.1f s of CPU, %.0f reconciles for the new unit%n",
          controller.cpu().toMillis() / 1000.0,
          controller.metric("unitgrid_plans_total") - reconciles);
      return 0;
    }
  }

  private static long withImage(Stage stage, String image) {
    return stage.list(ResourceType.DEPLOYMENT).stream()
        .filter(child -> child.toString().contains(image))
        .count();
  }

  private static void report(String what, long start, Map<String, Integer> writes) {
    System.out.printf(
        "%s: %.1f s; writes by the controller's account: %s%n",
        what, (System.nanoTime() - start) / 1e9, writes);
  }
}
