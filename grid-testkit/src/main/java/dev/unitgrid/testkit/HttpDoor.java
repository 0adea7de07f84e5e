/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.ApiServer;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.api.RequestTarget;
import dev.unitgrid.testkit.internal.api.StatusException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The door over HTTP on a loopback port. A watch holds no thread while nothing happens.
 * Thread-safe.
 */
final class HttpDoor implements AutoCloseable {
  /** With this code fabric8's client, which tries a websocket first, asks again without. */
  private static final ApiResponse NO_WEBSOCKETS =
      ApiServer.refusal(
          503,
          "ServiceUnavailable",
          "the embedded API server has no websockets; a watch is a plain GET");

  private final HttpServer http;
  private final ExecutorService threads;
  private final Set<HttpExchange> streams = ConcurrentHashMap.newKeySet();
  private final Front front;

  private HttpDoor(HttpServer http, ExecutorService threads, Front front) {
    this.http = http;
    this.threads = threads;
    this.front = front;
  }

  static HttpDoor open(Front front) {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      AtomicInteger number = new AtomicInteger();
      ExecutorService threads =
          new ThreadPoolExecutor(
              0,
              512,
              10,
              TimeUnit.SECONDS,
              new SynchronousQueue<>(),
              task -> {
                Thread thread =
                    new Thread(task, "unitgrid-testkit-http-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
              });
      HttpDoor door = new HttpDoor(http, threads, front);
      http.createContext("/", door::handle);
      http.setExecutor(threads);
      http.start();
      return door;
    } catch (IOException noPort) {
      throw new UncheckedIOException("cannot listen on loopback", noPort);
    }
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Headers headers = exchange.getRequestHeaders();
    // One byte more than is taken, so that whoever looks sees that it is too much.
    byte[] body = exchange.getRequestBody().readNBytes(ApiServer.LONGEST_BODY + 1);
    HttpReply reply = new HttpReply(exchange);
    if ("websocket".equalsIgnoreCase(first(headers, "Upgrade"))) {
      reply.answer(NO_WEBSOCKETS);
      return;
    }
    try {
      front.serve(
          call(exchange, front.identify(first(headers, "Authorization"), lowered(headers)), body),
          reply);
    } catch (StatusException notLetIn) {
      front.turnAway(call(exchange, Identity.anonymous(), body), reply, notLetIn);
    }
  }

  private static Call call(HttpExchange exchange, Identity who, byte[] body) {
    Headers headers = exchange.getRequestHeaders();
    return new Call(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        RequestTarget.query(Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("")),
        first(headers, "Content-Type"),
        first(headers, "Accept"),
        first(headers, "User-Agent"),
        who,
        body);
  }

  private static Map<String, List<String>> lowered(Headers headers) {
    Map<String, List<String>> lowered = new HashMap<>();
    headers.forEach((name, values) -> lowered.put(name.toLowerCase(Locale.ROOT), values));
    return lowered;
  }

  private static String first(Headers headers, String name) {
    return Optional.ofNullable(headers.getFirst(name)).orElse("");
  }

  private final class HttpReply implements Door {
    private final HttpExchange exchange;

    private HttpReply(HttpExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void answer(ApiResponse response) {
      try (exchange) {
        response.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        exchange.sendResponseHeaders(
            response.status(), response.body().length == 0 ? -1 : response.body().length);
        exchange.getResponseBody().write(response.body());
      } catch (IOException gone) {
        // The client left: there is nobody to tell.
        exchange.close();
      }
    }

    @Override
    public Stream open(Runnable close) {
      streams.add(exchange);
      return new HttpStream(
          exchange,
          threads,
          () -> {
            streams.remove(exchange);
            close.run();
          });
    }

    @Override
    public void reset(String why) {
      exchange.close();
    }

    @Override
    public void hang() {
      streams.add(exchange);
    }
  }

  @Override
  public void close() {
    streams.forEach(HttpExchange::close);
    http.stop(0);
    threads.shutdownNow();
    try {
      threads.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
