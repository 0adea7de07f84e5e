/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import dev.unitgrid.node.serve.Answer;
import dev.unitgrid.node.serve.Body;
import dev.unitgrid.node.serve.Read;
import dev.unitgrid.node.serve.Refusal;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedResource;
import dev.unitgrid.node.serve.Serving;
import dev.unitgrid.node.serve.Shape;
import io.undertow.io.Sender;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.SameThreadExecutor;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests for the kinds that are served here as the API server would, and hands all others
 * to another handler. Questions go to the loop that owns the kinds, answers are written on I/O
 * threads. Thread-safe.
 */
public final class ServingHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(ServingHandler.class);
  private static final int GZIP_FROM = 128 * 1024;

  private final Map<ServedResource, ServedKind> kinds;
  private final String ownNode;
  private final Serving serving;
  private final HttpHandler others;

  /**
   * A handler.
   *
   * @param kinds all of {@link ServedResource}
   * @param ownNode the node whose Node object is served
   * @param others gets every request that is not for these kinds
   */
  public ServingHandler(
      Map<ServedResource, ServedKind> kinds, String ownNode, Serving serving, HttpHandler others) {
    this.kinds = Map.copyOf(kinds);
    this.ownNode = ownNode;
    this.serving = serving;
    this.others = others;
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    Target target =
        Target.of(
            exchange.getRequestMethod().toString(),
            exchange.getRequestURI(),
            exchange.getQueryString());
    Route route = Route.of(target, ownNode);
    if (route instanceof Route.Serve serve) {
      if ("websocket".equalsIgnoreCase(header(exchange, Headers.UPGRADE))) {
        refuse(exchange, Refusal.noWebsockets());
        return;
      }
      serve(exchange, serve, target);
    } else if (route instanceof Route.Refuse refuse) {
      refuse(exchange, refuse.refusal());
    } else {
      others.handleRequest(exchange);
    }
  }

  private void serve(HttpServerExchange exchange, Route.Serve route, Target target) {
    ServedKind kind = kinds.get(route.resource());
    boolean list = route.name().isEmpty() && !route.watch();
    Optional<Shape> shape = Negotiation.shape(header(exchange, Headers.ACCEPT), list);
    if (kind == null || shape.isEmpty()) {
      refuse(exchange, kind == null ? Refusal.noSuchPath() : Negotiation.refusal());
      return;
    }
    Read read =
        new Read(route.namespace(), route.name(), route.watch(), target.query(), shape.get());
    Stream stream = new Stream(exchange, serving.metrics());
    // After this handler has returned: an exchange that is not dispatched ends then.
    exchange.dispatch(
        SameThreadExecutor.INSTANCE,
        () ->
            serving
                .loop()
                .execute(
                    () -> {
                      Answer answer = ask(kind, read, stream);
                      exchange.getIoThread().execute(() -> write(exchange, answer, stream));
                    }));
  }

  private static Answer ask(ServedKind kind, Read read, Stream stream) {
    try {
      return kind.answer(read, stream::wake);
    } catch (RuntimeException bug) {
      LOG.error("Could not answer a read of {}", kind.resource(), bug);
      return new Answer.Refused(Refusal.internal());
    }
  }

  private static void write(HttpServerExchange exchange, Answer answer, Stream stream) {
    if (answer instanceof Answer.Refused refused) {
      refuse(exchange, refused.refusal());
    } else if (answer instanceof Answer.One one) {
      send(exchange, one.json());
    } else if (answer instanceof Answer.Listed listed) {
      begin(exchange);
      list(exchange, listed.body(), stream);
    } else if (answer instanceof Answer.Watched watched) {
      begin(exchange);
      Departure.watch(exchange);
      stream.start(watched.body());
    }
  }

  /** Lists above a size are compressed for whoever asks for it, as the API server does. */
  private static void list(HttpServerExchange exchange, Body body, Stream stream) {
    if (!Negotiation.takesGzip(header(exchange, Headers.ACCEPT_ENCODING))) {
      stream.start(body);
      return;
    }
    Beginning beginning = Beginning.of(body, GZIP_FROM);
    if (beginning.isWhole()) {
      stream.start(beginning);
    } else {
      exchange.getResponseHeaders().put(Headers.CONTENT_ENCODING, "gzip");
      exchange.getResponseHeaders().put(Headers.VARY, "Accept-Encoding");
      stream.start(new Gzip(beginning));
    }
  }

  private static void begin(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getResponseHeaders();
    headers.put(Headers.CACHE_CONTROL, "no-cache, private");
    headers.put(Headers.CONTENT_TYPE, "application/json");
  }

  private static void refuse(HttpServerExchange exchange, Refusal refusal) {
    exchange.setStatusCode(refusal.code());
    if (refusal.retryAfterSeconds() > 0) {
      exchange
          .getResponseHeaders()
          .put(Headers.RETRY_AFTER, Integer.toString(refusal.retryAfterSeconds()));
    }
    send(exchange, refusal.status().toBytes());
  }

  private static void send(HttpServerExchange exchange, byte[] body) {
    begin(exchange);
    Sender sender = exchange.getResponseSender();
    sender.send(ByteBuffer.wrap(body));
  }

  private static String header(HttpServerExchange exchange, HttpString name) {
    @Nullable String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : String.join(",", exchange.getRequestHeaders().get(name));
  }
}
