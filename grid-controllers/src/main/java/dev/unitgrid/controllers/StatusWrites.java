/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.MergePatch;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.status.StatusSummary;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the status of one grid: at most once a second, the newest only, and nothing where nothing
 * differs (RULE 26). Confined to the loop.
 */
final class StatusWrites {
  static final Duration BETWEEN = Duration.ofSeconds(1);

  private final Sending sending;
  private final Scheduler scheduler;
  private final Loop loop;
  private final Metrics metrics;
  private final Supplier<Optional<Grid>> current;
  private final Written written;
  private final List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
  private @Nullable Wish wish;
  private Duration notBefore;
  private boolean underWay;

  /** Hears of every status that was written. */
  @FunctionalInterface
  interface Written {
    /**
     * The status was written.
     *
     * @param before the grid as it was
     * @param answer the grid as the API server answered
     */
    void written(Grid before, Json answer, Mandate mandate);
  }

  private record Wish(Grid base, Json status, boolean onlyIfUnchanged, Mandate mandate) {}

  StatusWrites(
      Sending sending,
      Scheduler scheduler,
      Loop loop,
      Metrics metrics,
      Supplier<Optional<Grid>> current,
      Written written) {
    this.sending = sending;
    this.scheduler = scheduler;
    this.loop = loop;
    this.metrics = metrics;
    this.current = current;
    this.written = written;
    this.notBefore = scheduler.elapsed();
  }

  /**
   * Wishes that the status of {@code base} reads {@code status}; takes the place of an earlier
   * wish.
   *
   * @param base the grid that {@code status} was planned from
   * @param onlyIfUnchanged whether to write only if nobody has changed the grid since
   * @return whether it reads so, or as a later wish has it
   */
  CompletableFuture<Boolean> wish(
      Grid base, Json status, boolean onlyIfUnchanged, Mandate mandate) {
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    waiting.add(done);
    wish = new Wish(base, status, onlyIfUnchanged, mandate);
    writeWhenDue();
    return done;
  }

  private void writeWhenDue() {
    Wish next = wish;
    if (underWay || next == null) {
      return;
    }
    Grid grid = newest(next.base());
    if (grid.status().equals(StatusSummary.over(grid, next.status()))) {
      wish = null;
      answer(true);
      return;
    }
    underWay = true;
    Duration wait = notBefore.minus(scheduler.elapsed());
    if (wait.isNegative() || wait.isZero()) {
      write(next, grid);
    } else {
      scheduler.schedule(wait, () -> loop.execute(this::writeNow));
    }
  }

  /** What is written over: never another grid of the same name. */
  private Grid newest(Grid base) {
    return current.get().filter(grid -> grid.uid().equals(base.uid())).orElse(base);
  }

  private void writeNow() {
    Wish next = wish;
    if (next == null) {
      underWay = false;
      return;
    }
    write(next, next.onlyIfUnchanged() ? next.base() : newest(next.base()));
  }

  private void write(Wish next, Grid grid) {
    wish = null;
    notBefore = scheduler.elapsed().plus(BETWEEN);
    List<CompletableFuture<Boolean>> answered = List.copyOf(waiting);
    waiting.clear();
    Json patch = MergePatch.between(grid.status(), StatusSummary.over(grid, next.status()));
    Loop.letGo(
        sending
            .write(
                next.onlyIfUnchanged()
                    ? Requests.statusIfUnchanged(grid, patch)
                    : Requests.status(grid, patch),
                next.mandate())
            .thenAccept(
                answer -> {
                  underWay = false;
                  answered.forEach(future -> future.complete(answer instanceof Answer.Success));
                  if (answer instanceof Answer.Success success) {
                    metrics.count(
                        EngineMetrics.STATUS_WRITES,
                        EngineMetrics.TAG_KIND,
                        grid.kind().type().kind());
                    written.written(grid, success.body(), next.mandate());
                  }
                  writeWhenDue();
                }));
  }

  private void answer(boolean reads) {
    List<CompletableFuture<Boolean>> answered = List.copyOf(waiting);
    waiting.clear();
    answered.forEach(future -> future.complete(reads));
  }
}
