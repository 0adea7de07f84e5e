/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.GridKey;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.federation.ClusterReport;
import dev.unitgrid.core.federation.Copies;
import dev.unitgrid.core.federation.FederatedGrid;
import dev.unitgrid.core.federation.FederatedStatus;
import dev.unitgrid.core.federation.Link;
import dev.unitgrid.core.plan.GridPlanner;
import dev.unitgrid.core.plan.ImmutablePlan;
import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.runtime.health.Health;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.queue.Outcome;
import dev.unitgrid.runtime.queue.QueueState;
import dev.unitgrid.runtime.queue.WorkQueue;
import dev.unitgrid.runtime.store.Change;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller of a parent cluster: an engine for the grids of the parent itself, which also
 * carries the distributed ones into the namespaces of the child clusters and shows in their status
 * what all clusters say (RULES 34-37). Thread-safe. It never owns the process; {@link #close()}
 * leaves no thread of its own.
 *
 * <p>Whether it writes, its engine's leadership decides.
 */
public final class FederationParent implements AutoCloseable {
  /** The name of the Lease in each cluster namespace. */
  public static final String LEASE = "unitgrid-child";

  /** How long a child may be silent. */
  public static final Duration UNREACHABLE_AFTER = Duration.ofSeconds(60);

  /** How long the child of a terminating namespace is waited for. */
  public static final Duration GIVE_UP_AFTER = Duration.ofMinutes(5);

  private static final Logger LOG = LoggerFactory.getLogger(FederationParent.class);

  /** A status is written once a second at most: many changes of copies are told at once. */
  private static final Duration NEWS_PAUSE = Duration.ofMillis(500);

  private final Owned owned = new Owned();
  private final Scheduler scheduler;
  private final Loop loop;
  private final ImmutableMap<GridKind, GridCache> caches;
  private final Clusters clusters;
  private final Sending sending;
  private final ParentTurns turns;
  private final WorkQueue<NameKey> queue;
  private final GridEngine engine;
  private final boolean runsWorkloads;
  private final List<Metrics.Registration> gauges;
  private final Set<GridKey> news = ConcurrentHashMap.newKeySet();
  // Written on the loop, read by anybody.
  private volatile boolean ready;

  private FederationParent(Builder builder) {
    this.scheduler = owned.scheduler(builder.scheduler, "unitgrid-parent");
    ApiTransport transport = builder.transport.open(scheduler, owned);
    Metrics metrics = builder.metrics;
    this.loop = new Loop(scheduler);
    this.runsWorkloads = builder.runsWorkloads;
    Reflecting reflecting =
        new Reflecting(transport, scheduler, builder.random, metrics, this::onReflectorState);
    this.clusters =
        new Clusters(
            builder.clusterLabel,
            LEASE,
            builder.unreachableAfter,
            builder.giveUpAfter,
            reflecting,
            loop,
            this::onCluster);
    this.caches = caches(reflecting);
    this.sending = new Sending(transport, scheduler, loop, metrics);
    Backoff backoff =
        Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(5))
            .jittered(0.2, builder.random);
    GridEngine.Builder engineBuilder = GridEngine.builder(transport);
    builder.engine.accept(engineBuilder);
    this.engine =
        engineBuilder
            .scheduler(scheduler)
            .random(builder.random)
            .metrics(metrics)
            .planner(this::plan)
            .onTerm(this::workOnAll)
            .build();
    this.turns =
        new ParentTurns(
            caches,
            clusters,
            sending,
            this::deletionsTrusted,
            engine::isLeading,
            backoff,
            scheduler.clock(),
            metrics,
            this::tell);
    this.queue =
        new WorkQueue<>("copies", builder.workers, this::work, backoff, scheduler, metrics);
    caches.values().forEach(cache -> cache.listen(change -> onGrid(cache.kind(), change)));
    this.gauges =
        List.of(
            metrics.gauge(FederationMetrics.CLUSTERS, () -> clusters.all().size()),
            metrics.gauge(FederationMetrics.REACHABLE_CLUSTERS, this::reachableClusters));
  }

  private static ImmutableMap<GridKind, GridCache> caches(Reflecting reflecting) {
    ImmutableMap.Builder<GridKind, GridCache> caches = ImmutableMap.builder();
    for (GridKind kind : GridKind.values()) {
      caches.put(kind, new GridCache(kind, "", "", ParentTurns::relation, reflecting));
    }
    return caches.buildOrThrow();
  }

  /** The controller of the parent cluster that {@code client} talks to. */
  public static Builder builder(ApiClient client) {
    return new Builder(Owned.Transport.on(client));
  }

  /** The controller of a parent cluster, on another way to it. */
  public static Builder builder(ApiTransport transport) {
    return new Builder(Owned.Transport.of(transport));
  }

  /** Begins. Once only. */
  public void start() {
    clusters.start();
    caches.values().forEach(GridCache::start);
    queue.start();
    engine.start();
  }

  /** The engine of the parent's own grids. */
  public GridEngine engine() {
    return engine;
  }

  /** How it is now, its engine included. */
  public Health health() {
    Health own = engine.health();
    List<WatchHealth> watches = new ArrayList<>(own.watches());
    watches.addAll(clusters.health());
    caches.values().forEach(cache -> watches.add(cache.health()));
    Map<String, QueueState> queues = new LinkedHashMap<>(own.queues());
    queues.put("copies", queue.state());
    List<String> missingRights = new ArrayList<>(own.missingRights());
    missingRights.addAll(sending.missingRights());
    return new Health(watches, own.leader(), queues, missingRights);
  }

  /**
   * Stops: nothing is written from here on, save what is under way. As {@link GridEngine#close()}.
   */
  @Override
  public void close() {
    CompletableFuture<@Nullable Void> released = engine.end();
    queue.close();
    caches.values().forEach(GridCache::close);
    clusters.close();
    gauges.forEach(Metrics.Registration::close);
    owned.close(released);
  }

  private CompletionStage<Outcome> work(NameKey key) {
    return CompletableFuture.supplyAsync(() -> key, loop).thenCompose(this::turn);
  }

  private CompletableFuture<Outcome> turn(NameKey key) {
    return ready && engine.isLeading()
        ? turns.take(key)
        : CompletableFuture.completedFuture(Outcome.done());
  }

  /** The engine's plan of one grid, with what the clusters say if it is distributed. */
  private Plan plan(Observed observed) {
    Grid grid = observed.grid();
    if (grid.deleting() || !Copies.isSource(grid)) {
      return GridPlanner.plan(observed);
    }
    if (!ready) {
      return ImmutablePlan.builder().status(grid.status()).build();
    }
    Optional<Plan> own = runsWorkloads ? Optional.of(GridPlanner.plan(observed)) : Optional.empty();
    Json status =
        FederatedStatus.of(
            grid,
            own.map(Plan::status),
            reports(grid),
            turns.problems(GridKey.of(grid)),
            observed.now());
    return ImmutablePlan.builder()
        .from(own.orElseGet(() -> ImmutablePlan.builder().status(status).build()))
        .status(status)
        .build();
  }

  private ImmutableList<ClusterReport> reports(Grid source) {
    List<FederatedGrid> related = cache(source.kind()).related(source.name());
    ImmutableList.Builder<ClusterReport> reports = ImmutableList.builder();
    clusters
        .all()
        .forEach(
            (name, cluster) ->
                reports.add(
                    new ClusterReport(
                        name,
                        cluster.link(),
                        related.stream()
                            .filter(copy -> copy.namespace().equals(name))
                            .filter(copy -> copy.sourceUid().equals(source.uid()))
                            .findFirst()
                            .map(FederatedGrid::status))));
    return reports.build();
  }

  private GridCache cache(GridKind kind) {
    GridCache cache = caches.get(kind);
    if (cache == null) {
      throw new IllegalArgumentException("not watched: " + kind);
    }
    return cache;
  }

  private void onGrid(GridKind kind, Change<FederatedGrid> change) {
    for (FederatedGrid grid : new FederatedGrid[] {change.before(), change.after()}) {
      if (grid != null) {
        queue.add(new NameKey(kind, grid.sourceName()));
        if (!grid.sourceUid().isEmpty()) {
          tell(new GridKey(kind, grid.sourceNamespace(), grid.sourceName()));
        }
      }
    }
  }

  private void onCluster(String name) {
    if (ready) {
      workOnAll();
      tellAll();
    } else {
      lookWhetherReady();
    }
  }

  /** Has the status of {@code source} planned soon. */
  private void tell(GridKey source) {
    if (ready && news.add(source)) {
      scheduler.schedule(
          NEWS_PAUSE,
          () -> {
            news.remove(source);
            var unused = engine.reconcile(source);
          });
    }
  }

  private void tellAll() {
    caches.forEach(
        (kind, cache) ->
            cache.all().stream()
                .filter(FederatedGrid::isSource)
                .forEach(source -> tell(new GridKey(kind, source.namespace(), source.name()))));
  }

  private void workOnAll() {
    caches.forEach(
        (kind, cache) ->
            cache.all().forEach(grid -> queue.add(new NameKey(kind, grid.sourceName()))));
  }

  private void onReflectorState() {
    if (!ready) {
      loop.execute(this::lookWhetherReady);
    }
  }

  private void lookWhetherReady() {
    if (!ready
        && clusters.synced()
        && caches.values().stream().allMatch(cache -> cache.state().synced())) {
      ready = true;
      LOG.info("All caches are complete: {} clusters", clusters.all().size());
      workOnAll();
      tellAll();
    }
  }

  private boolean deletionsTrusted() {
    return clusters.deletionsTrusted()
        && caches.values().stream().allMatch(cache -> cache.state().allowsDeletions());
  }

  private int reachableClusters() {
    return (int)
        clusters.all().values().stream()
            .filter(cluster -> cluster.link().state() == Link.State.REACHABLE)
            .count();
  }

  /** Says how a parent's controller is to be. Not thread-safe. */
  public static final class Builder {
    private final Owned.Transport transport;
    private Consumer<GridEngine.Builder> engine = any -> {};
    private Optional<Scheduler> scheduler = Optional.empty();
    private RandomGenerator random = new Random();
    private Metrics metrics = Metrics.NOOP;
    private String clusterLabel = Labels.CLUSTER_ID;
    private Duration unreachableAfter = UNREACHABLE_AFTER;
    private Duration giveUpAfter = GIVE_UP_AFTER;
    private boolean runsWorkloads = true;
    private int workers = 4;

    private Builder(Owned.Transport transport) {
      this.transport = transport;
    }

    /** Says more about its engine: leadership, workers, namespaces. */
    public Builder engine(Consumer<GridEngine.Builder> engine) {
      this.engine = engine;
      return this;
    }

    /** Its time and threads; the embedder closes them. Two daemon threads of its own by default. */
    public Builder scheduler(Scheduler scheduler) {
      this.scheduler = Optional.of(scheduler);
      return this;
    }

    /** Its randomness, for jitter only; thread-safe. */
    public Builder random(RandomGenerator random) {
      this.random = random;
      return this;
    }

    /** Where it reports; nowhere by default. */
    public Builder metrics(Metrics metrics) {
      this.metrics = metrics;
      return this;
    }

    /** The label of cluster namespaces; {@link Labels#CLUSTER_ID} by default. */
    public Builder clusterLabel(String label) {
      this.clusterLabel = label;
      return this;
    }

    /** How long a child may be silent; {@link #UNREACHABLE_AFTER} by default. */
    public Builder unreachableAfter(Duration silence) {
      this.unreachableAfter = silence;
      return this;
    }

    /**
     * How long the child of a terminating namespace is waited for; {@link #GIVE_UP_AFTER} by
     * default.
     */
    public Builder giveUpAfter(Duration patience) {
      this.giveUpAfter = patience;
      return this;
    }

    /** Whether the parent has units of its own for distributed grids; it has by default. */
    public Builder parentRunsWorkloads(boolean runs) {
      this.runsWorkloads = runs;
      return this;
    }

    /** How many names of grids are worked on at a time; 4 by default. */
    public Builder workers(int workers) {
      this.workers = workers;
      return this;
    }

    /** The controller, not started. */
    public FederationParent build() {
      return new FederationParent(this);
    }
  }
}
