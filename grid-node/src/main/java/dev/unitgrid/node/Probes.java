/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node;

import dev.unitgrid.node.cache.CacheState;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code /healthz}, {@code /readyz} and {@code /metrics} for the proxy itself. It is ready
 * while it serves, be it from memory: then the page says so, and since when nothing was heard.
 */
final class Probes implements HttpHandler {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final Supplier<CacheState> state;
  private final Supplier<List<String>> companion;
  private final @Nullable Supplier<String> metrics;
  private final HttpHandler others;

  Probes(
      Supplier<CacheState> state,
      Supplier<List<String>> companion,
      @Nullable Supplier<String> metrics,
      HttpHandler others) {
    this.state = state;
    this.companion = companion;
    this.metrics = metrics;
    this.others = others;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    String path = exchange.getRequestPath();
    if (path.equals("/healthz")) {
      answer(exchange, 200, TEXT, "ok\n");
    } else if (path.equals("/readyz")) {
      ready(exchange, state.get());
    } else if (path.equals("/metrics") && metrics != null) {
      answer(exchange, 200, PROMETHEUS, metrics.get());
    } else {
      others.handleRequest(exchange);
    }
  }

  private void ready(HttpServerExchange exchange, CacheState state) {
    List<String> lines = new ArrayList<>();
    if (!state.serving()) {
      lines.add("not serving yet");
    } else if (!state.connected()) {
      lines.add("ok, but serving from memory: the API server is away");
    } else {
      lines.add("ok");
    }
    lines.addAll(state.problems());
    state.brokenServices().forEach((key, why) -> lines.add("Service " + key + ": " + why));
    lines.addAll(companion.get());
    String body = String.join("\n", lines) + "\n";
    answer(exchange, state.serving() ? 200 : 503, TEXT, body);
  }

  private static void answer(
      HttpServerExchange exchange, int status, String contentType, String body) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
    exchange.getResponseSender().send(body);
  }
}
