/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.internal.api.RequestTarget;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Sends requests to whichever server is tested, and waits for the answers. */
final class Api {
  static final String MERGE = ApiRequest.MERGE_PATCH;
  static final String STRATEGIC = "application/strategic-merge-patch+json";

  private final ApiTransport transport;

  Api(ApiTransport transport) {
    this.transport = transport;
  }

  /** What a server answered. */
  record Reply(int status, Json body, String warning) {
    Reply(int status, Json body) {
      this(status, body, "");
    }

    String reason() {
      return body.get("reason").asString("");
    }

    String message() {
      return body.get("message").asString("");
    }

    String version() {
      return body.get("metadata", "resourceVersion").asString("");
    }

    String uid() {
      return body.get("metadata", "uid").asString("");
    }

    long generation() {
      return body.get("metadata", "generation").asLong(0);
    }

    /** The {@code fieldsV1} of a manager's entry; JSON null without one. */
    Json fields(String manager, String operation) {
      return body.get("metadata", "managedFields").items().stream()
          .filter(entry -> entry.get("manager").equals(Json.of(manager)))
          .filter(entry -> entry.get("operation").equals(Json.of(operation)))
          .map(entry -> entry.get("fieldsV1"))
          .findFirst()
          .orElse(Json.ofNull());
    }
  }

  ApiTransport transport() {
    return transport;
  }

  Reply get(String path) {
    return send("GET", path, "", "");
  }

  Reply post(String path, String body) {
    return send("POST", path, ApiRequest.JSON, body);
  }

  Reply put(String path, Json body) {
    return send("PUT", path, ApiRequest.JSON, body.toString());
  }

  Reply patch(String path, String type, String body) {
    return send("PATCH", path, type, body);
  }

  Reply merge(String path, String body) {
    return patch(path, MERGE, body);
  }

  Reply jsonPatch(String path, String body) {
    return patch(path, ApiRequest.JSON_PATCH, body);
  }

  Reply apply(String path, String manager, String body) {
    return patch(path + "?fieldManager=" + manager, ApiRequest.APPLY_PATCH, body);
  }

  Reply force(String path, String manager, String body) {
    return patch(path + "?force=true&fieldManager=" + manager, ApiRequest.APPLY_PATCH, body);
  }

  Reply delete(String path, String options) {
    return send("DELETE", path, ApiRequest.JSON, options);
  }

  Reply send(String method, String path, String contentType, String body) {
    return send(method, path, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  Reply send(String method, String path, String contentType, byte[] body) {
    try {
      ApiResponse response =
          transport.send(request(method, path, contentType, body)).get(20, TimeUnit.SECONDS);
      String text = new String(response.body(), StandardCharsets.UTF_8);
      // A group that is just being added is answered with plain text.
      return new Reply(
          response.status(),
          text.startsWith("{") ? Json.parse(text) : Json.of(text),
          response.header("Warning").orElse(""));
    } catch (Exception failed) {
      throw new AssertionError(method + " " + path + " failed", failed);
    }
  }

  static ApiRequest request(String method, String path, String contentType, byte[] body) {
    RequestTarget target = RequestTarget.of(path);
    return new ApiRequest(
        method,
        target.path(),
        target.query(),
        contentType,
        ApiRequest.JSON,
        body,
        Duration.ofSeconds(20));
  }
}
