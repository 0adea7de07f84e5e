/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Grid;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.controllers.internal.Slots;
import dev.unitgrid.core.federation.Copies;
import dev.unitgrid.core.plan.GridPlanner;
import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.core.plan.UnitPlan;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.queue.Outcome;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn of one grid: observe, plan, execute. Confined to the loop, but for the plan, which is
 * made on a thread of its own from values only.
 */
final class Turns {
  private static final Logger LOG = LoggerFactory.getLogger(Turns.class);
  private static final int IN_FLIGHT_PER_GRID = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration STATUS_AGAIN = Duration.ofSeconds(5);

  private final Caches caches;
  private final UnitIndex units;
  private final Observing observing;
  private final Execution execution;
  private final Sending sending;
  private final ServerVersion serverVersion;
  private final Function<Observed, Plan> planner;
  private final PlanListener listener;
  private final Backoff backoff;
  private final Scheduler scheduler;
  private final Loop loop;
  private final Metrics metrics;
  private final Execution.Again again;
  private final Map<GridKey, Known> knownByGrid = new HashMap<>();

  /** What outlives a turn of one grid. */
  private record Known(String uid, GridMemory memory, StatusWrites status, EventWrites events) {}

  Turns(
      Caches caches,
      UnitIndex units,
      Observing observing,
      Execution execution,
      Sending sending,
      Function<Observed, Plan> planner,
      PlanListener listener,
      Backoff backoff,
      Scheduler scheduler,
      Loop loop,
      Metrics metrics,
      Execution.Again again) {
    this.caches = caches;
    this.units = units;
    this.observing = observing;
    this.execution = execution;
    this.sending = sending;
    this.serverVersion = new ServerVersion(sending, scheduler);
    this.planner = planner;
    this.listener = listener;
    this.backoff = backoff;
    this.scheduler = scheduler;
    this.loop = loop;
    this.metrics = metrics;
    this.again = again;
  }

  /** Reconciles {@code key}; without a mandate it plans and writes nothing. */
  CompletableFuture<Outcome> take(GridKey key, Optional<Mandate> mandate) {
    Optional<GridView> view = caches.grid(key);
    if (view.filter(found -> !Copies.isCopy(found.grid())).isEmpty()) {
      knownByGrid.remove(key);
      units.forget(key);
      return CompletableFuture.completedFuture(Outcome.done());
    }
    Known known = known(key, view.orElseThrow().grid());
    return lookAtHolders(key, known.memory())
        .thenCompose(looked -> serverVersion(view.orElseThrow().grid(), known.memory()))
        .thenCompose(version -> plan(key, known, version, mandate));
  }

  /** Empty where no child lacks a field of its template: nobody asks then. */
  private CompletableFuture<String> serverVersion(Grid grid, GridMemory memory) {
    return observing.needsServerVersion(grid, memory)
        ? serverVersion.known()
        : CompletableFuture.completedFuture("");
  }

  private Known known(GridKey key, Grid grid) {
    Known known = knownByGrid.get(key);
    if (known == null || !known.uid().equals(grid.uid())) {
      known = unknown(key, grid);
      knownByGrid.put(key, known);
    }
    return known;
  }

  private Known unknown(GridKey key, Grid grid) {
    GridMemory memory = new GridMemory(new Slots(IN_FLIGHT_PER_GRID), new UnitFailures(backoff));
    EventWrites events = new EventWrites(sending, scheduler, loop, metrics);
    StatusWrites status =
        new StatusWrites(
            sending,
            scheduler,
            loop,
            metrics,
            () -> caches.grid(key).map(memory::newest).map(GridView::grid),
            (before, answer, mandate) -> {
              memory.answered(GridView.decode(key.kind(), answer));
              News.between(before.status(), answer.get("status"))
                  .forEach(news -> events.tell(before, news, mandate));
            });
    return new Known(grid.uid(), memory, status, events);
  }

  /** Objects that no watch shows are read again from time to time while they hold a name. */
  private CompletableFuture<Void> lookAtHolders(GridKey key, GridMemory memory) {
    CompletableFuture<?>[] looks =
        memory.namesToLookAt(now()).stream()
            .map(
                name -> execution.readHolder(memory, key.kind().childType(), key.namespace(), name))
            .toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(looks);
  }

  private CompletableFuture<Outcome> plan(
      GridKey key, Known known, String version, Optional<Mandate> mandate) {
    Optional<GridView> view = caches.grid(key);
    if (view.isEmpty()) {
      return CompletableFuture.completedFuture(Outcome.again(Duration.ZERO));
    }
    known.memory().observed();
    Observed observed =
        observing.observe(known.memory().newest(view.orElseThrow()), known.memory(), version);
    return CompletableFuture.supplyAsync(() -> planned(key, observed), scheduler::execute)
        .thenComposeAsync(plan -> execute(key, known, observed, plan, mandate), loop);
  }

  private Plan planned(GridKey key, Observed observed) {
    String kind = key.kind().type().kind();
    Duration begun = scheduler.elapsed();
    Plan plan;
    try {
      plan = planner.apply(observed);
    } catch (RuntimeException bug) {
      LOG.error("{} cannot be planned", key, bug);
      metrics.count(EngineMetrics.PLAN_FAILURES, EngineMetrics.TAG_KIND, kind);
      listener.failed(key, bug);
      return GridPlanner.failed(observed, bug);
    }
    metrics.count(EngineMetrics.PLANS, EngineMetrics.TAG_KIND, kind);
    metrics.time(
        EngineMetrics.PLANNING, scheduler.elapsed().minus(begun), EngineMetrics.TAG_KIND, kind);
    listener.planned(key, observed, plan);
    return plan;
  }

  private CompletableFuture<Outcome> execute(
      GridKey key, Known known, Observed observed, Plan plan, Optional<Mandate> mandate) {
    Outcome outcome = outcome(plan, known.memory());
    if (mandate.isEmpty()) {
      return CompletableFuture.completedFuture(outcome);
    }
    remember(known.memory(), plan);
    boolean tellsLater =
        known.memory().mayForget(observed.grid())
            && !plan.isEmpty()
            && !Execution.deletesForEmptiness(plan);
    CompletableFuture<Boolean> status =
        tellsLater
            ? CompletableFuture.completedFuture(true)
            : writeStatus(key, known, observed, plan, mandate.orElseThrow());
    CompletableFuture<Void> all =
        execution.run(observed.grid(), plan, known.memory(), mandate.orElseThrow(), status);
    Loop.letGo(all.thenRun(known.memory()::tried));
    return patiently(all).thenApply(ended -> outcome);
  }

  private void remember(GridMemory memory, Plan plan) {
    ImmutableSet<String> planned =
        plan.units().stream()
            .filter(unit -> !unit.actions().isEmpty())
            .map(UnitPlan::unit)
            .collect(ImmutableSet.toImmutableSet());
    memory.failures.forget(
        now(), unit -> planned.contains(unit) || (unit.isEmpty() && !plan.gridActions().isEmpty()));
    plan.units().forEach(memory::verified);
  }

  private CompletableFuture<Boolean> writeStatus(
      GridKey key, Known known, Observed observed, Plan plan, Mandate mandate) {
    CompletableFuture<Boolean> written =
        known
            .status()
            .wish(observed.grid(), plan.status(), Execution.deletesForEmptiness(plan), mandate);
    Loop.letGo(
        written.thenAccept(
            well -> {
              if (!well && mandate.holds()) {
                again.after(STATUS_AGAIN, key);
              }
            }));
    return written;
  }

  /** A unit that waits, for a node cache say, does not keep the others from being planned again. */
  private CompletableFuture<Void> patiently(CompletableFuture<Void> all) {
    if (all.isDone()) {
      return all;
    }
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Scheduler.Task timer =
        scheduler.schedule(PATIENCE, () -> loop.execute(() -> ended.complete(null)));
    Loop.letGo(
        all.whenComplete(
            (done, thrown) -> {
              timer.cancel();
              ended.complete(null);
            }));
    return ended;
  }

  private Outcome outcome(Plan plan, GridMemory memory) {
    return List.of(plan.nextCheckAt(), memory.nextLook(now())).stream()
        .flatMap(Optional::stream)
        .min(Instant::compareTo)
        .map(at -> Outcome.again(positive(Duration.between(now(), at))))
        .orElseGet(Outcome::done);
  }

  private static Duration positive(Duration delay) {
    return delay.isNegative() ? Duration.ZERO : delay;
  }

  private Instant now() {
    return scheduler.clock().instant();
  }
}
