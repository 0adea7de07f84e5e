/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.MergePatch;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.federation.ChildAction;
import dev.unitgrid.core.federation.ChildPlan;
import dev.unitgrid.core.federation.ChildPlanner;
import dev.unitgrid.core.federation.FederatedGrid;
import dev.unitgrid.core.federation.ImmutableObservedCopy;
import dev.unitgrid.core.federation.ObservedCopy;
import dev.unitgrid.core.federation.TargetNamespaces;
import dev.unitgrid.core.federation.Wish;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.queue.Outcome;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One turn of a child: observe, plan, execute, for one copy. On the loop. */
final class ChildTurns {
  private static final Logger LOG = LoggerFactory.getLogger(ChildTurns.class);
  private static final Duration STALE_PAUSE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_STATUSES = Duration.ofSeconds(1);

  /** What no watch shows is read again once a minute while it holds a name. */
  private static final Duration HOLDER_BELIEVED_FOR = Duration.ofMinutes(1);

  private final String clusterNamespace;
  private final ImmutableMap<GridKind, GridCache> copies;
  private final ImmutableMap<GridKind, GridCache> locals;
  private final CarriedKeys keys;
  private final Sending parent;
  private final Sending local;
  private final Mandate mandate;
  private final TargetNamespaces targets;
  private final boolean createsNamespaces;
  private final BooleanSupplier absenceTrusted;
  private final Backoff backoff;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final Map<NameKey, Memory> memories = new HashMap<>();

  /** What outlives a turn of one copy. */
  private static final class Memory {
    private final Failures failures;
    private final Map<String, Wish.Answered> answered = new HashMap<>();
    private @Nullable FederatedGrid holder;
    private Duration holderRead = Duration.ZERO;
    private Duration statusNotBefore = Duration.ZERO;

    private Memory(Failures failures) {
      this.failures = failures;
    }
  }

  ChildTurns(
      String clusterNamespace,
      ImmutableMap<GridKind, GridCache> copies,
      ImmutableMap<GridKind, GridCache> locals,
      CarriedKeys keys,
      Sending parent,
      Sending local,
      Mandate mandate,
      TargetNamespaces targets,
      boolean createsNamespaces,
      BooleanSupplier absenceTrusted,
      Backoff backoff,
      Scheduler scheduler,
      Metrics metrics) {
    this.clusterNamespace = clusterNamespace;
    this.copies = copies;
    this.locals = locals;
    this.keys = keys;
    this.parent = parent;
    this.local = local;
    this.mandate = mandate;
    this.targets = targets;
    this.createsNamespaces = createsNamespaces;
    this.absenceTrusted = absenceTrusted;
    this.backoff = backoff;
    this.scheduler = scheduler;
    this.metrics = metrics;
  }

  /** Works on the copy of that name. */
  CompletableFuture<Outcome> take(NameKey key) {
    Memory memory =
        memories.computeIfAbsent(key, any -> new Memory(new Failures(backoff, scheduler.clock())));
    return lookAtHolder(memory).thenCompose(looked -> work(key, memory));
  }

  private CompletableFuture<Outcome> work(NameKey key, Memory memory) {
    ObservedCopy observed = observe(key, memory);
    if (observed.copy().isEmpty() && observed.locals().isEmpty()) {
      memories.remove(key);
      return CompletableFuture.completedFuture(Outcome.done());
    }
    ChildPlan plan = ChildPlanner.plan(observed);
    if (plan.action().isEmpty() && observed.failure().isPresent() && plan.nextCheckAt().isEmpty()) {
      memory.failures.keepOnly(any -> false);
    }
    return execute(key, plan, memory)
        .thenCompose(
            settled ->
                writeStatus(observed, plan, memory)
                    .thenApply(wait -> outcome(observed, plan, memory, settled, wait)));
  }

  private ObservedCopy observe(NameKey key, Memory memory) {
    GridCache copyCache = cache(copies, key.kind());
    GridCache localCache = cache(locals, key.kind());
    Optional<FederatedGrid> copy =
        copyCache
            .known(new ObjectKey(clusterNamespace, key.name()))
            .filter(FederatedGrid::isMarked);
    Map<ObjectKey, FederatedGrid> found = new LinkedHashMap<>();
    localCache.known(key.name()).forEach(grid -> found.put(GridCache.key(grid), grid));
    copy.filter(grid -> !grid.targetNamespace().isEmpty())
        .map(grid -> new ObjectKey(grid.targetNamespace(), grid.sourceName()))
        .flatMap(place -> atPlace(localCache, place, memory))
        .ifPresent(grid -> found.put(GridCache.key(grid), grid));
    ImmutableList.Builder<String> others = ImmutableList.builder();
    for (FederatedGrid grid : found.values()) {
      if (!grid.copyName().equals(key.name()) && lives(copyCache, grid.copyName())) {
        others.add(grid.copyName());
      }
    }
    return ImmutableObservedCopy.builder()
        .kind(key.kind())
        .clusterNamespace(clusterNamespace)
        .copy(copy)
        .locals(found.values())
        .otherCopies(others.build())
        .keyHasNodes(copy.filter(grid -> keys.contains(grid.unitKey())).isPresent())
        .targetNamespaces(targets)
        .answered(memory.answered)
        .failure(memory.failures.all().values().stream().findFirst())
        .absenceTrusted(absenceTrusted.getAsBoolean())
        .now(now())
        .build();
  }

  private Optional<FederatedGrid> atPlace(GridCache cache, ObjectKey place, Memory memory) {
    return cache
        .known(place)
        .or(
            () ->
                Optional.ofNullable(memory.holder)
                    .filter(holder -> GridCache.key(holder).equals(place)));
  }

  private boolean lives(GridCache cache, String name) {
    return cache
        .known(new ObjectKey(clusterNamespace, name))
        .filter(copy -> !copy.deleting())
        .isPresent();
  }

  /** Something without our labels is shown by no watch. */
  private CompletableFuture<?> lookAtHolder(Memory memory) {
    FederatedGrid holder = memory.holder;
    if (holder == null
        || scheduler.elapsed().minus(memory.holderRead).compareTo(HOLDER_BELIEVED_FOR) < 0) {
      return CompletableFuture.completedFuture(true);
    }
    return read(holder, holder.namespace(), holder.name(), memory);
  }

  /** Whether there is nothing at that place, which is learnt. */
  private CompletableFuture<Boolean> read(
      FederatedGrid alike, String namespace, String name, Memory memory) {
    return local
        .read(CopyRequests.read(alike, namespace, name))
        .thenApply(
            answer -> {
              if (answer instanceof Answer.Success success) {
                memory.holder = FederatedGrid.decode(alike.kind(), success.body());
                memory.holderRead = scheduler.elapsed();
              } else if (answer.code() == 404) {
                memory.holder = null;
              }
              return answer.code() == 404;
            });
  }

  private Outcome outcome(
      ObservedCopy observed,
      ChildPlan plan,
      Memory memory,
      boolean settled,
      Optional<Duration> statusWait) {
    if (!settled) {
      return Outcome.again(STALE_PAUSE);
    }
    if (statusWait.isPresent()) {
      return Outcome.again(statusWait.get());
    }
    if (plan.nextCheckAt().isPresent()) {
      return Outcome.again(Duration.between(observed.now(), plan.nextCheckAt().get()));
    }
    if (plan.action().isPresent() && mandate.holds()) {
      return Outcome.again(Duration.ZERO);
    }
    return memory.holder == null ? Outcome.done() : Outcome.again(HOLDER_BELIEVED_FOR);
  }

  /** Whether the world is as the plan took it to be. */
  private CompletableFuture<Boolean> execute(NameKey key, ChildPlan plan, Memory memory) {
    if (plan.action().isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    ChildAction action = plan.action().get();
    if (action instanceof ChildAction.Hold hold) {
      return send(parent, CopyRequests.hold(hold.copy()), key, action, memory);
    } else if (action instanceof ChildAction.Create create) {
      return create(key, create, memory);
    } else if (action instanceof ChildAction.Change change) {
      return send(local, CopyRequests.change(change.local(), change.wish()), key, action, memory);
    } else if (action instanceof ChildAction.Delete delete) {
      return send(local, CopyRequests.delete(delete.local()), key, action, memory);
    } else if (action instanceof ChildAction.Orphan orphan) {
      String since = orphan.since().truncatedTo(ChronoUnit.SECONDS).toString();
      return send(
          local,
          CopyRequests.annotate(orphan.local(), Annotations.ORPHANED_SINCE, since),
          key,
          action,
          memory);
    } else if (action instanceof ChildAction.Release release) {
      return release(key, release, memory);
    }
    throw new AssertionError("no such action: " + action);
  }

  private CompletableFuture<Boolean> create(NameKey key, ChildAction.Create create, Memory memory) {
    Wish wish = create.wish();
    return local
        .write(CopyRequests.create(wish), mandate)
        .thenCompose(
            answer -> {
              if (answer.code() == 409) {
                FederatedGrid alike = FederatedGrid.decode(wish.kind(), wish.body());
                return read(alike, wish.namespace(), wish.name(), memory).thenApply(free -> true);
              }
              return createsNamespaces && isNamespaceMissing(answer, wish.namespace())
                  ? local
                      .write(CopyRequests.createNamespace(wish.namespace()), mandate)
                      .thenApply(made -> ended(key, create, made, memory))
                  : CompletableFuture.completedFuture(ended(key, create, answer, memory));
            });
  }

  private static boolean isNamespaceMissing(Answer answer, String namespace) {
    return answer.code() == 404
        && answer
            .refusal()
            .map(ApiStatus::message)
            .filter(message -> message.contains("namespaces \"" + namespace + "\""))
            .isPresent();
  }

  /** What lost its labels would be left behind unseen (RULE 35). */
  private CompletableFuture<Boolean> release(
      NameKey key, ChildAction.Release release, Memory memory) {
    FederatedGrid copy = release.copy();
    boolean sure = !release.localIsGone() || copy.targetNamespace().isEmpty();
    CompletableFuture<Boolean> gone =
        sure
            ? CompletableFuture.completedFuture(true)
            : read(copy, copy.targetNamespace(), copy.sourceName(), memory)
                .thenApply(free -> free || isForeign(memory.holder, copy));
    return gone.thenCompose(
        free ->
            free
                ? send(parent, CopyRequests.release(copy), key, release, memory)
                : CompletableFuture.completedFuture(false));
  }

  private static boolean isForeign(@Nullable FederatedGrid holder, FederatedGrid copy) {
    return holder != null
        && !(holder.isMadeByChild()
            && holder.copyName().equals(copy.name())
            && holder.sourceUid().equals(copy.sourceUid()));
  }

  private CompletableFuture<Boolean> send(
      Sending cluster, ApiRequest write, NameKey key, ChildAction action, Memory memory) {
    return cluster.write(write, mandate).thenApply(answer -> ended(key, action, answer, memory));
  }

  private boolean ended(NameKey key, ChildAction action, Answer answer, Memory memory) {
    if (answer instanceof Answer.Dropped) {
      return true;
    }
    boolean well = answer instanceof Answer.Success;
    count(key, action, well);
    if (well) {
      memory.failures.ended("", answer);
      LOG.info("{}: {}", key, word(action));
      learn(key, action, answer, memory);
      return true;
    }
    boolean gone = answer.code() == 404 && !(action instanceof ChildAction.Create);
    memory.holder = gone ? null : memory.holder;
    if (gone || answer.code() == 409) {
      return false;
    }
    memory.failures.ended("", answer);
    answer.refusal().ifPresent(status -> LOG.warn("{}: {} failed: {}", key, word(action), status));
    return false;
  }

  private void count(NameKey key, ChildAction action, boolean well) {
    boolean ofCopy = action instanceof ChildAction.Hold || action instanceof ChildAction.Release;
    String metric =
        ofCopy
            ? well ? FederationMetrics.COPY_WRITES : FederationMetrics.COPY_WRITE_FAILURES
            : well ? FederationMetrics.LOCAL_WRITES : FederationMetrics.LOCAL_WRITE_FAILURES;
    metrics.count(
        metric,
        FederationMetrics.TAG_KIND,
        key.kind().type().kind(),
        FederationMetrics.TAG_ACTION,
        word(action));
  }

  private static String word(ChildAction action) {
    return action.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private void learn(NameKey key, ChildAction action, Answer answer, Memory memory) {
    GridCache localCache = cache(locals, key.kind());
    if (action instanceof ChildAction.Hold) {
      cache(copies, key.kind()).answered(answer.body());
    } else if (action instanceof ChildAction.Create create
        && answer.body().get("kind").asString("").equals(key.kind().type().kind())) {
      learn(create.wish(), localCache.answered(answer.body()), memory);
    } else if (action instanceof ChildAction.Change change) {
      learn(change.wish(), localCache.answered(answer.body()), memory);
    } else if (action instanceof ChildAction.Orphan) {
      localCache.answered(answer.body());
    } else if (action instanceof ChildAction.Delete delete) {
      localCache.deleted(delete.local());
      memory.holder = null;
    }
  }

  private static void learn(Wish wish, FederatedGrid answer, Memory memory) {
    memory.holder = null;
    memory.answered.clear();
    if (!wish.isMetBy(answer)) {
      memory.answered.put(answer.uid(), wish.answeredWith(answer));
    }
  }

  /** How long to wait before it may be written, if it is too early now. */
  private CompletableFuture<Optional<Duration>> writeStatus(
      ObservedCopy observed, ChildPlan plan, Memory memory) {
    FederatedGrid copy = observed.copy().orElse(null);
    Json wanted = plan.status().orElse(null);
    if (copy == null || wanted == null || wanted.equals(copy.status())) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    Duration wait = memory.statusNotBefore.minus(scheduler.elapsed());
    if (!wait.isNegative() && !wait.isZero()) {
      return CompletableFuture.completedFuture(Optional.of(wait));
    }
    memory.statusNotBefore = scheduler.elapsed().plus(BETWEEN_STATUSES);
    Json patch = MergePatch.between(copy.status(), wanted);
    return parent
        .write(CopyRequests.status(copy, patch), mandate)
        .thenApply(
            answer -> {
              if (answer instanceof Answer.Success success) {
                cache(copies, copy.kind()).answered(success.body());
                return Optional.empty();
              }
              return mandate.holds() ? Optional.of(BETWEEN_STATUSES) : Optional.empty();
            });
  }

  private static GridCache cache(ImmutableMap<GridKind, GridCache> caches, GridKind kind) {
    GridCache cache = caches.get(kind);
    if (cache == null) {
      throw new IllegalArgumentException("not watched: " + kind);
    }
    return cache;
  }

  private Instant now() {
    return scheduler.clock().instant();
  }

  /** The names of the copies that {@code grids} were made of, without repetition. */
  static List<NameKey> keys(GridKind kind, List<FederatedGrid> grids) {
    return grids.stream().map(grid -> new NameKey(kind, grid.copyName())).distinct().toList();
  }
}
