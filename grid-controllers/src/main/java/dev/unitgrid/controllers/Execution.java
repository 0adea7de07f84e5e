/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.Rendering.Rendered;
import dev.unitgrid.core.plan.Action;
import dev.unitgrid.core.plan.Action.Target;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.core.plan.UnitPlan;
import dev.unitgrid.core.template.UnknownFields;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the plan of one grid: units side by side, the actions of a unit in order, the first
 * that does not succeed ends its unit's. Confined to the loop; decides nothing about the domain.
 */
final class Execution {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
  private static final Duration FAILED_PAUSE = Duration.ofSeconds(1);
  private static final Duration STALE_PAUSE = Duration.ofSeconds(2);
  private static final Duration CANCELLED_PAUSE = Duration.ofSeconds(10);
  private static final Duration HOLDER_HOLDS = Duration.ofMinutes(1);

  private final Sending sending;
  private final Claims claims;
  private final Confirmation confirmation;
  private final ChildCache children;
  private final Scheduler scheduler;
  private final Loop loop;
  private final Metrics metrics;
  private final Again again;

  /** Has a grid reconciled again. */
  @FunctionalInterface
  interface Again {
    void after(Duration delay, GridKey key);
  }

  /** How an action, or all actions of a unit, ended. */
  private enum Step {
    /** Well. */
    DONE,
    /** The API server refused, or did not answer: remembered as a failure. */
    FAILED,
    /** What was observed is not what lives: the caches will catch up. */
    STALE,
    /** Something new is known: plan again at once. */
    LEARNT,
    /** The reads before a deletion, or before a child is made again, objected. */
    CANCELLED,
    /** The term of leadership is over. */
    DROPPED
  }

  /**
   * One plan under way.
   *
   * @param remembered whether the status that remembers the deletions is written
   * @param reading the grid as it is since the plan was made
   */
  private record Turn(
      GridKey key,
      Grid grid,
      GridMemory memory,
      Mandate mandate,
      CompletableFuture<Boolean> remembered,
      GridReading reading) {}

  /**
   * What one unit's plan has to do, one action after the other.
   *
   * @param hash of what is rendered; empty if nothing is
   */
  private record Work(
      String unit,
      String childName,
      Optional<ObservedChild> living,
      String hash,
      ImmutableList<Action> actions) {
    static Work of(UnitPlan plan) {
      return new Work(
          plan.unit(),
          plan.childName(),
          plan.living(),
          plan.rendered().map(Rendered::hash).orElse(""),
          plan.actions());
    }

    /** Writes to the grid itself belong to no unit; their failures are kept under no name. */
    static Work onGrid(Plan plan) {
      return new Work("", "", Optional.empty(), "", plan.gridActions());
    }

    /** What is written, for a log: a Service is of no unit, a write to the grid of no child. */
    String place() {
      if (unit.isEmpty()) {
        return childName.isEmpty() ? "the grid" : childName;
      }
      return childName + " of unit " + unit;
    }
  }

  Execution(
      Sending sending,
      Confirmation confirmation,
      ChildCache children,
      Scheduler scheduler,
      Loop loop,
      Metrics metrics,
      Again again) {
    this.sending = sending;
    this.claims = new Claims(sending);
    this.confirmation = confirmation;
    this.children = children;
    this.scheduler = scheduler;
    this.loop = loop;
    this.metrics = metrics;
    this.again = again;
  }

  /** Whether {@code plan} deletes for emptiness, so that the status has to be written before. */
  static boolean deletesForEmptiness(Plan plan) {
    return plan.units().stream()
        .flatMap(unit -> unit.actions().stream())
        .anyMatch(
            action -> action instanceof Action.Delete delete && delete.emptyUnit().isPresent());
  }

  /**
   * Carries out {@code plan}. Units that an earlier plan is still busy with, or was when the plan
   * was observed, are left alone: their end has the grid planned again.
   *
   * @param remembered the write of the plan's status
   * @return done when every unit has ended, well or not
   */
  CompletableFuture<Void> run(
      Grid grid,
      Plan plan,
      GridMemory memory,
      Mandate mandate,
      CompletableFuture<Boolean> remembered) {
    Turn turn =
        new Turn(
            GridKey.of(grid), grid, memory, mandate, remembered, new GridReading(sending, grid));
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    if (!plan.gridActions().isEmpty()) {
      ends.add(run(turn, Work.onGrid(plan)));
    }
    for (UnitPlan unit : plan.units()) {
      if (!unit.actions().isEmpty()) {
        ends.add(run(turn, Work.of(unit)));
      }
    }
    return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<Void> run(Turn turn, Work unit) {
    String busy = unit.unit() + "\n" + unit.childName();
    if (!turn.memory().begins(busy)) {
      return CompletableFuture.completedFuture(null);
    }
    return step(turn, unit, 0)
        .exceptionally(
            bug -> {
              LOG.error("{}: {} failed", turn.key(), unit.place(), bug);
              return Step.STALE;
            })
        .thenAccept(end -> ended(turn, unit, busy, end));
  }

  private CompletableFuture<Step> step(Turn turn, Work unit, int index) {
    if (index == unit.actions().size()) {
      return CompletableFuture.completedFuture(Step.DONE);
    }
    return perform(turn, unit, unit.actions().get(index))
        .thenCompose(
            step ->
                step == Step.DONE
                    ? step(turn, unit, index + 1)
                    : CompletableFuture.completedFuture(step));
  }

  private void ended(Turn turn, Work unit, String busy, Step end) {
    switch (end) {
      case DONE -> {
        turn.memory().failures.succeeded(unit.unit());
        release(turn, busy, Duration.ZERO);
      }
      // A new term may have begun already, and have left the unit alone because it was busy.
      case LEARNT, DROPPED -> release(turn, busy, Duration.ZERO);
      case FAILED -> {
        again.after(Duration.ZERO, turn.key());
        release(turn, busy, FAILED_PAUSE);
      }
      case STALE -> release(turn, busy, STALE_PAUSE);
      case CANCELLED -> release(turn, busy, CANCELLED_PAUSE);
    }
  }

  /** Until its pause is over, a unit whose observation is stale would only be refused again. */
  private void release(Turn turn, String busy, Duration pause) {
    if (pause.isZero()) {
      turn.memory().ends(busy);
      again.after(Duration.ZERO, turn.key());
      return;
    }
    scheduler.schedule(pause, () -> loop.execute(() -> release(turn, busy, Duration.ZERO)));
  }

  private CompletableFuture<Step> perform(Turn turn, Work unit, Action action) {
    if (action instanceof Action.Create create) {
      return create(turn, unit, create);
    }
    if (action instanceof Action.Apply apply) {
      return apply(turn, unit, apply);
    }
    if (action instanceof Action.MergeOwnership merge) {
      return merge(turn, unit, merge);
    }
    if (action instanceof Action.HandOverReplicas handOver) {
      return writeChild(turn, unit, action, handOver.target(), Requests.handOver(handOver));
    }
    if (action instanceof Action.Annotate annotate) {
      return writeChild(turn, unit, action, annotate.target(), Requests.annotate(annotate));
    }
    if (action instanceof Action.Adopt adopt) {
      return writeChild(turn, unit, action, adopt.target(), Requests.adopt(adopt, owners(unit)));
    }
    if (action instanceof Action.Delete delete) {
      return delete(turn, unit, delete);
    }
    if (action instanceof Action.PruneTemplates prune) {
      return prune(turn, unit, prune);
    }
    throw new AssertionError(action);
  }

  private static Json owners(Work unit) {
    return unit.living()
        .map(child -> child.live().json().get("metadata", "ownerReferences"))
        .orElseGet(Json::ofNull);
  }

  /**
   * A child that lived may have gone with its grid, whose end no watch has shown yet; the garbage
   * collector takes children only once the grid is gone, or is being deleted. So the grid is read
   * before such a child is made again (RULE 14).
   */
  private CompletableFuture<Step> create(Turn turn, Work unit, Action.Create create) {
    if (!turn.memory().hasLived(unit.childName())) {
      return createUnclaimed(turn, unit, create);
    }
    return turn.reading()
        .answer()
        .thenCompose(
            answer -> {
              if (turn.reading().isGone(answer)) {
                LOG.info(
                    "{}: {} is not made again: the grid is gone, or is being deleted",
                    turn.key(),
                    unit.place());
                return done(Step.CANCELLED);
              }
              return answer instanceof Answer.Success
                  ? createUnclaimed(turn, unit, create)
                  : done(notWritten(turn, unit, create, answer));
            });
  }

  private CompletableFuture<Step> createUnclaimed(Turn turn, Work unit, Action.Create create) {
    return claims
        .objection(create)
        .thenCompose(
            objection ->
                objection.isPresent()
                    ? done(objected(turn, unit, create, objection.orElseThrow()))
                    : post(turn, unit, create));
  }

  private Step objected(Turn turn, Work unit, Action.Create create, Claims.Objection objection) {
    if (objection instanceof Claims.Objection.Unreadable unreadable) {
      return failed(turn, unit, create, unreadable.status());
    }
    Claims.Objection.ForeignClaim claim = (Claims.Objection.ForeignClaim) objection;
    fail(
        turn,
        turn.memory()
            .failures
            .failed(
                unit.unit(), now(), unit.hash(), 0, ConditionTypes.NAME_CONFLICT, claim.message()));
    return Step.FAILED;
  }

  private CompletableFuture<Step> post(Turn turn, Work unit, Action.Create create) {
    return turn.memory()
        .slots
        .run(() -> sending.write(Requests.create(create), turn.mandate()))
        .thenCompose(
            answer ->
                answer.isRefusedAs(409, "AlreadyExists")
                    ? readHolder(turn, unit, create)
                    : done(
                        learns(turn, unit, create.body(), answer)
                            ? Step.LEARNT
                            : written(turn, unit, create, create.type(), answer)));
  }

  /** Whose name is it? The plan decides, once it knows the holder (RULES 12, 14). */
  private CompletableFuture<Step> readHolder(Turn turn, Work unit, Action.Create create) {
    String namespace = create.body().get("metadata", "namespace").asString("");
    String name = create.body().get("metadata", "name").asString("");
    return readHolder(turn.memory(), create.type(), namespace, name)
        .thenApply(
            answer -> {
              if (answer instanceof Answer.Success) {
                LOG.info("{}: {} {} is there already", turn.key(), create.type().kind(), name);
                return Step.LEARNT;
              }
              return answer.isRefusedAs(404, null)
                  ? Step.STALE
                  : answer
                      .refusal()
                      .map(status -> failed(turn, unit, create, status))
                      .orElse(Step.STALE);
            });
  }

  /** Reads an object that no watch of ours may show, and remembers what there is. */
  CompletableFuture<Answer> readHolder(
      GridMemory memory, ResourceType type, String namespace, String name) {
    return sending
        .read(ApiRequest.get(type.path(namespace, name)))
        .thenApply(
            answer -> {
              if (answer instanceof Answer.Success success) {
                memory.held(ObservedChild.decode(type, success.body()), now().plus(HOLDER_HOLDS));
              } else if (answer.isRefusedAs(404, null)) {
                memory.released(name);
              } else {
                memory.stillHeld(name, now().plus(HOLDER_HOLDS));
              }
              return answer;
            });
  }

  private CompletableFuture<Step> apply(Turn turn, Work unit, Action.Apply apply) {
    return turn.memory()
        .slots
        .run(() -> sending.write(Requests.apply(apply), turn.mandate()))
        .thenCompose(
            answer ->
                answer.refusal().filter(Execution::isOfUndeclaredField).isPresent()
                    ? askForUnknownFields(turn, unit, apply, answer)
                    : done(written(turn, unit, apply, apply.target().type(), answer)));
  }

  /** The words of a server-side apply, with 500, for what a strict create calls unknown. */
  private static boolean isOfUndeclaredField(ApiStatus status) {
    return status.message().contains("field not declared in schema");
  }

  private CompletableFuture<Step> askForUnknownFields(
      Turn turn, Work unit, Action.Apply apply, Answer refused) {
    return turn.memory()
        .slots
        .run(() -> sending.write(Requests.unknownFields(apply), turn.mandate()))
        .thenApply(
            asked ->
                learns(turn, unit, apply.body(), asked)
                    ? Step.LEARNT
                    : written(turn, unit, apply, apply.target().type(), refused));
  }

  /**
   * Whether the API server names fields of {@code body} that it does not know: the next plan leaves
   * them out (RULE 7).
   */
  private boolean learns(Turn turn, Work unit, Json body, Answer answer) {
    UnknownFields unknown =
        answer
            .refusal()
            .map(status -> UnknownFields.refused(body.get("spec"), status.message()))
            .orElse(UnknownFields.NONE);
    if (unknown.isEmpty()) {
      return false;
    }
    turn.memory().refused(unknown);
    LOG.info(
        "{}: {} is written without what the API server does not know: {}",
        turn.key(),
        unit.place(),
        unknown.paths());
    return true;
  }

  private CompletableFuture<Step> merge(Turn turn, Work unit, Action.MergeOwnership merge) {
    return turn.memory()
        .slots
        .run(() -> sending.read(Requests.read(merge.target())))
        .thenCompose(
            answer ->
                answer instanceof Answer.Success success
                    ? merge(turn, unit, merge, success.body())
                    : done(written(turn, unit, merge, merge.target().type(), answer)));
  }

  private CompletableFuture<Step> merge(
      Turn turn, Work unit, Action.MergeOwnership merge, Json live) {
    if (!live.get("metadata", "uid").asString("").equals(merge.target().uid())) {
      return done(Step.STALE);
    }
    return writeChild(turn, unit, merge, merge.target(), Requests.mergeOwnership(merge, live));
  }

  private CompletableFuture<Step> writeChild(
      Turn turn, Work unit, Action action, Target target, ApiRequest request) {
    return turn.memory()
        .slots
        .run(() -> sending.write(request, turn.mandate()))
        .thenApply(answer -> written(turn, unit, action, target.type(), answer));
  }

  private Step written(Turn turn, Work unit, Action action, ResourceType type, Answer answer) {
    if (answer instanceof Answer.Success success) {
      ObservedChild child = ObservedChild.decode(type, success.body());
      turn.memory().answered(child);
      remember(turn.memory(), action, child);
      return succeeded(turn, unit, action);
    }
    return notWritten(turn, unit, action, answer);
  }

  private void remember(GridMemory memory, Action action, ObservedChild child) {
    if (action instanceof Action.Create) {
      memory.wrote(child, ImmutableList.of(), now());
    } else if (action instanceof Action.Apply apply) {
      memory.wrote(child, apply.drift(), now());
    }
  }

  private Step notWritten(Turn turn, Work unit, Action action, Answer answer) {
    if (answer instanceof Answer.Dropped) {
      LOG.info("{}: dropped the rest of the plan, the term of leadership is over", turn.key());
      return Step.DROPPED;
    }
    if (isStale(action, answer)) {
      LOG.info(
          "{}: {} {} did not meet what was observed: {}",
          turn.key(),
          name(action),
          unit.place(),
          answer);
      return Step.STALE;
    }
    return answer.refusal().map(status -> failed(turn, unit, action, status)).orElse(Step.STALE);
  }

  private static boolean isStale(Action action, Answer answer) {
    boolean tests =
        action instanceof Action.MergeOwnership
            || action instanceof Action.Adopt
            || action instanceof Action.PruneTemplates;
    boolean living = !(action instanceof Action.Create);
    return (living && (answer.isRefusedAs(404, null) || answer.isRefusedAs(409, null)))
        || answer.refusal().filter(Execution::isOfSuccessor).isPresent()
        || (tests && answer.refusal().filter(Execution::isFailedTest).isPresent());
  }

  /** A patch whose uid is not that of the object which lives by now is a 422 that says so. */
  private static boolean isOfSuccessor(ApiStatus status) {
    return status.code() == 422
        && !status.causes().isEmpty()
        && status.causes().stream().allMatch(cause -> cause.field().equals("metadata.uid"));
  }

  /** A JSON patch whose test fails is a 422 that blames no field. */
  private static boolean isFailedTest(ApiStatus status) {
    return status.code() == 422 && status.causes().isEmpty();
  }

  private CompletableFuture<Step> delete(Turn turn, Work unit, Action.Delete delete) {
    if (delete.emptyUnit().isEmpty()) {
      return deleteNow(turn, unit, delete, delete.target());
    }
    return turn.remembered()
        .thenCompose(
            remembered ->
                remembered
                    ? confirmation.objection(
                        turn.grid(), delete.target().uid(), delete.emptyUnit().orElseThrow())
                    : CompletableFuture.completedFuture(
                        Optional.of("the status could not be written before")))
        .thenCompose(
            objection ->
                objection.isPresent()
                    ? done(cancelled(turn, unit, objection.orElseThrow()))
                    : deleteNow(turn, unit, delete, newest(unit, delete.target())));
  }

  private Step cancelled(Turn turn, Work unit, String objection) {
    metrics.count(
        EngineMetrics.DELETIONS_CANCELLED,
        EngineMetrics.TAG_KIND,
        turn.grid().kind().type().kind());
    LOG.warn("{}: {} stays: {}", turn.key(), unit.place(), objection);
    return Step.CANCELLED;
  }

  /** While the reads were made, only the status of the child may have changed. */
  private Target newest(Work unit, Target planned) {
    return children
        .find(planned.type(), planned.namespace(), planned.name())
        .filter(child -> child.uid().equals(planned.uid()))
        .filter(
            child -> unit.living().map(ObservedChild::digest).equals(Optional.of(child.digest())))
        .map(
            child ->
                new Target(
                    planned.type(),
                    planned.namespace(),
                    planned.name(),
                    planned.uid(),
                    child.resourceVersion()))
        .orElse(planned);
  }

  private CompletableFuture<Step> deleteNow(
      Turn turn, Work unit, Action.Delete delete, Target target) {
    return turn.memory()
        .slots
        .run(() -> sending.write(Requests.delete(target, delete.orphan()), turn.mandate()))
        .thenApply(
            answer -> {
              boolean gone = answer.isRefusedAs(404, null);
              if (answer instanceof Answer.Success || gone) {
                turn.memory().deleted(target.uid());
                return succeeded(turn, unit, delete);
              }
              return notWritten(turn, unit, delete, answer);
            });
  }

  private CompletableFuture<Step> prune(Turn turn, Work unit, Action.PruneTemplates prune) {
    return sending
        .write(Requests.pruneTemplates(turn.grid(), prune), turn.mandate())
        .thenApply(
            answer ->
                answer instanceof Answer.Success
                    ? succeeded(turn, unit, prune)
                    : notWritten(turn, unit, prune, answer));
  }

  private Step succeeded(Turn turn, Work unit, Action action) {
    count(EngineMetrics.ACTIONS, turn, action);
    LOG.info("{}: {} {}: {}", turn.key(), name(action), unit.place(), action.reason());
    return Step.DONE;
  }

  private Step failed(Turn turn, Work unit, Action action, ApiStatus status) {
    count(EngineMetrics.ACTION_FAILURES, turn, action);
    LOG.warn("{}: {} {} failed: {}", turn.key(), name(action), unit.place(), status);
    fail(turn, turn.memory().failures.failed(unit.unit(), now(), unit.hash(), status));
    return Step.FAILED;
  }

  private void fail(Turn turn, Instant retryAt) {
    again.after(Duration.between(now(), retryAt), turn.key());
  }

  private void count(String metric, Turn turn, Action action) {
    metrics.count(
        metric,
        EngineMetrics.TAG_KIND,
        turn.grid().kind().type().kind(),
        EngineMetrics.TAG_ACTION,
        name(action).toLowerCase(Locale.ROOT));
  }

  private static String name(Action action) {
    return action.getClass().getSimpleName();
  }

  private Instant now() {
    return scheduler.clock().instant();
  }

  private static CompletableFuture<Step> done(Step step) {
    return CompletableFuture.completedFuture(step);
  }
}
