/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.codec.ApiStatus;
import dev.unitgrid.runtime.transport.ApiResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a request ended, as one value whether there was an answer or not. */
public sealed interface Answer {
  /**
   * It succeeded.
   *
   * @param code the HTTP status, 2xx
   * @param body what the API server answered
   */
  record Success(int code, Json body) implements Answer {}

  /**
   * It did not. Code 0 means that there was no answer: it may or may not have had its effect.
   *
   * @param status what the API server says
   */
  record Refusal(ApiStatus status) implements Answer {}

  /** It was never sent: the term of leadership was over (RULE 26). */
  record Dropped() implements Answer {}

  /** The answer that {@code response} is. */
  static Answer of(ApiResponse response) {
    return response.isSuccess()
        ? new Success(response.status(), Json.parse(response.body()))
        : new Refusal(ApiStatus.of(response));
  }

  /** There was no answer, because of {@code cause}. */
  static Answer none(Throwable cause) {
    String reason = cause.getMessage();
    return new Refusal(
        new ApiStatus(
            0,
            "",
            "no answer from the API server: " + (reason == null ? cause.toString() : reason),
            List.of(),
            Optional.empty()));
  }

  /** The HTTP status; 0 without an answer. */
  default int code() {
    if (this instanceof Success success) {
      return success.code();
    }
    return this instanceof Refusal refusal ? refusal.status().code() : 0;
  }

  /** The object of a success, JSON null otherwise. */
  default Json body() {
    return this instanceof Success success ? success.body() : Json.ofNull();
  }

  /** What the API server says of a refusal. */
  default Optional<ApiStatus> refusal() {
    return this instanceof Refusal refusal ? Optional.of(refusal.status()) : Optional.empty();
  }

  /** How long everybody should wait, if the API server asks for it. */
  default Optional<Duration> pause(Duration otherwise) {
    return refusal()
        .filter(
            status ->
                status.code() == 429 || (status.code() == 503 && status.retryAfter().isPresent()))
        .map(status -> status.retryAfter().orElse(otherwise));
  }

  /** Whether an answer with {@code reason}, of those of the API server, refused it. */
  default boolean isRefusedAs(int code, @Nullable String reason) {
    return refusal()
        .filter(status -> status.code() == code)
        .filter(status -> reason == null || status.reason().equals(reason))
        .isPresent();
  }
}
