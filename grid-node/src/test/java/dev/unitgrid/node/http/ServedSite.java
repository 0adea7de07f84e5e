/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.node.serve.ServeLimits;
import dev.unitgrid.node.serve.ServedChange;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.node.serve.Serving;
import dev.unitgrid.runtime.metrics.Metrics;
import dev.unitgrid.runtime.time.SerialLoop;
import dev.unitgrid.runtime.time.SystemScheduler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Kinds that are served over HTTP; what is not theirs is answered with 418. */
final class ServedSite implements AutoCloseable {
  static final int PASSED_ON = 418;

  private final SystemScheduler scheduler = SystemScheduler.start("site", 2);
  private final SerialLoop loop = new SerialLoop(scheduler);
  private final Map<ServedResource, ServedKind> kinds = new EnumMap<>(ServedResource.class);
  private final HttpListener listener;

  ServedSite() {
    this(ServeLimits.USUAL, Metrics.NOOP);
  }

  ServedSite(ServeLimits limits, Metrics metrics) {
    Serving serving = new Serving(scheduler, loop, metrics, limits);
    for (ServedResource resource : ServedResource.values()) {
      kinds.put(resource, new ServedKind(resource, serving));
    }
    listener =
        HttpListener.start(
            "served",
            new InetSocketAddress("127.0.0.1", 0),
            HttpLimits.USUAL,
            new ServingHandler(
                kinds,
                "bj-1",
                serving,
                exchange -> exchange.setStatusCode(PASSED_ON).endExchange()));
  }

  String address() {
    return "http://127.0.0.1:" + listener.address().getPort();
  }

  URI uri(String path) {
    return URI.create(address() + path);
  }

  int port() {
    return listener.address().getPort();
  }

  void begin(ServedResource resource, long version, ServedObject... objects) {
    in(
        resource,
        kind -> {
          kind.begin(new ServedVersions(version, version), List.of(objects));
          return version;
        });
  }

  void apply(ServedResource resource, List<ServedChange> batch) {
    in(
        resource,
        kind -> {
          kind.apply(batch);
          return batch.size();
        });
  }

  /** Asks a kind in its loop. */
  <T> T in(ServedResource resource, Function<ServedKind, T> question) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(
        () -> {
          try {
            answer.complete(question.apply(kinds.get(resource)));
          } catch (RuntimeException failed) {
            answer.completeExceptionally(failed);
          }
        });
    return answer.join();
  }

  @Override
  public void close() {
    listener.close();
    scheduler.close();
  }
}
