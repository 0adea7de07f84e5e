/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.federation.FederatedGrid;
import dev.unitgrid.core.federation.TargetNamespaces;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controller of a child cluster: an engine for the cluster's grids, some of which it makes of
 * the copies in its namespace of the parent cluster (RULES 34-37). Of the parent it reads and
 * writes that namespace only. While the parent cannot be reached everything goes on as it is.
 * Thread-safe. It never owns the process; {@link #close()} leaves no thread of its own.
 *
 * <p>It works on copies while its engine leads in this cluster, and while the Lease of the cluster
 * namespace is this cluster's.
 */
public final class FederationChild implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FederationChild.class);

  private final Owned owned = new Owned();
  private final Loop loop;
  private final ImmutableMap<GridKind, GridCache> copies;
  private final ImmutableMap<GridKind, GridCache> locals;
  private final CarriedKeys keys;
  private final Sending local;
  private final Sending remote;
  private final Claim claim;
  private final ChildTurns turns;
  private final WorkQueue<NameKey> queue;
  private final GridEngine engine;
  // Written on the loop, read by anybody.
  private volatile boolean ready;

  private FederationChild(Builder builder) {
    Scheduler scheduler = owned.scheduler(builder.scheduler, "unitgrid-child");
    ApiTransport localTransport = builder.local.open(scheduler, owned);
    ApiTransport parentTransport = builder.parent.open(scheduler, owned);
    Metrics metrics = builder.metrics;
    this.loop = new Loop(scheduler);
    Reflecting here =
        new Reflecting(localTransport, scheduler, builder.random, metrics, this::onReflectorState);
    Reflecting there =
        new Reflecting(parentTransport, scheduler, builder.random, metrics, this::onReflectorState);
    this.copies = caches(builder.clusterNamespace, "", grid -> List.of(grid.name()), there);
    this.locals = caches("", Labels.TARGET_NAMESPACE, grid -> List.of(grid.copyName()), here);
    this.keys = new CarriedKeys(here, loop, this::onKey);
    this.local = new Sending(localTransport, scheduler, loop, metrics);
    this.remote = new Sending(parentTransport, scheduler, loop, metrics);
    this.claim =
        new Claim(
            builder.clusterNamespace,
            parentTransport,
            local,
            remote,
            scheduler,
            loop,
            builder.random,
            metrics,
            this::workOnAll);
    Backoff backoff =
        Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(5))
            .jittered(0.2, builder.random);
    GridEngine.Builder engineBuilder = GridEngine.builder(localTransport);
    builder.engine.accept(engineBuilder);
    this.engine =
        engineBuilder
            .scheduler(scheduler)
            .random(builder.random)
            .metrics(metrics)
            .onTerm(this::onTerm)
            .build();
    this.turns =
        new ChildTurns(
            builder.clusterNamespace,
            copies,
            locals,
            keys,
            remote,
            local,
            this::mayWrite,
            builder.targetNamespaces,
            builder.createsNamespaces,
            this::absenceTrusted,
            backoff,
            scheduler,
            metrics);
    this.queue =
        new WorkQueue<>("copies", builder.workers, this::work, backoff, scheduler, metrics);
    copies.values().forEach(cache -> cache.listen(change -> onGrid(cache.kind(), change)));
    locals.values().forEach(cache -> cache.listen(change -> onLocal(cache.kind(), change)));
  }

  private static ImmutableMap<GridKind, GridCache> caches(
      String namespace,
      String labelSelector,
      Function<FederatedGrid, List<String>> relation,
      Reflecting reflecting) {
    ImmutableMap.Builder<GridKind, GridCache> caches = ImmutableMap.builder();
    for (GridKind kind : GridKind.values()) {
      caches.put(kind, new GridCache(kind, namespace, labelSelector, relation, reflecting));
    }
    return caches.buildOrThrow();
  }

  /**
   * The controller of a child cluster.
   *
   * @param local a client of the child cluster
   * @param parent a client of the parent cluster; its rights may end at the cluster namespace
   * @param clusterNamespace the child's namespace in the parent cluster
   */
  public static Builder builder(ApiClient local, ApiClient parent, String clusterNamespace) {
    return new Builder(Owned.Transport.on(local), Owned.Transport.on(parent), clusterNamespace);
  }

  /** The controller of a child cluster, on other ways to both clusters. */
  public static Builder builder(ApiTransport local, ApiTransport parent, String clusterNamespace) {
    return new Builder(Owned.Transport.of(local), Owned.Transport.of(parent), clusterNamespace);
  }

  /** Begins. Once only. */
  public void start() {
    copies.values().forEach(GridCache::start);
    locals.values().forEach(GridCache::start);
    keys.start();
    queue.start();
    engine.start();
  }

  /** The engine of this cluster's grids. */
  public GridEngine engine() {
    return engine;
  }

  /** Whether the cluster namespace is this cluster's, by its Lease. */
  public boolean isClusterHeld() {
    return claim.isHeld();
  }

  /** How it is now, its engine included; a cluster that stands down says so (RULE 36). */
  public Health health() {
    Health own = engine.health();
    List<WatchHealth> watches = new ArrayList<>(own.watches());
    copies.values().forEach(cache -> watches.add(cache.health().withHint("in the parent cluster")));
    locals.values().forEach(cache -> watches.add(cache.health()));
    watches.add(keys.health());
    Map<String, QueueState> queues = new LinkedHashMap<>(own.queues());
    queues.put("copies", queue.state());
    List<String> problems = new ArrayList<>(own.missingRights());
    problems.addAll(local.missingRights());
    problems.addAll(remote.missingRights());
    problems.addAll(claim.problems());
    return new Health(watches, own.leader(), queues, problems);
  }

  /**
   * Stops: nothing is written from here on, save what is under way. As {@link GridEngine#close()}.
   */
  @Override
  public void close() {
    CompletableFuture<@Nullable Void> released = CompletableFuture.allOf(engine.end(), claim.end());
    queue.close();
    copies.values().forEach(GridCache::close);
    locals.values().forEach(GridCache::close);
    keys.close();
    owned.close(released);
  }

  private CompletionStage<Outcome> work(NameKey key) {
    return CompletableFuture.supplyAsync(() -> key, loop).thenCompose(this::turn);
  }

  private CompletableFuture<Outcome> turn(NameKey key) {
    return ready && mayWrite()
        ? turns.take(key)
        : CompletableFuture.completedFuture(Outcome.done());
  }

  private boolean mayWrite() {
    return engine.isLeading() && claim.isHeld();
  }

  /** Of several processes of this cluster, the one that leads claims the cluster namespace. */
  private void onTerm() {
    claim.start();
    workOnAll();
  }

  private boolean absenceTrusted() {
    return copies.values().stream().allMatch(cache -> cache.state().allowsDeletions());
  }

  private void onGrid(GridKind kind, Change<FederatedGrid> change) {
    queue.add(new NameKey(kind, change.key().name()));
  }

  private void onLocal(GridKind kind, Change<FederatedGrid> change) {
    for (FederatedGrid grid : new FederatedGrid[] {change.before(), change.after()}) {
      if (grid != null) {
        queue.add(new NameKey(kind, grid.copyName()));
      }
    }
  }

  private void onKey(String key) {
    if (ready) {
      copies.forEach(
          (kind, cache) ->
              cache.all().stream()
                  .filter(copy -> copy.unitKey().equals(key))
                  .forEach(copy -> queue.add(new NameKey(kind, copy.name()))));
    }
  }

  private void workOnAll() {
    copies.forEach(
        (kind, cache) -> cache.all().forEach(copy -> queue.add(new NameKey(kind, copy.name()))));
    locals.forEach((kind, cache) -> ChildTurns.keys(kind, cache.all()).forEach(queue::add));
  }

  private void onReflectorState() {
    if (!ready) {
      loop.execute(this::lookWhetherReady);
    }
  }

  private void lookWhetherReady() {
    if (!ready && isSynced(copies) && isSynced(locals) && keys.state().synced()) {
      ready = true;
      LOG.info("All caches are complete");
      workOnAll();
    }
  }

  private static boolean isSynced(ImmutableMap<GridKind, GridCache> caches) {
    return caches.values().stream().allMatch(cache -> cache.state().synced());
  }

  /** Says how a child's controller is to be. Not thread-safe. */
  public static final class Builder {
    private final Owned.Transport local;
    private final Owned.Transport parent;
    private final String clusterNamespace;
    private Consumer<GridEngine.Builder> engine = any -> {};
    private Optional<Scheduler> scheduler = Optional.empty();
    private RandomGenerator random = new Random();
    private Metrics metrics = Metrics.NOOP;
    private TargetNamespaces targetNamespaces = TargetNamespaces.ALL;
    private boolean createsNamespaces;
    private int workers = 4;

    private Builder(Owned.Transport local, Owned.Transport parent, String clusterNamespace) {
      this.local = local;
      this.parent = parent;
      this.clusterNamespace = clusterNamespace;
    }

    /** Says more about its engine: leadership, workers. */
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

    /** Where the parent may put grids; everywhere but in kube-system by default (RULE 37). */
    public Builder targetNamespaces(TargetNamespaces namespaces) {
      this.targetNamespaces = namespaces;
      return this;
    }

    /** Whether a target namespace that is missing is made; it is not by default. */
    public Builder createNamespaces(boolean creates) {
      this.createsNamespaces = creates;
      return this;
    }

    /** How many copies are worked on at a time; 4 by default. */
    public Builder workers(int workers) {
      this.workers = workers;
      return this;
    }

    /** The controller, not started. */
    public FederationChild build() {
      return new FederationChild(this);
    }
  }
}
