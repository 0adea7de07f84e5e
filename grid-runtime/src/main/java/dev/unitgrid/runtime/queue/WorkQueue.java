/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.queue;

import dev.unitgrid.runtime.metrics.MetricNames;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Backoff;
import dev.unitgrid.runtime.time.Scheduler;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that want work, first in, first out, each at most once: a key that is added while it waits
 * is there already, and one that is added while it is worked on is worked on once more afterwards,
 * never twice at a time. As many keys are worked on at a time as there are workers. Nothing in it
 * is bounded, so nothing is lost. Thread-safe; deterministic under a deterministic scheduler.
 */
public final class WorkQueue<K> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkQueue.class);

  private final String name;
  private final int workers;
  private final Worker<? super K> worker;
  private final Backoff backoff;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final Metrics.Registration depth;

  // All guarded by this; each time is Scheduler.elapsed() when the key was added.
  private final Map<K, Duration> waiting = new LinkedHashMap<>();
  private final Map<K, Duration> addedMeanwhile = new HashMap<>();
  private final Map<K, Delayed> delayed = new HashMap<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private final Set<K> working = new HashSet<>();
  private final CompletableFuture<@Nullable Void> drained = new CompletableFuture<>();
  private boolean started;
  private boolean closing;

  private record Delayed(Duration due, Scheduler.Task task) {}

  /**
   * A queue that takes keys at once and works on them from {@link #start()} on.
   *
   * @param name for people and metrics
   * @param workers how many keys at a time
   * @param backoff of each key that fails
   * @throws IllegalArgumentException if {@code workers} is not positive
   */
  public WorkQueue(
      String name,
      int workers,
      Worker<? super K> worker,
      Backoff backoff,
      Scheduler scheduler,
      Metrics metrics) {
    if (workers < 1) {
      throw new IllegalArgumentException("a queue with " + workers + " workers");
    }
    this.name = name;
    this.workers = workers;
    this.worker = worker;
    this.backoff = backoff;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.depth =
        metrics.gauge(MetricNames.QUEUE_DEPTH, () -> state().depth(), MetricNames.TAG_QUEUE, name);
  }

  /** Lets the workers begin. */
  public synchronized void start() {
    started = true;
    dispatch();
  }

  /** {@code key} wants work now. Ignored once the queue closes. */
  public synchronized void add(K key) {
    if (closing) {
      return;
    }
    enqueue(key, scheduler.elapsed());
    dispatch();
  }

  /**
   * {@code key} wants work after {@code delay}; of several such wishes the earliest counts. Work
   * that is done before does not fulfil it. Ignored once the queue closes.
   */
  public synchronized void addAfter(K key, Duration delay) {
    if (closing) {
      return;
    }
    Duration due = scheduler.elapsed().plus(delay);
    Delayed known = delayed.get(key);
    if (known != null && known.due().compareTo(due) <= 0) {
      return;
    }
    if (known != null) {
      known.task().cancel();
    }
    Scheduler.Task task = scheduler.schedule(delay, () -> onTimeUp(key, due));
    delayed.put(key, new Delayed(due, task));
  }

  /** How busy it is. */
  public synchronized QueueState state() {
    Duration now = scheduler.elapsed();
    Duration oldest =
        waiting.values().stream()
            .min(Comparator.naturalOrder())
            .map(now::minus)
            .orElse(Duration.ZERO);
    return new QueueState(waiting.size(), delayed.size(), working.size(), failures.size(), oldest);
  }

  /**
   * Takes nothing more, works on what waits, forgets what is not due yet, and completes when no
   * worker is busy. What fails now is not repeated.
   */
  public synchronized CompletableFuture<@Nullable Void> drain() {
    stopTaking();
    started = true;
    dispatch();
    completeIfIdle();
    return drained;
  }

  /** As {@link #drain()}, but forgets what waits too. Does not wait for workers. */
  @Override
  public synchronized void close() {
    waiting.clear();
    addedMeanwhile.clear();
    stopTaking();
    completeIfIdle();
  }

  private void stopTaking() {
    closing = true;
    delayed.values().forEach(each -> each.task().cancel());
    delayed.clear();
  }

  private void completeIfIdle() {
    if (closing && working.isEmpty() && waiting.isEmpty() && drained.complete(null)) {
      depth.close();
    }
  }

  private void enqueue(K key, Duration now) {
    if (working.contains(key)) {
      addedMeanwhile.putIfAbsent(key, now);
    } else {
      waiting.putIfAbsent(key, now);
    }
  }

  private synchronized void onTimeUp(K key, Duration due) {
    Delayed known = delayed.get(key);
    if (known == null || !known.due().equals(due)) {
      return;
    }
    delayed.remove(key);
    enqueue(key, scheduler.elapsed());
    dispatch();
  }

  private void dispatch() {
    while (started && working.size() < workers && !waiting.isEmpty()) {
      Iterator<Map.Entry<K, Duration>> first = waiting.entrySet().iterator();
      Map.Entry<K, Duration> next = first.next();
      K key = next.getKey();
      Duration added = next.getValue();
      first.remove();
      working.add(key);
      scheduler.execute(() -> work(key, added));
    }
  }

  private void work(K key, Duration added) {
    Duration begun = scheduler.elapsed();
    metrics.time(MetricNames.QUEUE_WAIT, begun.minus(added), MetricNames.TAG_QUEUE, name);
    CompletionStage<Outcome> stage;
    try {
      stage = worker.work(key);
    } catch (RuntimeException thrown) {
      stage = CompletableFuture.failedFuture(thrown);
    }
    stage.whenComplete((outcome, failure) -> onWorked(key, begun, outcome, failure));
  }

  private void onWorked(
      K key, Duration begun, @Nullable Outcome outcome, @Nullable Throwable failure) {
    metrics.time(
        MetricNames.QUEUE_WORK, scheduler.elapsed().minus(begun), MetricNames.TAG_QUEUE, name);
    if (failure != null) {
      LOG.warn("{}: the work on {} failed and will be repeated", name, key, failure);
    }
    finish(key, outcome == null ? Outcome.retry(String.valueOf(failure)) : outcome);
  }

  private synchronized void finish(K key, Outcome outcome) {
    working.remove(key);
    if (outcome instanceof Outcome.Retry retry) {
      Duration pause = backoff.interval(failures.merge(key, 1, Integer::sum));
      LOG.debug("{}: {} again in {}: {}", name, key, pause, retry.reason());
      metrics.count(MetricNames.QUEUE_RETRIES, MetricNames.TAG_QUEUE, name);
      addAfter(key, pause);
    } else {
      failures.remove(key);
    }
    if (outcome instanceof Outcome.Again again) {
      addAfter(key, again.after());
    }
    Duration added = addedMeanwhile.remove(key);
    if (added != null) {
      waiting.putIfAbsent(key, added);
    }
    dispatch();
    completeIfIdle();
  }
}
