/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.time.SystemScheduler;
import dev.unitgrid.runtime.transport.ApiClientTransport;
import dev.unitgrid.runtime.transport.ApiTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is ended with its user: threads and connections that the embedder did not bring. */
final class Owned {
  private static final Logger LOG = LoggerFactory.getLogger(Owned.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** A way to an API server. */
  @FunctionalInterface
  interface Transport {
    ApiTransport open(Scheduler scheduler, Owned owned);

    static Transport on(ApiClient client) {
      return (scheduler, owned) -> owned.add(ApiClientTransport.on(client, scheduler));
    }

    static Transport of(ApiTransport transport) {
      return (scheduler, owned) -> transport;
    }
  }

  Scheduler scheduler(Optional<Scheduler> brought, String name) {
    return brought.orElseGet(() -> add(SystemScheduler.start(name, 2)));
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Waits for {@code released}, five seconds at most, if the threads that do it are to end. */
  void close(CompletableFuture<?> released) {
    if (!parts.isEmpty()) {
      await(released);
    }
    while (!parts.isEmpty()) {
      close(parts.pop());
    }
  }

  private static void await(CompletableFuture<?> released) {
    try {
      released.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException failure) {
      LOG.warn("A lease could not be handed back; it runs out by itself", failure);
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception failure) {
      LOG.warn("{} could not be closed", part, failure);
    }
  }
}
