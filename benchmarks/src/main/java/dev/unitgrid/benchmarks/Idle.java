/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the controller costs while nothing happens but heartbeats. */
@Command(
    name = "idle",
    description = "Writes, reconciles and CPU while every node reports its status again and again.")
final class Idle implements Callable<Integer> {
  @Mixin private ScaleOptions options = new ScaleOptions();

  @Option(names = "--nodes", defaultValue = "1000", description = "default ${DEFAULT-VALUE}")
  private int nodes;

  @Option(names = "--grids", defaultValue = "20", description = "default ${DEFAULT-VALUE}")
  private int grids;

  @Option(names = "--units", defaultValue = "50", description = "default ${DEFAULT-VALUE}")
  private int units;

  @Option(names = "--seconds", defaultValue = "60", description = "default ${DEFAULT-VALUE}")
  private int seconds;

  @Option(
      names = "--interval",
      defaultValue = "10",
      description = "seconds between a node's reports; default ${DEFAULT-VALUE}")
  private int interval;

  @Override
  public Integer call() throws Exception {
    try (Stage stage = Stage.open(options.repository, options.jar)) {
      stage.nodes(nodes, units);
      Controller controller = stage.controller();
      stage.await("the controller to be ready", controller::isReady);
      stage.create(
          GridKind.DEPLOYMENT_GRID.type(),
          grids,
          i -> Grids.grid(i, 0, "superedge/echoserver:2.2"));
      stage.await("every child", () -> stage.list(ResourceType.DEPLOYMENT).size() == grids * units);
      stage.await("every grid to be ready", () -> stage.readyGrids() == grids);
      heartbeats(stage, 7 * interval);
      stage.awaitQuiet();

      Map<String, Integer> before = stage.writes();
      double reconciles = controller.metric("unitgrid_plans_total");
      Duration cpu = controller.cpu();
      long start = System.nanoTime();
      heartbeats(stage, seconds);
      double elapsed = (System.nanoTime() - start) / 1e9;
      double used = controller.cpu().minus(cpu).toMillis() / 1000.0;
      System.out.printf(
          "idle, %d nodes reporting each %d s, %d grids x %d units, %.0f s: writes %s, %.0f reconciles, %.2f s of CPU = %.2f %% of a core%n",
          nodes,
          interval,
          grids,
          units,
          elapsed,
          stage.writesSince(before),
          controller.metric("unitgrid_plans_total") - reconciles,
          used,
          100 * used / elapsed);
      return 0;
    }
  }

  private void heartbeats(Stage stage, int duration) {
    int perSecond = nodes / interval;
    for (int second = 0; second < duration; second++) {
      long start = System.nanoTime();
      int first = second * perSecond;
      stage.sendAll(perSecond, i -> heartbeat((first + i) % nodes));
      Stage.pause(Duration.ofNanos(Math.max(0, 1_000_000_000L - (System.nanoTime() - start))));
    }
  }

  private static ApiRequest heartbeat(int node) {
    Json status =
        Json.object(
            "status",
            Json.object(
                "conditions",
                Json.array(
                    Json.object(
                        "type",
                        "Ready",
                        "status",
                        "True",
                        "reason",
                        "KubeletReady",
                        "lastHeartbeatTime",
                        Instant.now()
                            .truncatedTo(java.time.temporal.ChronoUnit.SECONDS)
                            .toString()))));
    return ApiRequest.patch(
        ResourceType.NODE.path("", FakeNodes.name(node)) + "/status",
        "application/strategic-merge-patch+json",
        status.toBytes());
  }
}
