/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.lease;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.time.VirtualScheduler;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Keeps one Lease, and has a connection for each elector that can be slow or cut either way. */
final class LeaseServer {
  private final VirtualScheduler scheduler;
  private final Random random;
  private Json lease = Json.ofNull();
  private long version = 1;
  final List<String> writes = new ArrayList<>();

  LeaseServer(VirtualScheduler scheduler, Random random) {
    this.scheduler = scheduler;
    this.random = random;
  }

  Json spec() {
    return lease.get("spec");
  }

  void delete() {
    lease = Json.ofNull();
  }

  /** Somebody writes something else into it. */
  void annotate() {
    version++;
    lease =
        lease
            .withAt(List.of("metadata", "annotations", "by"), Json.of("kubectl"))
            .withAt(List.of("metadata", "resourceVersion"), Json.of(Long.toString(version)));
  }

  private ApiResponse answer(ApiRequest request) {
    if (request.method().equals("GET")) {
      return lease.isNull() ? status(404) : new ApiResponse(200, Map.of(), lease.toBytes());
    }
    Json body = Json.parse(request.body());
    if (request.method().equals("POST")) {
      return lease.isNull() ? write(body, 201) : status(409);
    }
    if (lease.isNull()) {
      return status(404);
    }
    boolean same =
        body.get("metadata", "resourceVersion").equals(lease.get("metadata", "resourceVersion"));
    return same ? write(body, 200) : status(409);
  }

  private ApiResponse write(Json body, int code) {
    version++;
    lease = body.withAt(List.of("metadata", "resourceVersion"), Json.of(Long.toString(version)));
    writes.add(lease.get("spec", "holderIdentity").asString(""));
    return new ApiResponse(code, Map.of(), lease.toBytes());
  }

  private static ApiResponse status(int code) {
    return new ApiResponse(code, Map.of(), new byte[0]);
  }

  final class Connection implements ApiTransport {
    boolean loses;
    boolean losesAnswers;
    int slowestMillis = 5;

    void heal() {
      loses = false;
      losesAnswers = false;
      slowestMillis = 5;
    }

    @Override
    public CompletableFuture<ApiResponse> send(ApiRequest request) {
      CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
      scheduler.schedule(
          request.timeout(),
          () -> answer.completeExceptionally(new TransportException("no answer", null)));
      if (!loses) {
        scheduler.schedule(delay(), () -> arrive(request, answer));
      }
      return answer;
    }

    private void arrive(ApiRequest request, CompletableFuture<ApiResponse> answer) {
      ApiResponse response = answer(request);
      if (!losesAnswers) {
        scheduler.schedule(delay(), () -> answer.complete(response));
      }
    }

    private Duration delay() {
      return Duration.ofMillis(1 + random.nextInt(slowestMillis));
    }

    @Override
    public Watch watch(ApiRequest request, WatchListener listener) {
      throw new UnsupportedOperationException();
    }

    private ApiResponse answer(ApiRequest request) {
      return LeaseServer.this.answer(request);
    }
  }
}
