/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import dev.unitgrid.runtime.time.Scheduler;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * The {@link ApiTransport} on an embedder's {@link ApiClient}: its base path, credentials,
 * interceptors and TLS. The client itself is never changed: requests go through an {@link
 * OkHttpClient} derived from its own, without a read timeout and with our connections and threads,
 * which are daemons; both are gone after {@link #close()}. Thread-safe.
 *
 * <p>A request with a body is sent once: where the connection breaks after the sending began, the
 * future fails, and whoever sent it decides.
 */
public final class ApiClientTransport implements ApiTransport, AutoCloseable {
  private static final String[] AUTHENTICATIONS = {"BearerToken"};

  private final HttpCalls calls;

  private ApiClientTransport(ApiClient client, Scheduler scheduler) {
    this.calls = new HttpCalls(new Embedders(client), scheduler);
  }

  /** A transport on {@code client}; {@code scheduler} wakes it when a watch does not open. */
  public static ApiClientTransport on(ApiClient client, Scheduler scheduler) {
    return new ApiClientTransport(client, scheduler);
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    return calls.send(request);
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    return calls.watch(request, listener);
  }

  /**
   * Abandons every request and watch, and waits up to ten seconds for the threads, unless it is
   * called on one of them. Requests after it fail.
   */
  @Override
  public void close() {
    calls.close();
  }

  private record Embedders(ApiClient api) implements HttpCalls.Server {
    @Override
    public OkHttpClient client() {
      return api.getHttpClient();
    }

    @Override
    public Request request(ApiRequest request) throws IOException {
      List<Pair> query =
          request.query().entrySet().stream()
              .map(parameter -> new Pair(parameter.getKey(), parameter.getValue()))
              .toList();
      Map<String, String> headers = new LinkedHashMap<>();
      headers.put("Accept", request.accept());
      Request authenticated = authenticated(request, query, headers);
      return authenticated.newBuilder().method(request.method(), OnceBody.of(request)).build();
    }

    private Request authenticated(ApiRequest request, List<Pair> query, Map<String, String> headers)
        throws IOException {
      try {
        return api.buildRequest(
            null,
            request.path(),
            request.method(),
            query,
            List.of(),
            null,
            headers,
            new LinkedHashMap<>(),
            new LinkedHashMap<>(),
            AUTHENTICATIONS,
            null);
      } catch (ApiException refused) {
        throw new IOException(refused.getMessage(), refused);
      }
    }
  }
}
