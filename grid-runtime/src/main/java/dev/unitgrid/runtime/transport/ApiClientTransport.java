/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import dev.unitgrid.runtime.time.Scheduler;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.Pair;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
  /** The longest answer that is read: a page of 500 large objects has room. */
  static final long LONGEST_ANSWER = 256L << 20;

  /** The longest frame of a watch that is read: ten times what etcd stores unless it is told. */
  static final long LONGEST_FRAME = 16L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(ApiClientTransport.class);
  private static final String[] AUTHENTICATIONS = {"BearerToken"};
  private static final Duration PING = Duration.ofSeconds(30);
  private static final Duration JOIN = Duration.ofSeconds(10);

  private final ApiClient client;
  private final Scheduler scheduler;
  private final ConnectionPool connections = new ConnectionPool();
  private final ExecutorService threads = threads();
  private final Dispatcher dispatcher = dispatcher(threads);
  private final AtomicReference<@Nullable Derived> derived = new AtomicReference<>();

  private ApiClientTransport(ApiClient client, Scheduler scheduler) {
    this.client = client;
    this.scheduler = scheduler;
  }

  /** A transport on {@code client}; {@code scheduler} wakes it when a watch does not open. */
  public static ApiClientTransport on(ApiClient client, Scheduler scheduler) {
    return new ApiClientTransport(client, scheduler);
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
    Call call;
    try {
      call = http().newCall(httpRequest(request));
    } catch (ApiException | RuntimeException unsendable) {
      answer.completeExceptionally(unsendable(request, unsendable));
      return answer;
    }
    call.timeout().timeout(request.timeout().toNanos(), TimeUnit.NANOSECONDS);
    var unused = answer.whenComplete((response, failure) -> cancelIfCancelled(answer, call));
    call.enqueue(new WholeAnswer(request, answer, LONGEST_ANSWER));
    return answer;
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    HttpWatch watch = new HttpWatch(request, listener);
    try {
      watch.open(http().newCall(uncompressed(httpRequest(request))), scheduler);
    } catch (ApiException | RuntimeException unsendable) {
      scheduler.execute(() -> watch.end(unsendable(request, unsendable)));
    }
    return watch;
  }

  /**
   * Abandons every request and watch, and waits up to ten seconds for the threads, unless it is
   * called on one of them. Requests after it fail.
   */
  @Override
  public void close() {
    dispatcher.cancelAll();
    threads.shutdown();
    connections.evictAll();
    if (Thread.currentThread() instanceof OwnThread) {
      return;
    }
    try {
      if (!threads.awaitTermination(JOIN.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("A listener still holds a thread of the closed transport");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The client's OkHttp client may be replaced while it is in use, e.g. for other certificates. */
  private OkHttpClient http() {
    OkHttpClient source = client.getHttpClient();
    Derived known = derived.get();
    if (known != null && known.source == source) {
      return known.http;
    }
    OkHttpClient http =
        source
            .newBuilder()
            .dispatcher(dispatcher)
            .connectionPool(connections)
            .pingInterval(pingInterval(source))
            .readTimeout(Duration.ZERO)
            .callTimeout(Duration.ZERO)
            .build();
    derived.set(new Derived(source, http));
    return http;
  }

  /**
   * All watches share one HTTP/2 connection. When it is half-open, a watch that is opened again
   * would be put on it again, had no ping found out.
   */
  private static Duration pingInterval(OkHttpClient source) {
    return source.pingIntervalMillis() > 0 ? Duration.ofMillis(source.pingIntervalMillis()) : PING;
  }

  private Request httpRequest(ApiRequest request) throws ApiException {
    List<Pair> query =
        request.query().entrySet().stream()
            .map(parameter -> new Pair(parameter.getKey(), parameter.getValue()))
            .toList();
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Accept", request.accept());
    Request authenticated =
        client.buildRequest(
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
    return authenticated.newBuilder().method(request.method(), OnceBody.of(request)).build();
  }

  /**
   * From Kubernetes 1.37 on, a watch that begins with the objects is compressed as many gzip
   * members one after the other, of which OkHttp reads the first and then fails.
   */
  private static Request uncompressed(Request request) {
    return request.newBuilder().header("Accept-Encoding", "identity").build();
  }

  private static TransportException unsendable(ApiRequest request, Exception cause) {
    return new TransportException(request + " cannot be sent: " + cause.getMessage(), cause);
  }

  private static void cancelIfCancelled(CompletableFuture<?> answer, Call call) {
    if (answer.isCancelled()) {
      call.cancel();
    }
  }

  /** With OkHttp's own limit of 5 calls a host, 5 watches would block everything else. */
  private static Dispatcher dispatcher(ExecutorService threads) {
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    return dispatcher;
  }

  private static ExecutorService threads() {
    AtomicInteger count = new AtomicInteger();
    return new ThreadPoolExecutor(
        0,
        Integer.MAX_VALUE,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        work -> new OwnThread(work, "unitgrid-transport-" + count.incrementAndGet()));
  }

  private record Derived(OkHttpClient source, OkHttpClient http) {}

  private static final class OwnThread extends Thread {
    OwnThread(Runnable work, String name) {
      super(work, name);
      setDaemon(true);
    }
  }
}
