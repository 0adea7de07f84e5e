/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers {@code /healthz} (the process answers), {@code /readyz} (its caches are complete; else
 * 503 and why not) and {@code /metrics}. Two threads, so that a slow scrape does not delay a probe.
 */
final class HealthServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads;

  private HealthServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Serves until it is closed.
   *
   * @param whyNotReady sentences; none if it is ready
   * @param metrics in Prometheus' text format
   * @throws CommandFailure if nothing can listen at {@code address}
   */
  static HealthServer start(
      InetSocketAddress address, Supplier<List<String>> whyNotReady, Supplier<String> metrics) {
    HttpServer server = bind(address);
    AtomicInteger count = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, "unitgrid-http-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    serve(server, "/healthz", () -> new Answer(200, TEXT, "ok\n"));
    serve(server, "/readyz", () -> readiness(whyNotReady.get()));
    serve(server, "/metrics", () -> new Answer(200, PROMETHEUS, metrics.get()));
    server.createContext("/", exchange -> send(exchange, Answer.NOT_FOUND));
    server.start();
    return new HealthServer(server, threads);
  }

  /** Where it listens; the port that was chosen if 0 was asked for. */
  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }

  private static HttpServer bind(InetSocketAddress address) {
    try {
      return HttpServer.create(address, 0);
    } catch (IOException taken) {
      throw new CommandFailure(
          "cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + " (--http): "
              + taken.getMessage(),
          taken);
    }
  }

  private static Answer readiness(List<String> whyNotReady) {
    return whyNotReady.isEmpty()
        ? new Answer(200, TEXT, "ok\n")
        : new Answer(503, TEXT, String.join("\n", whyNotReady) + "\n");
  }

  /** A context answers for every path below it too; these have none. */
  private static void serve(HttpServer server, String path, Supplier<Answer> answer) {
    server.createContext(
        path,
        exchange ->
            send(
                exchange,
                exchange.getRequestURI().getPath().equals(path) ? answer.get() : Answer.NOT_FOUND));
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      boolean head = method.equals("HEAD");
      Answer sent = head || method.equals("GET") ? answer : Answer.NOT_ALLOWED;
      byte[] body = sent.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", sent.contentType());
      exchange.sendResponseHeaders(sent.status(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private record Answer(int status, String contentType, String body) {
    static final Answer NOT_FOUND =
        new Answer(404, TEXT, "there are /healthz, /readyz and /metrics\n");
    static final Answer NOT_ALLOWED = new Answer(405, TEXT, "only GET is answered\n");
  }
}
