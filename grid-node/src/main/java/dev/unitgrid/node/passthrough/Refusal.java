/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import dev.unitgrid.api.json.Json;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;

/**
 * An answer of ours, in the form of the API server's failures.
 *
 * @param retryAfter when it may be better; zero if never
 */
record Refusal(int code, String reason, String message, Duration retryAfter) {
  static Refusal badRequest(String message) {
    return new Refusal(400, "BadRequest", message, Duration.ZERO);
  }

  static Refusal unavailable(String message) {
    return new Refusal(503, "ServiceUnavailable", message, Duration.ofSeconds(1));
  }

  void answer(HttpServerExchange exchange) {
    exchange.getResponseHeaders().clear();
    exchange.setStatusCode(code);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    if (!retryAfter.isZero()) {
      exchange.getResponseHeaders().put(Headers.RETRY_AFTER, retryAfter.toSeconds());
    }
    exchange.getResponseSender().send(ByteBuffer.wrap(status().toBytes()));
  }

  private Json status() {
    Json details =
        retryAfter.isZero()
            ? Json.emptyObject()
            : Json.object(Map.of("retryAfterSeconds", Json.of(retryAfter.toSeconds())));
    return Json.object(
        "kind",
        "Status",
        "apiVersion",
        "v1",
        "metadata",
        Json.emptyObject(),
        "status",
        "Failure",
        "message",
        message,
        "reason",
        reason,
        "details",
        details,
        "code",
        code);
  }
}
