/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.GridKind;
import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.extended.controller.reconciler.Result;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Plugs an engine into a stock client-java {@code Controller}: each request has the engine
 * reconcile one grid, and waits for it on the controller's own worker. The engine must be started;
 * it observes with its own caches, and a grid that both want to reconcile is reconciled once at a
 * time.
 *
 * <pre>{@code
 * Controller controller =
 *     ControllerBuilder.defaultBuilder(informers)
 *         .watch(queue -> ControllerBuilder.controllerWatchBuilder(DeploymentGrid.class, queue).build())
 *         .withReconciler(new GridReconciler(engine, GridKind.DEPLOYMENT_GRID))
 *         .build();
 * }</pre>
 */
public final class GridReconciler implements Reconciler {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final GridEngine engine;
  private final GridKind kind;

  /** A reconciler of the grids of one kind. */
  public GridReconciler(GridEngine engine, GridKind kind) {
    this.engine = engine;
    this.kind = kind;
  }

  @Override
  public Result reconcile(Request request) {
    try {
      engine
          .reconcile(new GridKey(kind, request.getNamespace(), request.getName()))
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return new Result(false);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return new Result(true);
    } catch (ExecutionException | TimeoutException failed) {
      return new Result(true);
    }
  }
}
