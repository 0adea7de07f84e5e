/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.GridKey;
import dev.unitgrid.controllers.PlanListener;
import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.runtime.health.Health;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Has the engine plan grids that are not applied, in a dry run on a {@link Proposal}. */
final class Planning {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration GLANCE = Duration.ofMillis(50);

  private final ApiTransport cluster;
  private final Scheduler scheduler;

  Planning(ApiTransport cluster, Scheduler scheduler) {
    this.cluster = cluster;
    this.scheduler = scheduler;
  }

  /**
   * The plan of each of {@code grids}, in their order.
   *
   * @throws CommandFailure if the cluster cannot be read
   */
  Map<GridKey, Plan> plans(List<ProposedGrid> grids) throws InterruptedException {
    Map<GridKey, CompletableFuture<Plan>> awaited = new LinkedHashMap<>();
    for (ProposedGrid grid : grids) {
      awaited.put(
          new GridKey(grid.kind(), grid.namespace(), grid.name()), new CompletableFuture<>());
    }
    GridEngine engine =
        GridEngine.builder(new Proposal(cluster, grids))
            .scheduler(scheduler)
            .namespaces(
                grids.stream().map(ProposedGrid::namespace).distinct().toArray(String[]::new))
            .dryRun(new Awaiting(awaited))
            .build();
    try (engine) {
      engine.start();
      return await(awaited, engine::health);
    }
  }

  /** Hands plans to those who wait for them. */
  record Awaiting(Map<GridKey, CompletableFuture<Plan>> awaited) implements PlanListener {
    @Override
    public void planned(GridKey grid, Observed observed, Plan plan) {
      waiter(grid).ifPresent(waiter -> waiter.complete(plan));
    }

    @Override
    public void failed(GridKey grid, RuntimeException bug) {
      waiter(grid).ifPresent(waiter -> waiter.completeExceptionally(bug));
    }

    private Optional<CompletableFuture<Plan>> waiter(GridKey grid) {
      return Optional.ofNullable(awaited.get(grid));
    }
  }

  /**
   * All plans, in the order of {@code awaited}.
   *
   * @throws CommandFailure if one cannot be made
   */
  static Map<GridKey, Plan> await(
      Map<GridKey, CompletableFuture<Plan>> awaited, Supplier<Health> health)
      throws InterruptedException {
    Map<GridKey, Plan> plans = new LinkedHashMap<>();
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (Map.Entry<GridKey, CompletableFuture<Plan>> each : awaited.entrySet()) {
      while (!plans.containsKey(each.getKey())) {
        try {
          Plan plan = each.getValue().get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
          plans.put(each.getKey(), plan);
        } catch (TimeoutException notYet) {
          giveUpIfHopeless(each.getKey(), health.get(), System.nanoTime() > end);
        } catch (ExecutionException failed) {
          throw new CommandFailure(
              each.getKey() + " cannot be planned; please report this bug: " + failed.getCause(),
              failed);
        }
      }
    }
    return plans;
  }

  /** A command does not wait for a right or a server that may come some time. */
  private static void giveUpIfHopeless(GridKey grid, Health health, boolean late) {
    List<String> problems =
        health.watches().stream()
            .filter(watch -> !watch.synced())
            .map(WatchHealth::problems)
            .flatMap(List::stream)
            .distinct()
            .toList();
    if (!problems.isEmpty()) {
      throw new CommandFailure("the cluster cannot be read: " + String.join("; ", problems));
    }
    if (late) {
      throw new CommandFailure(
          "no plan of "
              + grid
              + " within "
              + PATIENCE.toSeconds()
              + " s; the cluster answers slowly");
    }
  }
}
