/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import dev.unitgrid.runtime.transport.ApiResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an API server says of a failure: its {@code Status} object, or as much of one as the HTTP
 * answer gives.
 *
 * @param code the HTTP status code
 * @param reason for machines, e.g. {@code AlreadyExists}; empty if it gave none
 * @param message for people, never empty
 * @param causes the single faults, e.g. of the fields of an invalid object
 * @param retryAfter how long the server asks to wait
 */
public record ApiStatus(
    int code, String reason, String message, List<Cause> causes, Optional<Duration> retryAfter) {
  private static final int SHOWN_CHARACTERS = 200;

  /**
   * One fault.
   *
   * @param reason e.g. {@code FieldValueInvalid}
   * @param message a sentence
   * @param field its path; empty if the fault is not of a field
   */
  public record Cause(String reason, String message, String field) {}

  /** Copies {@code causes}. */
  public ApiStatus {
    causes = List.copyOf(causes);
  }

  /** The status that the failure {@code response} carries, whatever its body is. */
  public static ApiStatus of(ApiResponse response) {
    ApiStatus status = ofBody(response);
    Optional<Duration> header = response.header("Retry-After").flatMap(ApiStatus::seconds);
    return header.isPresent() ? status.retryAfter(header) : status;
  }

  /** The status that the {@code Status} object {@code object} is. */
  public static ApiStatus of(Json object) {
    int code = (int) object.get("code").asLong(500);
    Json details = object.get("details");
    return new ApiStatus(
        code,
        object.get("reason").asString(""),
        sentence(object.get("message").asString(""), code),
        causes(details),
        positive(details.get("retryAfterSeconds").asLong(0)));
  }

  /** Whether a list or watch has to begin anew: the version that it asked for is gone. */
  public boolean isGone() {
    return code == 410 || reason.equals("Expired") || reason.equals("Gone");
  }

  /** The code, the reason and the message, as one line. */
  @Override
  public String toString() {
    return code + (reason.isEmpty() ? "" : " " + reason) + ": " + message;
  }

  private static ApiStatus ofBody(ApiResponse response) {
    try {
      Json body = Json.parse(response.body());
      if (body.get("kind").asString("").equals("Status")) {
        return of(body.has("code") ? body : body.with("code", Json.of(response.status())));
      }
    } catch (JsonSyntaxException notJson) {
      return plain(response.status(), new String(response.body(), StandardCharsets.UTF_8));
    }
    return plain(response.status(), "");
  }

  private static ApiStatus plain(int code, String text) {
    String line = text.strip().lines().findFirst().orElse("");
    String shown = line.substring(0, Math.min(line.length(), SHOWN_CHARACTERS));
    return new ApiStatus(code, "", sentence(shown, code), List.of(), Optional.empty());
  }

  private static String sentence(String message, int code) {
    return message.isEmpty() ? "the API server answered " + code : message;
  }

  private static List<Cause> causes(Json details) {
    List<Cause> causes = new ArrayList<>();
    for (Json cause : details.get("causes").items()) {
      causes.add(
          new Cause(
              cause.get("reason").asString(""),
              cause.get("message").asString(""),
              cause.get("field").asString("")));
    }
    return causes;
  }

  private static Optional<Duration> seconds(String header) {
    try {
      return positive(Long.parseLong(header.strip()));
    } catch (NumberFormatException aDate) {
      return Optional.empty(); // Kubernetes sends seconds only
    }
  }

  private static Optional<Duration> positive(long seconds) {
    return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
  }

  private ApiStatus retryAfter(Optional<Duration> other) {
    return new ApiStatus(code, reason, message, causes, other);
  }
}
