/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What users and controllers other than ours ask of the API server; blocking. Thread-safe. */
final class Api {
  private final ApiTransport transport;

  Api(ApiTransport transport) {
    this.transport = transport;
  }

  boolean isServed(ResourceType type) {
    return send(ApiRequest.get(type.path())).isSuccess();
  }

  Optional<Json> find(ResourceType type, String namespace, String name) {
    ApiResponse response = send(ApiRequest.get(type.path(namespace, name)));
    return response.status() == 404 ? Optional.empty() : Optional.of(body(response));
  }

  List<Json> list(ResourceType type, String namespace) {
    return body(send(ApiRequest.get(type.path(namespace)))).get("items").items();
  }

  /** A create by {@code manager}'s client. */
  Json create(String manager, ResourceType type, String namespace, Json object) {
    return body(
        send(
            ApiRequest.post(type.path(namespace), object.toBytes())
                .query("fieldManager", manager)));
  }

  /** A forced server-side apply. */
  Json apply(String manager, ResourceType type, String namespace, Json object) {
    String name = object.get("metadata", "name").asString("");
    return body(
        send(
            ApiRequest.patch(type.path(namespace, name), ApiRequest.APPLY_PATCH, object.toBytes())
                .query("fieldManager", manager)
                .query("force", "true")));
  }

  /** A merge patch, as a controller's update shows in managed fields. */
  Json merge(String manager, ResourceType type, String namespace, String name, Json patch) {
    return body(
        send(
            ApiRequest.patch(type.path(namespace, name), ApiRequest.MERGE_PATCH, patch.toBytes())
                .query("fieldManager", manager)));
  }

  /** A merge patch whose answer nobody waits for. */
  void beginMerge(String manager, ResourceType type, String name, Json patch) {
    CompletableFuture<ApiResponse> unawaited =
        transport.send(
            ApiRequest.patch(type.path("", name), ApiRequest.MERGE_PATCH, patch.toBytes())
                .query("fieldManager", manager));
    unawaited.exceptionally(ended -> null);
  }

  /** A strategic merge patch, as {@code kubectl patch} sends. */
  Json patch(String manager, ResourceType type, String namespace, String name, Json patch) {
    return body(
        send(
            ApiRequest.patch(
                    type.path(namespace, name),
                    "application/strategic-merge-patch+json",
                    patch.toBytes())
                .query("fieldManager", manager)));
  }

  /** A merge patch of a subresource. */
  Json mergeSub(
      String manager, ResourceType type, String namespace, String name, String sub, Json patch) {
    return body(
        send(
            ApiRequest.patch(
                    type.path(namespace, name) + "/" + sub, ApiRequest.MERGE_PATCH, patch.toBytes())
                .query("fieldManager", manager)));
  }

  void delete(ResourceType type, String namespace, String name, String propagation) {
    Json options =
        Json.object("apiVersion", "v1", "kind", "DeleteOptions", "propagationPolicy", propagation);
    body(send(ApiRequest.delete(type.path(namespace, name), options.toBytes())));
  }

  ApiResponse send(ApiRequest request) {
    return transport.send(request).join();
  }

  private static Json body(ApiResponse response) {
    if (!response.isSuccess()) {
      throw new AssertionError(
          response.status() + " " + new String(response.body(), StandardCharsets.UTF_8));
    }
    return Json.parse(response.body());
  }
}
