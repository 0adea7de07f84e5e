/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.controllers.EngineMetrics;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Sends requests and answers on the loop. A write asks its {@link Mandate} just before it is sent,
 * each time it is sent (RULE 26). When the API server asks to come again later, everybody waits as
 * long as it said.
 */
public final class Sending {
  private static final int MOST_ATTEMPTS = 6;
  private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final ApiTransport transport;
  private final Scheduler scheduler;
  private final Loop loop;
  private final Metrics metrics;
  private final MissingRights missingRights;
  private Duration pausedUntil = Duration.ZERO;

  public Sending(ApiTransport transport, Scheduler scheduler, Loop loop, Metrics metrics) {
    this.transport = transport;
    this.scheduler = scheduler;
    this.loop = loop;
    this.metrics = metrics;
    this.missingRights = new MissingRights(scheduler);
    this.pausedUntil = scheduler.elapsed();
  }

  /** Sends a GET. */
  public CompletableFuture<Answer> read(ApiRequest request) {
    return write(request, () -> true);
  }

  /** Sends a write; {@link Answer.Dropped} if the term ended before it was sent. */
  public CompletableFuture<Answer> write(ApiRequest request, Mandate mandate) {
    return attempt(request, mandate, 1);
  }

  /** What the API server said that we may not do; for any thread. */
  public List<String> missingRights() {
    return missingRights.sentences();
  }

  private CompletableFuture<Answer> attempt(ApiRequest request, Mandate mandate, int attempt) {
    return pauseOver()
        .thenCompose(
            now ->
                mandate.holds()
                    ? exchange(request)
                    : CompletableFuture.completedFuture(new Answer.Dropped()))
        .thenComposeAsync(answer -> orAgain(request, mandate, attempt, answer), loop);
  }

  /** Completes on the loop, at once if nobody asked to wait. */
  private CompletableFuture<Boolean> pauseOver() {
    Duration pause = pausedUntil.minus(scheduler.elapsed());
    if (pause.isNegative() || pause.isZero()) {
      return CompletableFuture.completedFuture(true);
    }
    CompletableFuture<Boolean> over = new CompletableFuture<>();
    scheduler.schedule(pause, () -> loop.execute(() -> over.complete(true)));
    return over;
  }

  private CompletableFuture<Answer> orAgain(
      ApiRequest request, Mandate mandate, int attempt, Answer answer) {
    if (answer instanceof Answer.Dropped) {
      return CompletableFuture.completedFuture(answer);
    }
    count(request, answer);
    missingRights.answered(request, answer);
    Optional<Duration> asked = answer.pause(DEFAULT_PAUSE);
    asked.ifPresent(this::pauseAll);
    return asked.isPresent() && attempt < MOST_ATTEMPTS
        ? attempt(request, mandate, attempt + 1)
        : CompletableFuture.completedFuture(answer);
  }

  private CompletableFuture<Answer> exchange(ApiRequest request) {
    return transport
        .send(request)
        .handle(
            (response, thrown) -> thrown == null ? read(response) : Answer.none(unwrapped(thrown)));
  }

  /** A success whose body is no JSON may have had its effect: it is as good as no answer. */
  private static Answer read(ApiResponse response) {
    try {
      return Answer.of(response);
    } catch (JsonSyntaxException notJson) {
      return Answer.none(notJson);
    }
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof CompletionException && cause != null ? cause : thrown;
  }

  private void pauseAll(Duration asked) {
    Duration pause = asked.compareTo(LONGEST_PAUSE) < 0 ? asked : LONGEST_PAUSE;
    Duration until = scheduler.elapsed().plus(pause);
    if (until.compareTo(pausedUntil) > 0) {
      pausedUntil = until;
    }
  }

  private void count(ApiRequest request, Answer answer) {
    metrics.count(
        EngineMetrics.REQUESTS, "method", request.method(), "code", String.valueOf(answer.code()));
  }
}
