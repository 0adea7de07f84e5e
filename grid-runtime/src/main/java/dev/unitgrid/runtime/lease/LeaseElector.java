/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.internal.Mailbox;
import dev.unitgrid.runtime.metrics.MetricNames;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes part in the election of one leader by a Lease, as client-go does and together with its
 * electors: whoever is seen not to have renewed for the length of the lease has lost it. Clocks are
 * not compared, only changes observed. It gains, loses and regains the lease within one process for
 * as long as it is open, and never ends the process.
 *
 * <p>A leader counts its time from before it sent the write that renewed, and stands down after
 * {@link LeaseTimes#renewal()}; others begin to count {@link LeaseTimes#lease()} only after that
 * write was there. So there are never two at a time while clocks run at about the same rate.
 * Thread-safe; without a thread of its own.
 */
public final class LeaseElector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseElector.class);

  private final String lease;
  private final String collection;
  private final String path;
  private final LeaseRecord unborn;
  private final String identity;
  private final LeaseTimes times;
  private final LeaseListener listener;
  private final ApiTransport transport;
  private final Scheduler scheduler;
  private final RandomGenerator random;
  private final Metrics metrics;
  private final Metrics.Registration gauge;
  private final Mailbox<Runnable> mailbox = new Mailbox<>(this::run);
  private final CompletableFuture<@Nullable Void> released = new CompletableFuture<>();
  // Written by the reader of the mailbox, read by anybody.
  private volatile @Nullable Term term;
  private volatile LeaderState state =
      new LeaderState(false, "", 0, Optional.empty(), Optional.empty());

  // Of the reader of the mailbox.
  private @Nullable LeaseRecord observed;
  private Duration observedAt = Duration.ZERO;
  private @Nullable Duration absentSince;
  private boolean upToDate;
  private boolean started;
  private boolean closing;
  private boolean asking;
  private boolean inDoubt;
  private boolean handingBack;
  private boolean handsBack = true;
  private long terms;
  private @Nullable Instant renewedAt;
  private @Nullable String problem;
  private Scheduler.Task next = () -> {};
  private Scheduler.Task expiry = () -> {};

  /**
   * An elector that does nothing until {@link #start()}.
   *
   * @param identity of this process: no other one may have it
   * @param random for jitter; thread-safe, or not shared
   */
  public LeaseElector(
      String namespace,
      String name,
      String identity,
      LeaseTimes times,
      LeaseListener listener,
      ApiTransport transport,
      Scheduler scheduler,
      RandomGenerator random,
      Metrics metrics) {
    if (identity.isEmpty()) {
      throw new IllegalArgumentException("an elector without an identity");
    }
    this.lease = namespace + "/" + name;
    this.collection = ResourceType.LEASE.path(namespace);
    this.path = ResourceType.LEASE.path(namespace, name);
    this.unborn = LeaseRecord.named(namespace, name);
    this.identity = identity;
    this.times = times;
    this.listener = listener;
    this.transport = transport;
    this.scheduler = scheduler;
    this.random = random;
    this.metrics = metrics;
    this.gauge =
        metrics.gauge(
            MetricNames.LEADER, () -> term().isPresent() ? 1 : 0, MetricNames.TAG_LEASE, lease);
  }

  /** Begins to try; later calls do nothing. */
  public void start() {
    mailbox.put(
        () -> {
          if (!started) {
            started = true;
            attempt();
          }
        });
  }

  /** The term that is held now. */
  public Optional<Term> term() {
    return Optional.ofNullable(term).filter(Term::isHeld);
  }

  /** Who leads, as it was last seen. */
  public LeaderState state() {
    return state;
  }

  /**
   * Ends the term, hands the lease back so that another one need not wait for it to run out, and
   * ends this elector. Completes, never with a failure, when that was tried.
   */
  public CompletableFuture<@Nullable Void> release() {
    mailbox.put(this::beginRelease);
    return released.copy();
  }

  /**
   * As {@link #release()}, but the lease runs out by itself, and who comes back with the same
   * identity has it at once.
   */
  public CompletableFuture<@Nullable Void> leave() {
    mailbox.put(
        () -> {
          handsBack = false;
          beginRelease();
        });
    return released.copy();
  }

  /** As {@link #release()}, without waiting for it. */
  @Override
  public void close() {
    var unused = release();
  }

  private void run(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException bug) {
      LOG.error("Lease {}: a step failed", lease, bug);
      pause();
    }
    state =
        new LeaderState(
            term != null,
            observed == null ? "" : observed.holder(),
            terms,
            Optional.ofNullable(renewedAt),
            Optional.ofNullable(problem));
  }

  // Trying

  private void attempt() {
    if (asking || closing) {
      return;
    }
    if (term != null && upToDate && observed != null) {
      take(observed);
    } else {
      ask(ApiRequest.get(path), this::onRead);
    }
  }

  private void onRead(ApiResponse answer) {
    if (answer.status() == 404) {
      onAbsent();
    } else if (answer.isSuccess()) {
      onRead(new LeaseRecord(Json.parse(answer.body())));
    } else {
      fail(ApiStatus.of(answer).toString());
    }
  }

  /** Whoever held the lease when it was deleted may not know it yet, but stops in time. */
  private void onAbsent() {
    Duration since = absentSince == null ? scheduler.elapsed() : absentSince;
    absentSince = since;
    boolean stopped = scheduler.elapsed().compareTo(since.plus(times.renewal())) >= 0;
    if (observed == null || mayTake(observed) || stopped) {
      take(unborn);
    } else {
      pause();
    }
  }

  private void onRead(LeaseRecord live) {
    observe(live);
    if (mayTake(live)) {
      take(live);
      return;
    }
    problem = null;
    stop("the lease is held by " + live.holder());
    pause();
  }

  private boolean mayTake(LeaseRecord live) {
    Duration over = observedAt.plus(live.length(times.lease()));
    return live.holder().isEmpty()
        || live.holder().equals(identity)
        || scheduler.elapsed().compareTo(over) >= 0;
  }

  /** Creates or updates: the version within {@code live} makes it fail if anybody was faster. */
  private void take(LeaseRecord live) {
    if (closing) {
      finishRelease();
      return;
    }
    LeaseRecord mine = live.heldBy(identity, times.lease(), scheduler.clock().instant());
    byte[] body = mine.object().toBytes();
    Duration sent = scheduler.elapsed();
    ApiRequest write =
        live.isNew() ? ApiRequest.post(collection, body) : ApiRequest.put(path, body);
    inDoubt = true;
    ask(managed(write), answer -> onWritten(answer, sent));
  }

  private void onWritten(ApiResponse answer, Duration sent) {
    inDoubt = answer.status() >= 500;
    if (answer.isSuccess()) {
      observe(new LeaseRecord(Json.parse(answer.body())));
      upToDate = true;
      problem = null;
      lead(sent.plus(times.renewal()));
      pause();
    } else if (answer.status() == 409) {
      onConflict();
    } else {
      if (answer.status() == 404) {
        stop("the lease was deleted");
      }
      fail(ApiStatus.of(answer).toString());
    }
  }

  /** Somebody else wrote, perhaps only an annotation: who leads looks at once. */
  private void onConflict() {
    boolean looks = upToDate && !closing;
    upToDate = false;
    if (looks) {
      attempt();
    } else {
      pause();
    }
  }

  private void observe(LeaseRecord live) {
    absentSince = null;
    if (observed == null || !observed.spec().equals(live.spec())) {
      observedAt = scheduler.elapsed();
    }
    observed = live;
  }

  private void fail(String sentence) {
    upToDate = false;
    metrics.count(MetricNames.LEASE_FAILURES, MetricNames.TAG_LEASE, lease);
    if (problem == null) {
      LOG.warn("Lease {}: cannot reach it: {}", lease, sentence);
    }
    problem = sentence;
    pause();
  }

  private void pause() {
    next.cancel();
    if (closing) {
      finishRelease();
      return;
    }
    long jitter = (long) (times.retry().toNanos() * 0.2 * random.nextDouble());
    Duration pause = term == null ? times.retry().plusNanos(jitter) : times.retry();
    next = scheduler.schedule(pause, () -> mailbox.put(this::attempt));
  }

  private void ask(ApiRequest request, Consumer<ApiResponse> onAnswer) {
    asking = true;
    var unused =
        transport
            .send(request.timeout(times.renewal().dividedBy(2)))
            .whenComplete(
                (answer, failure) -> mailbox.put(() -> answered(answer, failure, onAnswer)));
  }

  private void answered(
      @Nullable ApiResponse answer, @Nullable Throwable failure, Consumer<ApiResponse> onAnswer) {
    asking = false;
    if (answer == null) {
      fail(String.valueOf(failure == null ? null : failure.getMessage()));
      return;
    }
    try {
      onAnswer.accept(answer);
    } catch (JsonSyntaxException notJson) {
      fail(String.valueOf(notJson.getMessage()));
    }
  }

  // Leading

  private void lead(Duration until) {
    renewedAt = scheduler.clock().instant();
    Term current = term;
    if (current != null && current.holdUntil(until)) {
      return;
    }
    stop("it could not be renewed in time");
    if (closing || scheduler.elapsed().compareTo(until) >= 0) {
      return; // too late to be true; the next attempt renews it
    }
    terms++;
    Term begun = new Term(terms, scheduler, until);
    term = begun;
    metrics.count(MetricNames.TERMS, MetricNames.TAG_LEASE, lease);
    LOG.info("Lease {}: {} leads, {}", lease, identity, begun);
    watchExpiry(begun);
    tell(() -> listener.onStarted(begun));
  }

  private void watchExpiry(Term watched) {
    expiry.cancel();
    Duration left = watched.heldUntil().minus(scheduler.elapsed());
    expiry = scheduler.schedule(left, () -> mailbox.put(() -> onExpiry(watched)));
  }

  private void onExpiry(Term watched) {
    if (watched != term) {
      return;
    }
    if (watched.isHeld()) {
      watchExpiry(watched);
    } else {
      stop("it could not be renewed in time");
    }
  }

  private void stop(String why) {
    Term ended = term;
    if (ended == null) {
      return;
    }
    term = null;
    ended.end();
    expiry.cancel();
    LOG.info("Lease {}: {} leads no more, {}: {}", lease, identity, ended, why);
    tell(() -> listener.onStopped(ended));
  }

  private void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException bug) {
      LOG.error("Lease {}: the listener failed", lease, bug);
    }
  }

  // Releasing

  private void beginRelease() {
    if (closing) {
      return;
    }
    closing = true;
    next.cancel();
    stop("it is closed");
    if (!asking) {
      finishRelease();
    }
  }

  private void finishRelease() {
    if (handingBack) {
      return;
    }
    handingBack = true;
    LeaseRecord known = observed;
    boolean mine = known != null && known.holder().equals(identity);
    if (!handsBack || (!mine && !inDoubt)) {
      done();
    } else if (mine && upToDate && known != null) {
      handBack(known);
    } else {
      readAndHandBack();
    }
  }

  private void readAndHandBack() {
    var unused =
        transport
            .send(ApiRequest.get(path).timeout(times.retry()))
            .whenComplete((answer, failure) -> mailbox.put(() -> onReadForRelease(answer)));
  }

  private void onReadForRelease(@Nullable ApiResponse answer) {
    if (answer == null || !answer.isSuccess()) {
      done();
      return;
    }
    try {
      LeaseRecord live = new LeaseRecord(Json.parse(answer.body()));
      if (live.holder().equals(identity)) {
        handBack(live);
        return;
      }
    } catch (JsonSyntaxException notJson) {
      LOG.warn("Lease {}: could not be handed back: {}", lease, notJson.getMessage());
    }
    done();
  }

  private void handBack(LeaseRecord live) {
    byte[] body = live.released(scheduler.clock().instant()).object().toBytes();
    var unused =
        transport
            .send(managed(ApiRequest.put(path, body)).timeout(times.retry()))
            .whenComplete((answer, failure) -> mailbox.put(this::done));
  }

  /** Without it the API server names the embedder's client library as the writer. */
  private static ApiRequest managed(ApiRequest write) {
    return write.query("fieldManager", FieldManagers.LEASE);
  }

  private void done() {
    next.cancel();
    expiry.cancel();
    gauge.close();
    released.complete(null);
  }
}
