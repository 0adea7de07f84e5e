/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.plan.Action.EmptyUnit;
import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The two consistent reads before a deletion for emptiness (RULE 17): the grid must still be what
 * was planned from, and remember the deletion; no node may carry the unit; and, where the grid has
 * a grace period, the node cache must have seen all that the API server had when it said so, and
 * still know of no node. Where the cache has to catch up first, both reads are made again
 * afterwards, so that they come just before the deletion.
 */
final class Confirmation {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

  private final Sending sending;
  private final Scheduler scheduler;
  private final Loop loop;
  private final NodeCache nodes;

  Confirmation(Sending sending, Scheduler scheduler, Loop loop, NodeCache nodes) {
    this.sending = sending;
    this.scheduler = scheduler;
    this.loop = loop;
    this.nodes = nodes;
  }

  /** Why the child must stay; empty if it may go. */
  CompletableFuture<Optional<String>> objection(Grid grid, String uid, EmptyUnit empty) {
    return objectionOfGrid(grid, uid)
        .thenCompose(
            objection ->
                objection.isPresent() || empty.deselected()
                    ? CompletableFuture.completedFuture(objection)
                    : objectionOfNodes(grid, uid, empty));
  }

  private CompletableFuture<Optional<String>> objectionOfNodes(
      Grid grid, String uid, EmptyUnit empty) {
    return readNodes(empty)
        .thenCompose(
            read -> {
              if (read.objection().isPresent()
                  || hasNoGrace(grid)
                  || nodes.reached(read.version())) {
                return CompletableFuture.completedFuture(read.objectionOr(cached(empty)));
              }
              return caughtUp(read.version(), scheduler.elapsed().plus(LONGEST_WAIT))
                  .thenCompose(late -> late ? tooLate() : readBothAgain(grid, uid, empty));
            });
  }

  /**
   * A cache that lags may not have seen a node come and go, which begins the grace anew. Without
   * grace the emptiness of this moment counts, and that is what the consistent read has said.
   */
  private static boolean hasNoGrace(Grid grid) {
    return grid.spec().emptyUnitGracePeriod().isZero();
  }

  private CompletableFuture<Optional<String>> readBothAgain(
      Grid grid, String uid, EmptyUnit empty) {
    return objectionOfGrid(grid, uid)
        .thenCompose(
            objection ->
                objection.isPresent()
                    ? CompletableFuture.completedFuture(objection)
                    : readNodes(empty).thenApply(read -> read.objectionOr(cached(empty))));
  }

  private CompletableFuture<Optional<String>> objectionOfGrid(Grid planned, String uid) {
    return sending
        .read(Requests.read(planned))
        .thenApply(
            answer -> {
              if (answer instanceof Answer.Success read) {
                return difference(planned, Grid.parse(planned.kind(), read.body()), uid);
              }
              return Optional.of("the grid could not be read: " + answer);
            });
  }

  private static Optional<String> difference(Grid planned, Grid read, String uid) {
    if (!read.uid().equals(planned.uid()) || read.deleting()) {
      return Optional.of("the grid is another one by now, or is being deleted");
    }
    if (read.generation() != planned.generation()
        || !read.annotations().equals(planned.annotations())) {
      return Optional.of("the grid has changed since");
    }
    boolean remembered =
        GridStatus.parse(read.status()).recentlyDeleted().stream()
            .anyMatch(deleted -> deleted.uid().equals(uid));
    return remembered
        ? Optional.empty()
        : Optional.of("the grid's status does not remember the deletion");
  }

  /**
   * What a list of the unit's nodes said.
   *
   * @param objection why the child must stay
   * @param version of the list
   */
  private record NodesRead(Optional<String> objection, String version) {
    Optional<String> objectionOr(Optional<String> other) {
      return objection.isPresent() ? objection : other;
    }
  }

  private CompletableFuture<NodesRead> readNodes(EmptyUnit empty) {
    return sending
        .read(Requests.nodeOf(empty.key(), empty.unit()))
        .thenApply(
            answer -> {
              String version = answer.body().get("metadata", "resourceVersion").asString("");
              if (version.isEmpty()) {
                return new NodesRead(Optional.of("its nodes could not be read: " + answer), "");
              }
              if (!answer.body().get("items").items().isEmpty()) {
                return new NodesRead(Optional.of("a node carries the unit"), version);
              }
              return new NodesRead(Optional.empty(), version);
            });
  }

  private Optional<String> cached(EmptyUnit empty) {
    return nodes.hasNode(empty.key(), empty.unit())
        ? Optional.of("a node of the unit has been seen since")
        : Optional.empty();
  }

  /** Answers, on the loop, whether the cache did not reach the version in time. */
  private CompletableFuture<Boolean> caughtUp(String version, Duration deadline) {
    CompletableFuture<Boolean> late = new CompletableFuture<>();
    lookAgain(version, deadline, late);
    return late;
  }

  private void lookAgain(String version, Duration deadline, CompletableFuture<Boolean> late) {
    if (nodes.reached(version)) {
      late.complete(false);
    } else if (scheduler.elapsed().compareTo(deadline) > 0) {
      late.complete(true);
    } else {
      scheduler.schedule(LOOK_AGAIN, () -> loop.execute(() -> lookAgain(version, deadline, late)));
    }
  }

  private static CompletableFuture<Optional<String>> tooLate() {
    return CompletableFuture.completedFuture(
        Optional.of("the node cache did not catch up within " + LONGEST_WAIT.toMinutes() + " min"));
  }
}
