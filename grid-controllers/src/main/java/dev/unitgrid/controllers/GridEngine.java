/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Digest;
import dev.unitgrid.controllers.internal.Loop;
import dev.unitgrid.controllers.internal.Mandate;
import dev.unitgrid.controllers.internal.Mandates;
import dev.unitgrid.controllers.internal.Reflecting;
import dev.unitgrid.controllers.internal.Sending;
import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.core.plan.GridPlanner;
import dev.unitgrid.core.plan.Observed;
import dev.unitgrid.core.plan.Plan;
import dev.unitgrid.runtime.codec.ResourceVersion;
import dev.unitgrid.runtime.health.Health;
import dev.unitgrid.runtime.health.WatchHealth;
import dev.unitgrid.runtime.lease.LeaseElector;
import dev.unitgrid.runtime.lease.LeaseListener;
import dev.unitgrid.runtime.lease.LeaseTimes;
import dev.unitgrid.runtime.lease.Term;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.queue.Outcome;
import dev.unitgrid.runtime.queue.WorkQueue;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the children of all grids as the grids say: observes, plans, executes. Thread-safe. It
 * never owns the process: no shutdown hook, no static state; {@link #close()} leaves no thread of
 * its own.
 *
 * <p>Caches fill from {@link #start()} on, leading or not; plans are made when all of them are
 * complete (RULE 2); writes are made only while leading (RULE 26). Whatever goes wrong, the engine
 * keeps trying and says in {@link #health()} what it is.
 */
public final class GridEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GridEngine.class);

  /** A child that is gone may have gone with its grid, which another watch is about to show. */
  private static final Duration GONE_PAUSE = Duration.ofSeconds(1);

  /** A status is written once a second at most: many changes of it are planned once. */
  private static final Duration STATUS_PAUSE = Duration.ofMillis(500);

  private static final Duration RELEASE_PATIENCE = Duration.ofSeconds(5);

  private final Scheduler scheduler;
  private final Loop loop;
  private final Caches caches;
  private final NodeFeed nodes;
  private final UnitIndex units;
  private final Sending sending;
  private final Turns turns;
  private final WorkQueue<GridKey> queue;
  private final Leadership leadership;
  private final boolean dryRun;
  private final Runnable onTerm;
  private final Mandates mandates = new Mandates();
  private final Optional<LeaseElector> elector;
  private final List<AutoCloseable> owned;
  // Confined to the loop.
  private final Map<GridKey, List<CompletableFuture<@Nullable Void>>> waiting = new HashMap<>();
  // Written on the loop, read by anybody.
  private volatile boolean ready;

  private GridEngine(Builder builder) {
    this.owned = new ArrayList<>();
    this.scheduler = builder.scheduler(owned);
    ApiTransport transport = builder.transport.apply(scheduler, owned);
    RandomGenerator random = builder.random;
    this.loop = new Loop(scheduler);
    this.leadership = builder.leadership;
    this.dryRun = builder.dryRun;
    this.onTerm = builder.onTerm;
    this.caches =
        new Caches(
            builder.namespaces,
            transport,
            scheduler,
            random,
            builder.metrics,
            this::onReflectorState);
    this.nodes =
        builder
            .nodes
            .map(feed -> feed.open(scheduler, this::onReflectorState))
            .orElseGet(
                () ->
                    new ReflectedNodes(
                        new Reflecting(
                            transport,
                            scheduler,
                            random,
                            builder.metrics,
                            this::onReflectorState)));
    this.units = new UnitIndex(nodes.nodes());
    Backoff backoff =
        Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(5)).jittered(0.2, random);
    this.queue =
        new WorkQueue<>("grids", builder.workers, this::work, backoff, scheduler, builder.metrics);
    this.sending = new Sending(transport, scheduler, loop, builder.metrics);
    this.turns =
        new Turns(
            caches,
            units,
            new Observing(
                caches, units, this::deletionsTrusted, builder.takeoverManagers, scheduler.clock()),
            new Execution(
                sending,
                new Confirmation(sending, scheduler, loop, new CachedNodes()),
                caches,
                scheduler,
                loop,
                builder.metrics,
                this::reconcileAfter),
            sending,
            builder.planner,
            builder.listener,
            backoff,
            scheduler,
            loop,
            builder.metrics,
            this::reconcileAfter);
    this.elector = elector(builder, transport);
    caches.onGrid(queue::add);
    caches.onChild((grid, change) -> reconcileAfter(pause(change), grid));
    nodes
        .nodes()
        .listen(change -> loop.execute(() -> units.concernedBy(change).forEach(queue::add)));
  }

  private Optional<LeaseElector> elector(Builder builder, ApiTransport transport) {
    if (dryRun || !(leadership instanceof Leadership.Lease lease)) {
      return Optional.empty();
    }
    return Optional.of(
        new LeaseElector(
            lease.namespace(),
            lease.name(),
            builder.identity(),
            LeaseTimes.DEFAULT,
            new Terms(),
            transport,
            scheduler,
            builder.random,
            builder.metrics));
  }

  /**
   * An engine on the embedder's client: its authentication, TLS and connections are used, its
   * settings are not changed.
   */
  public static Builder builder(ApiClient client) {
    return new Builder(
        (scheduler, owned) -> {
          ApiClientTransport transport = ApiClientTransport.on(client, scheduler);
          owned.add(0, transport);
          return transport;
        });
  }

  /** An engine on another way to an API server. */
  public static Builder builder(ApiTransport transport) {
    return new Builder((scheduler, owned) -> transport);
  }

  /** Begins to fill the caches, to lead or to wait for it, and to work. Once only. */
  public void start() {
    nodes.start();
    caches.start();
    queue.start();
    elector.ifPresent(LeaseElector::start);
    if (leadership instanceof Leadership.Always) {
      mandates.begin();
      onTerm.run();
    }
  }

  /**
   * The embedder leads: writes begin. Nothing happens while it leads already.
   *
   * @throws IllegalStateException unless leadership is {@link Leadership#external()}
   */
  public void lead() {
    requireExternal();
    if (mandates.current().isEmpty()) {
      mandates.begin();
      reconcileAll();
      onTerm.run();
    }
  }

  /**
   * The embedder leads no more: what is planned but not yet sent is dropped.
   *
   * @throws IllegalStateException unless leadership is {@link Leadership#external()}
   */
  public void standby() {
    requireExternal();
    mandates.end();
  }

  private void requireExternal() {
    if (!(leadership instanceof Leadership.External)) {
      throw new IllegalStateException("the embedder does not decide who leads: " + leadership);
    }
  }

  /**
   * Has one grid reconciled soon.
   *
   * @return done when it was, fails while the caches are not complete; if this engine does not lead
   *     nothing is planned
   */
  public CompletableFuture<@Nullable Void> reconcile(GridKey grid) {
    CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          if (!ready) {
            done.completeExceptionally(
                new IllegalStateException("the caches are not complete: " + health().problems()));
            return;
          }
          waiting.computeIfAbsent(grid, any -> new ArrayList<>()).add(done);
          queue.add(grid);
        });
    return done;
  }

  /**
   * How it is now. It is ready when all caches are complete, for only then plans are made (RULE 2),
   * and as long as the API server has not refused a write for want of a right.
   */
  public Health health() {
    List<WatchHealth> watches = new ArrayList<>();
    watches.add(WatchHealth.of(ResourceType.NODE, "", nodes.state()));
    watches.addAll(caches.health());
    return new Health(
        watches,
        elector.map(LeaseElector::state),
        Map.of("grids", queue.state()),
        sending.missingRights());
  }

  /** Whether it may write now. */
  public boolean isLeading() {
    return mandates.current().isPresent();
  }

  /**
   * Stops: nothing is written from here on, save what is under way. Waits until the threads of its
   * own have ended, and before that for the lease to be handed back, five seconds at most. On an
   * embedder's {@link Builder#scheduler scheduler} it waits for nothing, since it may be called on
   * one of its threads: the lease is handed back as long as the scheduler runs, else it runs out by
   * itself. May be called twice.
   */
  @Override
  public void close() {
    CompletableFuture<@Nullable Void> released = end();
    if (!owned.isEmpty()) {
      await(released);
    }
    for (AutoCloseable each : owned) {
      close(each);
    }
  }

  /**
   * Stops as {@link #close()} does, and waits for nothing: for who owns the {@link
   * Builder#scheduler scheduler} and ends it afterwards.
   *
   * @return completes, never with a failure, when the lease was handed back or that was tried
   */
  public CompletableFuture<@Nullable Void> end() {
    mandates.end();
    CompletableFuture<@Nullable Void> released =
        elector.map(LeaseElector::release).orElseGet(() -> CompletableFuture.completedFuture(null));
    queue.close();
    caches.close();
    nodes.close();
    return released;
  }

  /** On threads of its own the lease is handed back before they end. */
  private static void await(CompletableFuture<?> released) {
    try {
      released.get(RELEASE_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException failure) {
      LOG.warn("The lease could not be handed back; it runs out by itself", failure);
    }
  }

  private static void close(AutoCloseable each) {
    try {
      each.close();
    } catch (Exception failure) {
      LOG.warn("{} could not be closed", each, failure);
    }
  }

  private CompletionStage<Outcome> work(GridKey key) {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    loop.execute(
        () -> {
          List<CompletableFuture<@Nullable Void>> waiters =
              Optional.ofNullable(waiting.remove(key)).orElse(List.of());
          Loop.letGo(
              turn(key)
                  .whenComplete(
                      (outcome, thrown) -> {
                        complete(done, outcome, thrown);
                        waiters.forEach(waiter -> answer(waiter, thrown));
                      }));
        });
    return done;
  }

  private CompletableFuture<Outcome> turn(GridKey key) {
    Optional<Mandate> mandate = mandates.current();
    if (!ready || (mandate.isEmpty() && !dryRun)) {
      return CompletableFuture.completedFuture(Outcome.done());
    }
    try {
      return turns.take(key, dryRun ? Optional.empty() : mandate);
    } catch (RuntimeException bug) {
      return CompletableFuture.failedFuture(bug);
    }
  }

  private static <T> void complete(
      CompletableFuture<T> future, T result, @Nullable Throwable thrown) {
    if (thrown == null) {
      future.complete(result);
    } else {
      future.completeExceptionally(thrown);
    }
  }

  private static void answer(CompletableFuture<@Nullable Void> waiter, @Nullable Throwable thrown) {
    if (thrown == null) {
      waiter.complete(null);
    } else {
      waiter.completeExceptionally(thrown);
    }
  }

  private static Duration pause(Caches.ChildChange change) {
    return switch (change) {
      case CONTENT -> Duration.ZERO;
      case STATUS -> STATUS_PAUSE;
      case GONE -> GONE_PAUSE;
    };
  }

  private void reconcileAfter(Duration delay, GridKey key) {
    if (delay.isZero() || delay.isNegative()) {
      queue.add(key);
    } else {
      queue.addAfter(key, delay);
    }
  }

  private void reconcileAll() {
    caches.gridKeys().forEach(queue::add);
  }

  private void onReflectorState() {
    if (!ready) {
      loop.execute(this::lookWhetherReady);
    }
  }

  private void lookWhetherReady() {
    if (!ready && caches.synced() && nodes.state().synced()) {
      ready = true;
      LOG.info("All caches are complete: {} grids", caches.gridKeys().size());
      reconcileAll();
    }
  }

  private boolean deletionsTrusted() {
    return caches.deletionsTrusted() && nodes.state().allowsDeletions();
  }

  private final class Terms implements LeaseListener {
    @Override
    public void onStarted(Term term) {
      mandates.begin(term::isHeld);
      reconcileAll();
      onTerm.run();
    }

    @Override
    public void onStopped(Term term) {
      mandates.end();
    }
  }

  private final class CachedNodes implements NodeCache {
    @Override
    public boolean hasNode(String key, String unit) {
      return nodes.nodes().items().stream().anyMatch(item -> unit.equals(label(item.value(), key)));
    }

    private static @Nullable String label(ObservedNode node, String key) {
      return node.labels().get(key);
    }

    @Override
    public boolean reached(String resourceVersion) {
      return nodes.state().reached(new ResourceVersion(resourceVersion));
    }
  }

  /** Says how an engine is to be. Not thread-safe. */
  public static final class Builder {
    private final TransportSource transport;
    private Collection<String> namespaces = List.of();
    private Optional<InformerFeed> nodes = Optional.empty();
    private Leadership leadership = Leadership.always();
    private Metrics metrics = Metrics.NOOP;
    private Optional<Scheduler> scheduler = Optional.empty();
    private RandomGenerator random = new Random();
    private Optional<String> identity = Optional.empty();
    private int workers = 4;
    private boolean dryRun;
    private PlanListener listener = (grid, observed, plan) -> {};
    private Optional<ImmutableSet<String>> takeoverManagers = Optional.empty();
    private Function<Observed, Plan> planner = GridPlanner::plan;
    private Runnable onTerm = () -> {};

    @FunctionalInterface
    private interface TransportSource {
      ApiTransport apply(Scheduler scheduler, List<AutoCloseable> owned);
    }

    private Builder(TransportSource transport) {
      this.transport = transport;
    }

    /** Looks only at grids and children of these namespaces; of all by default, or without any. */
    public Builder namespaces(String... namespaces) {
      this.namespaces = List.copyOf(Arrays.asList(namespaces));
      return this;
    }

    /** Shares the embedder's cache of nodes; a watch of its own by default. */
    public Builder nodes(InformerFeed nodes) {
      this.nodes = Optional.of(nodes);
      return this;
    }

    /** Who decides whether it writes; {@link Leadership#always()} by default. */
    public Builder leadership(Leadership leadership) {
      this.leadership = leadership;
      return this;
    }

    /** Where it reports; nowhere by default. */
    public Builder metrics(Metrics metrics) {
      this.metrics = metrics;
      return this;
    }

    /**
     * Its time and threads; the embedder closes them. By default two daemon threads of its own that
     * end with the engine.
     */
    public Builder scheduler(Scheduler scheduler) {
      this.scheduler = Optional.of(scheduler);
      return this;
    }

    /** Its randomness, for jitter only; thread-safe. */
    public Builder random(RandomGenerator random) {
      this.random = random;
      return this;
    }

    /** Its name in the Lease, of its own among all engines; a random one by default. */
    public Builder identity(String identity) {
      this.identity = Optional.of(identity);
      return this;
    }

    /** How many grids are reconciled at a time; 4 by default. */
    public Builder workers(int workers) {
      this.workers = workers;
      return this;
    }

    /**
     * Plans, tells {@code listener}, and writes nothing: neither children nor status nor leases.
     */
    public Builder dryRun(PlanListener listener) {
      this.dryRun = true;
      this.listener = listener;
      return this;
    }

    /** Tells {@code listener} of every plan before it is carried out. */
    public Builder onPlan(PlanListener listener) {
      this.listener = listener;
      return this;
    }

    /**
     * Field managers whose children are taken over (RULE 19), instead of SuperEdge's controller.
     */
    public Builder takeoverManagers(String... managers) {
      this.takeoverManagers = Optional.of(ImmutableSet.copyOf(managers));
      return this;
    }

    /** Tells {@code listener} whenever it begins to lead; on a thread that must not be blocked. */
    public Builder onTerm(Runnable listener) {
      this.onTerm = listener;
      return this;
    }

    /**
     * Another plan than {@link GridPlanner#plan}, made of it perhaps; called on the scheduler's
     * threads, for several grids at a time.
     */
    public Builder planner(Function<Observed, Plan> planner) {
      this.planner = planner;
      return this;
    }

    /** The engine, not started. */
    public GridEngine build() {
      return new GridEngine(this);
    }

    private String identity() {
      return identity.orElseGet(
          () -> "unitgrid-" + Digest.of(random.nextLong() + " " + random.nextLong(), 12));
    }

    private Scheduler scheduler(List<AutoCloseable> owned) {
      return scheduler.orElseGet(
          () -> {
            SystemScheduler own = SystemScheduler.start("unitgrid-engine", 2);
            owned.add(own);
            return own;
          });
    }
  }
}
