/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.IntFunction;

/**
 * The administrator of a cluster.
 *
 * @param transport with the administrator's credentials
 */
record Admin(ApiTransport transport) {
  private static final int IN_FLIGHT = 32;

  /** Sends one request and waits. */
  ApiResponse send(ApiRequest request) {
    return transport.send(request).join();
  }

  /** Creates {@code count} objects, some at a time; each must be answered with 201. */
  void create(ResourceType type, String namespace, int count, IntFunction<Json> object) {
    sendAll(
        count,
        i ->
            ApiRequest.post(type.path(namespace), object.apply(i).toBytes())
                .query("fieldManager", "benchmarks"));
  }

  /** Sends {@code count} requests, some at a time; each must succeed. */
  void sendAll(int count, IntFunction<ApiRequest> request) {
    Semaphore slots = new Semaphore(IN_FLIGHT);
    List<CompletableFuture<ApiResponse>> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      slots.acquireUninterruptibly();
      all.add(
          transport.send(request.apply(i)).whenComplete((response, failure) -> slots.release()));
    }
    all.forEach(Admin::succeed);
  }

  /** Sends {@code count} requests, {@code perSecond} of them; each must succeed. */
  void sendAtRate(int count, int perSecond, IntFunction<ApiRequest> request) {
    long start = System.nanoTime();
    sendAll(
        count,
        i -> {
          long due = start + i * 1_000_000_000L / perSecond;
          Stage.pause(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
          return request.apply(i);
        });
  }

  private static void succeed(CompletableFuture<ApiResponse> sent) {
    ApiResponse response = sent.join();
    if (!response.isSuccess()) {
      throw new IllegalStateException(
          response + ": " + new String(response.body(), StandardCharsets.UTF_8));
    }
  }

  /** The objects of {@code type}, in all namespaces. */
  List<Json> list(ResourceType type) {
    return Json.parse(send(ApiRequest.get(type.path()).timeout(Duration.ofMinutes(2))).body())
        .get("items")
        .items();
  }
}
