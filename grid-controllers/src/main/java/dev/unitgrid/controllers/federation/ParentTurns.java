/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multimaps;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.controllers.GridKey;
import dev.unitgrid.controllers.internal.Answer;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.controllers.internal.Slots;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.federation.ClusterView;
import dev.unitgrid.core.federation.FederatedGrid;
import dev.unitgrid.core.federation.ImmutableObservedSource;
import dev.unitgrid.core.federation.ParentAction;
import dev.unitgrid.core.federation.ParentPlan;
import dev.unitgrid.core.federation.ParentPlanner;
import dev.unitgrid.core.federation.Wish;
import dev.unitgrid.runtime.codec.ObjectKey;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.queue.Outcome;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One turn of the parent: observe, plan, execute, for all sources of one name. On the loop. */
final class ParentTurns {
  private static final Logger LOG = LoggerFactory.getLogger(ParentTurns.class);
  private static final int IN_FLIGHT = 16;
  private static final Duration STALE_PAUSE = Duration.ofSeconds(1);

  private final ImmutableMap<GridKind, GridCache> caches;
  private final Clusters clusters;
  private final Sending sending;
  private final BooleanSupplier deletionsTrusted;
  private final Mandate mandate;
  private final Backoff backoff;
  private final Clock clock;
  private final Metrics metrics;
  private final Consumer<GridKey> news;
  private final Slots slots = new Slots(IN_FLIGHT);
  private final Map<GridKey, Failures> failures = new HashMap<>();
  private final Map<String, Wish.Answered> answered = new HashMap<>();
  // Written on the loop, read by who plans the sources' statuses.
  private final Map<GridKey, ImmutableList<Problem>> problems = new ConcurrentHashMap<>();

  /**
   * Turns.
   *
   * @param news told of each source with other problems than before
   */
  ParentTurns(
      ImmutableMap<GridKind, GridCache> caches,
      Clusters clusters,
      Sending sending,
      BooleanSupplier deletionsTrusted,
      Mandate mandate,
      Backoff backoff,
      Clock clock,
      Metrics metrics,
      Consumer<GridKey> news) {
    this.caches = caches;
    this.clusters = clusters;
    this.sending = sending;
    this.deletionsTrusted = deletionsTrusted;
    this.mandate = mandate;
    this.backoff = backoff;
    this.clock = clock;
    this.metrics = metrics;
    this.news = news;
  }

  /** What users should know of the copies of {@code source}; for any thread. */
  ImmutableList<Problem> problems(GridKey source) {
    return problems.getOrDefault(source, ImmutableList.of());
  }

  /** A copy is found by what it says, and by what binds it to its source if a hand edited that. */
  static List<String> relation(FederatedGrid grid) {
    return Stream.of(grid.sourceName(), grid.name(), grid.sourceSeal())
        .filter(term -> !term.isEmpty())
        .distinct()
        .toList();
  }

  CompletableFuture<Outcome> take(NameKey key) {
    ImmutableMap<String, Clusters.Cluster> all = clusters.all();
    List<FederatedGrid> grids = related(key);
    Map<String, FederatedGrid> sources = new HashMap<>();
    TreeSet<String> namespaces = new TreeSet<>();
    List<FederatedGrid> misplaced = new ArrayList<>();
    for (FederatedGrid grid : grids) {
      boolean inCluster = all.containsKey(grid.namespace());
      if (inCluster && grid.isMarked()) {
        copyOf(key, grid).ifPresent(namespaces::add);
      } else if (inCluster && isSource(key, grid)) {
        misplaced.add(grid);
      } else if (isSource(key, grid)) {
        sources.put(grid.namespace(), grid);
        namespaces.add(grid.namespace());
      }
    }
    misplaced.forEach(grid -> namespaces.remove(grid.namespace()));
    misplaced.forEach(this::tellMisplaced);
    Instant now = clock.instant();
    List<CompletableFuture<Boolean>> writes = new ArrayList<>();
    List<Instant> checks = new ArrayList<>();
    ImmutableList<ClusterView> views = views(all, grids);
    ImmutableMap<String, Wish.Answered> answers = answersFor(grids);
    for (String namespace : namespaces) {
      ParentPlan plan = plan(key, namespace, sources, views, answers, now);
      plan.nextCheckAt().ifPresent(checks::add);
      GridKey source = new GridKey(key.kind(), namespace, key.name());
      remember(source, plan, sources.containsKey(namespace));
      plan.actions().forEach(action -> writes.add(write(source, action)));
    }
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
        .thenApply(done -> outcome(writes, checks, now));
  }

  private List<FederatedGrid> related(NameKey key) {
    GridCache cache = cache(key);
    Map<ObjectKey, FederatedGrid> found = new LinkedHashMap<>();
    cache.known(key.name()).forEach(grid -> found.put(GridCache.key(grid), grid));
    for (FederatedGrid grid : List.copyOf(found.values())) {
      if (isSource(key, grid)) {
        String hashed = ParentPlanner.hashedName(grid.namespace(), grid.name());
        Stream.of(grid.seal(), hashed)
            .flatMap(term -> cache.known(term).stream())
            .forEach(copy -> found.putIfAbsent(GridCache.key(copy), copy));
      }
    }
    return List.copyOf(found.values());
  }

  private static boolean isSource(NameKey key, FederatedGrid grid) {
    return grid.isSource() && grid.name().equals(key.name());
  }

  /** The namespace whose plan a copy belongs to, if it is one of the plans of {@code key}. */
  private static Optional<String> copyOf(NameKey key, FederatedGrid copy) {
    return Optional.of(copy)
        .filter(grid -> grid.sourceName().equals(key.name()))
        .map(
            grid -> ParentPlanner.isAnybodys(grid) ? grid.sourceNamespace() : ParentPlanner.NOBODY);
  }

  /** Its copies stay as they are: a label on a namespace says nothing of them (RULE 34). */
  private void tellMisplaced(FederatedGrid grid) {
    GridKey source = new GridKey(grid.kind(), grid.namespace(), grid.name());
    tell(
        source,
        ImmutableList.of(
            Problem.blocking(
                "",
                ConditionTypes.IN_CLUSTER_NAMESPACE,
                "the namespace "
                    + grid.namespace()
                    + " is a child cluster's, by its label: the grid is not carried, and copies that"
                    + " it has stay as they are; take the label off the namespace, or move the"
                    + " grid")));
  }

  private ParentPlan plan(
      NameKey key,
      String namespace,
      Map<String, FederatedGrid> sources,
      ImmutableList<ClusterView> views,
      ImmutableMap<String, Wish.Answered> answers,
      Instant now) {
    TreeSet<String> rivals = new TreeSet<>(sources.keySet());
    rivals.remove(namespace);
    GridKey source = new GridKey(key.kind(), namespace, key.name());
    return ParentPlanner.plan(
        ImmutableObservedSource.builder()
            .kind(key.kind())
            .namespace(namespace)
            .name(key.name())
            .source(Optional.ofNullable(sources.get(namespace)))
            .clusters(views)
            .rivals(ImmutableSet.copyOf(rivals))
            .answered(answers)
            .failures(failures.containsKey(source) ? failuresOf(source).all() : ImmutableMap.of())
            .deletionsTrusted(deletionsTrusted.getAsBoolean())
            .now(now)
            .build());
  }

  private ImmutableList<ClusterView> views(
      ImmutableMap<String, Clusters.Cluster> all, List<FederatedGrid> grids) {
    ImmutableListMultimap<String, FederatedGrid> byCluster =
        Multimaps.index(grids, FederatedGrid::namespace);
    ImmutableList.Builder<ClusterView> views = ImmutableList.builder();
    all.forEach(
        (name, cluster) ->
            views.add(
                new ClusterView(
                    name, cluster.terminating(), cluster.givenUp(), byCluster.get(name))));
    return views.build();
  }

  private ImmutableMap<String, Wish.Answered> answersFor(List<FederatedGrid> grids) {
    ImmutableMap.Builder<String, Wish.Answered> found = ImmutableMap.builder();
    for (FederatedGrid grid : grids) {
      Wish.Answered answer = answered.get(grid.uid());
      if (answer != null) {
        found.put(grid.uid(), answer);
      }
    }
    return found.buildKeepingLast();
  }

  private void remember(GridKey source, ParentPlan plan, boolean lives) {
    ImmutableSet<String> written =
        plan.actions().stream().map(ParentAction::cluster).collect(ImmutableSet.toImmutableSet());
    Failures known = failures.get(source);
    if (known != null) {
      known.keepOnly(cluster -> written.contains(cluster) || known.waits(cluster));
    }
    if (lives) {
      tell(source, plan.problems());
    } else {
      problems.remove(source);
    }
  }

  private void tell(GridKey source, ImmutableList<Problem> present) {
    if (!problems(source).equals(present)) {
      problems.put(source, present);
      news.accept(source);
    }
  }

  private Outcome outcome(
      List<CompletableFuture<Boolean>> writes, List<Instant> checks, Instant now) {
    if (writes.stream().anyMatch(settled -> !settled.join())) {
      return Outcome.again(STALE_PAUSE);
    }
    return checks.stream()
        .min(Instant::compareTo)
        .map(at -> Outcome.again(Duration.between(now, at)))
        .orElseGet(Outcome::done);
  }

  /** Whether there is nothing to look at again. */
  private CompletableFuture<Boolean> write(GridKey source, ParentAction action) {
    return slots
        .run(() -> sending.write(request(action), mandate))
        .thenApply(answer -> ended(source, action, answer));
  }

  private static ApiRequest request(ParentAction action) {
    if (action instanceof ParentAction.Create create) {
      return CopyRequests.create(create.wish());
    } else if (action instanceof ParentAction.Change change) {
      return CopyRequests.change(change.live(), change.wish());
    } else if (action instanceof ParentAction.IntendDeletion intend) {
      return CopyRequests.intendDeletion(intend.live());
    } else if (action instanceof ParentAction.Delete delete) {
      return CopyRequests.delete(delete.live());
    } else if (action instanceof ParentAction.Strip strip) {
      return CopyRequests.release(strip.live());
    }
    throw new AssertionError("no such action: " + action);
  }

  private boolean ended(GridKey source, ParentAction action, Answer answer) {
    if (answer instanceof Answer.Dropped) {
      return true;
    }
    boolean well = answer instanceof Answer.Success;
    metrics.count(
        well ? FederationMetrics.COPY_WRITES : FederationMetrics.COPY_WRITE_FAILURES,
        FederationMetrics.TAG_KIND,
        source.kind().type().kind(),
        FederationMetrics.TAG_ACTION,
        word(action));
    if (well) {
      failuresOf(source).ended(action.cluster(), answer);
      LOG.info("{}: {} of copy {}/{}", source, word(action), action.cluster(), action.copy());
      learn(action, answer);
      return !(action instanceof ParentAction.IntendDeletion);
    }
    if (isStale(action, answer)) {
      return false;
    }
    failuresOf(source).ended(action.cluster(), answer);
    answer
        .refusal()
        .ifPresent(
            status ->
                LOG.warn(
                    "{}: {} of copy {}/{} failed: {}",
                    source,
                    word(action),
                    action.cluster(),
                    action.copy(),
                    status));
    return false;
  }

  /** The world was another one already: it is observed again. */
  private static boolean isStale(ParentAction action, Answer answer) {
    boolean gone = answer.code() == 404 && !(action instanceof ParentAction.Create);
    return gone || answer.code() == 409;
  }

  private void learn(ParentAction action, Answer answer) {
    if (action instanceof ParentAction.Create create) {
      learn(create.wish(), answer);
    } else if (action instanceof ParentAction.Change change) {
      learn(change.wish(), answer);
    } else if (action instanceof ParentAction.IntendDeletion intend && !intend.live().deleting()) {
      cache(intend.live()).answered(answer.body());
    } else if (action instanceof ParentAction.Delete delete) {
      cache(delete.live()).deleted(delete.live());
    }
  }

  private void learn(Wish wish, Answer answer) {
    FederatedGrid copy = cache(new NameKey(wish.kind(), wish.name())).answered(answer.body());
    if (wish.isMetBy(copy)) {
      answered.remove(copy.uid());
    } else {
      answered.put(copy.uid(), wish.answeredWith(copy));
    }
  }

  private static String word(ParentAction action) {
    if (action instanceof ParentAction.IntendDeletion) {
      return Annotations.DELETE_INTENT.substring(Annotations.DELETE_INTENT.indexOf('/') + 1);
    }
    return action.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  private Failures failuresOf(GridKey source) {
    return failures.computeIfAbsent(source, any -> new Failures(backoff, clock));
  }

  private GridCache cache(FederatedGrid grid) {
    return cache(new NameKey(grid.kind(), grid.name()));
  }

  private GridCache cache(NameKey key) {
    GridCache cache = caches.get(key.kind());
    if (cache == null) {
      throw new IllegalArgumentException("not watched: " + key.kind());
    }
    return cache;
  }
}
