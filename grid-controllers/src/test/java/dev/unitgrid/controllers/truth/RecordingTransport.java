/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Passes on what an engine sends, and keeps its writes with their answers. Thread-safe. */
final class RecordingTransport implements ApiTransport {
  private final ApiTransport transport;
  private final List<Write> writes;
  private final Consumer<ApiRequest> before;

  RecordingTransport(ApiTransport transport, List<Write> writes, Consumer<ApiRequest> before) {
    this.transport = transport;
    this.writes = writes;
    this.before = before;
  }

  /** A write that was answered. */
  record Write(ApiRequest request, int status) {
    /** E.g. {@code POST 201 deployments/demo-beijing}. */
    @Override
    public String toString() {
      String[] path = request.path().split("/namespaces/[^/]+/", 2);
      return verb() + " " + status + " " + path[path.length - 1];
    }

    private String verb() {
      return switch (request.contentType()) {
        case ApiRequest.APPLY_PATCH -> "APPLY";
        case ApiRequest.MERGE_PATCH -> "MERGE";
        case ApiRequest.JSON_PATCH -> "PATCH";
        default -> request.method();
      };
    }

    boolean isToChild() {
      return request.path().matches(".*/(deployments|statefulsets|services)(/[^/]+)?");
    }
  }

  static List<Write> newLog() {
    return new CopyOnWriteArrayList<>();
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    before.accept(request);
    CompletableFuture<ApiResponse> answer = transport.send(request);
    if (request.method().equals("GET")) {
      return answer;
    }
    return answer.thenApply(
        response -> {
          writes.add(new Write(request, response.status()));
          return response;
        });
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    return transport.watch(request, listener);
  }
}
