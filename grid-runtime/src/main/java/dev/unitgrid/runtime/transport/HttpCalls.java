/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import dev.unitgrid.runtime.time.Scheduler;
import java.io.IOException;
import java.time.Duration;
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
 * Requests and watches over OkHttp, whoever the server is and whatever the credentials are: with
 * connections and threads of its own, which are daemons and gone after {@link #close()}, and
 * without a read timeout. Thread-safe.
 */
final class HttpCalls implements ApiTransport, AutoCloseable {
  /** The longest answer that is read: a page of 500 large objects has room. */
  static final long LONGEST_ANSWER = 256L << 20;

  /** The longest frame of a watch that is read: ten times what etcd stores unless it is told. */
  static final long LONGEST_FRAME = 16L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);
  private static final Duration PING = Duration.ofSeconds(30);
  private static final Duration JOIN = Duration.ofSeconds(10);

  private final Server server;
  private final Scheduler scheduler;
  private final ConnectionPool connections = new ConnectionPool();
  private final ExecutorService threads = threads();
  private final Dispatcher dispatcher = dispatcher(threads);
  private final AtomicReference<@Nullable Derived> derived = new AtomicReference<>();

  /** To whom requests go. Thread-safe. */
  interface Server {
    /** Its settings are taken; it may be another one each time, e.g. for other certificates. */
    OkHttpClient client();

    /**
     * The request with its address and credentials.
     *
     * @throws IOException if there are no credentials to be had, or the address is none
     */
    Request request(ApiRequest request) throws IOException;
  }

  HttpCalls(Server server, Scheduler scheduler) {
    this.server = server;
    this.scheduler = scheduler;
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    CompletableFuture<ApiResponse> answer = new CompletableFuture<>();
    Call call;
    try {
      call = http().newCall(server.request(request));
    } catch (IOException | RuntimeException unsendable) {
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
      watch.open(http().newCall(uncompressed(server.request(request))), scheduler);
    } catch (IOException | RuntimeException unsendable) {
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

  private OkHttpClient http() {
    OkHttpClient source = server.client();
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
