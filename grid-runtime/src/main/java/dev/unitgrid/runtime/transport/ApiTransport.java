/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import java.util.concurrent.CompletableFuture;

/**
 * Carries requests to a Kubernetes API server. Neither method blocks. Callbacks and completions
 * come on threads of the implementation; they must not block either. Thread-safe.
 */
public interface ApiTransport {
  /**
   * Sends {@code request} and reads the whole answer. Every HTTP status is an answer; the future
   * fails, with a {@link TransportException}, only if there is none: no connection, a broken one,
   * or none within {@link ApiRequest#timeout()}. Such a request may have had its effect. Cancelling
   * the future abandons the request.
   */
  CompletableFuture<ApiResponse> send(ApiRequest request);

  /**
   * Opens a stream of frames, one JSON document each. The request's timeout bounds the time to the
   * first byte of the answer only. {@code listener} is told of exactly one end: {@link
   * WatchListener#onRefused} or {@link WatchListener#onClosed}; after {@link Watch#close()} it
   * hears nothing more.
   */
  Watch watch(ApiRequest request, WatchListener listener);
}
