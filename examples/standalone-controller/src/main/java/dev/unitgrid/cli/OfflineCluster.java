/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A cluster that has some nodes and nothing else, and in which nothing happens. Thread-safe. */
final class OfflineCluster implements ApiTransport {
  private static final Json VERSION = Json.object("resourceVersion", "1");

  private final Json nodes;
  private final Scheduler scheduler;

  OfflineCluster(List<Json> nodes, Scheduler scheduler) {
    this.nodes = Json.array(nodes);
    this.scheduler = scheduler;
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    Json items = request.path().equals(ResourceType.NODE.path()) ? nodes : Json.emptyArray();
    Json list =
        Json.object("kind", "List", "apiVersion", "v1", "metadata", VERSION, "items", items);
    return CompletableFuture.completedFuture(new ApiResponse(200, Map.of(), list.toBytes()));
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    scheduler.execute(listener::onOpen);
    return () -> {};
  }
}
