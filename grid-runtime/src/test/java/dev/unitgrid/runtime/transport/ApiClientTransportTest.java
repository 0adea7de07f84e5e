/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.unitgrid.runtime.time.SystemScheduler;
import io.kubernetes.client.openapi.ApiClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ApiClientTransportTest {
  private final ExecutorService serving = Executors.newCachedThreadPool();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicReference<HttpExchange> received = new AtomicReference<>();
  private final SystemScheduler scheduler = SystemScheduler.start("test-scheduler", 1);
  private final ApiClient client = new ApiClient();
  private final ApiClientTransport transport = ApiClientTransport.on(client, scheduler);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(serving);
    server.start();
    client.setBasePath("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    released.countDown();
    transport.close();
    scheduler.close();
    server.stop(0);
    serving.shutdownNow();
  }

  @Test
  void a_request_carries_its_query_its_body_and_the_clients_token() throws Exception {
    client.setApiKeyPrefix("Bearer");
    client.setApiKey("secret");
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    serve(
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          answer(exchange, 201, "{\"ok\":true}");
        });
    ApiRequest apply =
        ApiRequest.patch("/apis/x/y%2Fz", ApiRequest.APPLY_PATCH, bytes("{\"a\":1}"))
            .query("fieldManager", "unit grid+")
            .query("labelSelector", "a=b,!c");

    ApiResponse response = transport.send(apply).get();

    assertThat(response.status()).isEqualTo(201);
    assertThat(response.isSuccess()).isTrue();
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("{\"ok\":true}");
    assertThat(bodies.take()).isEqualTo("{\"a\":1}");
    HttpExchange exchange = received.get();
    assertThat(exchange.getRequestMethod()).isEqualTo("PATCH");
    assertThat(exchange.getRequestURI().getRawPath()).isEqualTo("/apis/x/y%2Fz");
    assertThat(exchange.getRequestURI().getQuery())
        .isEqualTo("fieldManager=unit grid+&labelSelector=a=b,!c");
    assertThat(exchange.getRequestHeaders().getFirst("Content-Type"))
        .isEqualTo(ApiRequest.APPLY_PATCH);
    assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer secret");
  }

  @Test
  void every_status_is_an_answer() throws Exception {
    serve(
        exchange -> {
          exchange.getResponseHeaders().add("Retry-After", "3");
          exchange.getResponseHeaders().add("Retry-After", "4");
          answer(exchange, 429, "{}");
        });

    ApiResponse response = transport.send(ApiRequest.get("/x")).get();

    assertThat(response.status()).isEqualTo(429);
    assertThat(response.header("retry-after")).contains("3");
  }

  @Test
  void a_compressed_answer_is_decompressed() throws Exception {
    byte[] text = "kubernetes ".repeat(50_000).getBytes(StandardCharsets.UTF_8);
    serve(exchange -> answerCompressed(exchange, text));

    assertThat(transport.send(ApiRequest.get("/x")).get().body()).isEqualTo(text);
  }

  @Test
  void a_slow_answer_fails_after_the_requests_own_timeout() {
    serve(exchange -> await(released));
    ApiRequest request = ApiRequest.get("/slow").timeout(Duration.ofMillis(200));

    assertThatThrownBy(() -> transport.send(request).get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(TransportException.class)
        .hasMessage("GET /slow: no answer within 200 ms");
  }

  @Test
  void an_answer_may_take_longer_than_the_clients_read_timeout() throws Exception {
    client.setReadTimeout(50);
    serve(
        exchange -> {
          scheduler.schedule(Duration.ofMillis(300), released::countDown);
          await(released);
          answer(exchange, 200, "{}");
        });

    assertThat(transport.send(ApiRequest.get("/x")).get().status()).isEqualTo(200);
    assertThat(client.getReadTimeout()).isEqualTo(50);
    assertThat(client.getHttpClient().dispatcher().getMaxRequestsPerHost()).isEqualTo(5);
  }

  @Test
  void a_cancelled_request_is_abandoned() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch hungUp = new CountDownLatch(1);
    try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      serving.execute(() -> readToTheEnd(socket, arrived, hungUp));
      client.setBasePath("http://127.0.0.1:" + socket.getLocalPort());
      CompletableFuture<ApiResponse> answer = transport.send(ApiRequest.get("/x"));
      arrived.await();
      answer.cancel(true);

      assertThat(hungUp.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(answer).isCancelled();
    }
  }

  @Test
  void without_a_server_there_is_no_answer() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      client.setBasePath("http://127.0.0.1:" + taken.getLocalPort());
    }

    assertThatThrownBy(() -> transport.send(ApiRequest.get("/x")).join())
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TransportException.class);
  }

  @Test
  void a_post_whose_answer_was_lost_is_not_repeated() throws Exception {
    BlockingQueue<String> connections = new LinkedBlockingQueue<>();
    try (ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      serving.execute(() -> swallow(socket, connections));
      client.setBasePath("http://127.0.0.1:" + socket.getLocalPort());

      assertThatThrownBy(() -> transport.send(ApiRequest.post("/x", bytes("{}"))).join())
          .hasCauseInstanceOf(TransportException.class);
    }
    assertThat(connections).hasSize(1);
  }

  @Test
  void a_watch_delivers_frame_by_frame_while_the_stream_is_open() throws Exception {
    LinkedBlockingQueue<String> more = new LinkedBlockingQueue<>();
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          for (String part = take(more); !part.equals("end"); part = take(more)) {
            out.write(bytes(part));
            out.flush();
          }
          exchange.close();
        });
    more.add("");
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x").query("watch", "true"), heard);
    more.add("{\"a\":");
    more.add("1}\n{\"b\":2}\n\n");
    assertThat(heard.next()).isEqualTo("open");
    assertThat(heard.next()).isEqualTo("{\"a\":1}");
    assertThat(heard.next()).isEqualTo("{\"b\":2}");
    more.add("{\"c\":3}\n");
    assertThat(heard.next()).isEqualTo("{\"c\":3}");
    more.add("end");
    assertThat(heard.next()).isEqualTo("closed");
  }

  @Test
  void a_watch_that_ends_within_a_frame_is_truncated() throws Exception {
    serve(exchange -> answer(exchange, 200, "{\"a\":1}\n{\"half\":"));
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x"), heard);

    assertThat(heard.next()).isEqualTo("open");
    assertThat(heard.next()).isEqualTo("{\"a\":1}");
    assertThat(heard.next()).isEqualTo("truncated");
  }

  @Test
  void a_watch_whose_connection_breaks_within_a_frame_is_truncated() throws Exception {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange.getResponseBody().write(bytes("{\"a\":1}\n{\"half\":"));
          exchange.getResponseBody().flush();
          throw new IOException("the server dies");
        });
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x"), heard);

    assertThat(heard.next()).isEqualTo("open");
    assertThat(heard.next()).isEqualTo("{\"a\":1}");
    assertThat(heard.next()).isEqualTo("truncated");
  }

  @Test
  void a_frame_without_an_end_is_not_read_for_ever() throws Exception {
    byte[] mebibyte = new byte[1 << 20];
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          for (int i = 0; i < 32; i++) {
            exchange.getResponseBody().write(mebibyte);
          }
          exchange.close();
        });
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x"), heard);

    assertThat(heard.next()).isEqualTo("open");
    assertThat(heard.next()).isEqualTo("broken: a frame is longer than 16777216 bytes");
  }

  @Test
  void a_refused_watch_hands_over_the_whole_answer() throws Exception {
    serve(exchange -> answer(exchange, 410, "{\"reason\":\"Expired\"}"));
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x"), heard);

    assertThat(heard.next()).isEqualTo("refused 410 {\"reason\":\"Expired\"}");
  }

  @Test
  void a_watch_asks_to_come_uncompressed() throws Exception {
    serve(exchange -> answer(exchange, 200, "{\"a\":1}\n"));
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x"), heard);

    assertThat(heard.next()).isEqualTo("open");
    assertThat(heard.next()).isEqualTo("{\"a\":1}");
    assertThat(received.get().getRequestHeaders().get("Accept-Encoding"))
        .containsExactly("identity");
  }

  @Test
  void a_watch_that_does_not_open_in_time_ends() throws Exception {
    serve(exchange -> await(released));
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x").timeout(Duration.ofMillis(200)), heard);

    assertThat(heard.next()).isEqualTo("broken: GET /x: no answer within 200 ms");
  }

  @Test
  void many_watches_do_not_keep_a_request_waiting() throws Exception {
    server.createContext(
        "/watch",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().flush();
          await(released);
        });
    serve(exchange -> answer(exchange, 200, "{}"));
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      Heard heard = new Heard();
      all.add(heard);
      transport.watch(ApiRequest.get("/watch"), heard);
    }

    assertThat(transport.send(ApiRequest.get("/x")).get().status()).isEqualTo(200);
    for (Heard heard : all) {
      assertThat(heard.next()).isEqualTo("open");
    }
  }

  @Test
  void a_closed_watch_says_nothing_more() throws Exception {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(bytes("{\"a\":1}\n"));
          exchange.getResponseBody().flush();
          await(released);
        });
    Heard heard = new Heard();
    Watch watch = transport.watch(ApiRequest.get("/x"), heard);
    assertThat(heard.next()).isEqualTo("open");
    assertThat(heard.next()).isEqualTo("{\"a\":1}");
    watch.close();
    watch.close();
    transport.close();

    assertThat(heard.calls).isEmpty();
  }

  @Test
  void close_leaves_no_thread_and_ends_what_was_open() throws Exception {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().flush();
          await(released);
        });
    Heard heard = new Heard();
    transport.watch(ApiRequest.get("/x"), heard);
    CompletableFuture<ApiResponse> answer = transport.send(ApiRequest.get("/y"));
    assertThat(heard.next()).isEqualTo("open");
    transport.close();
    scheduler.close();

    assertThat(heard.next()).startsWith("broken");
    assertThat(answer).isCompletedExceptionally();
    assertThat(ownThreads()).isEmpty();
    assertThatThrownBy(() -> transport.send(ApiRequest.get("/x")).join())
        .hasCauseInstanceOf(TransportException.class);
  }

  private static List<Thread> ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .filter(
            thread ->
                thread.getClass().getName().startsWith("dev.unitgrid")
                    || thread.getName().startsWith("test-scheduler"))
        .toList();
  }

  private void serve(HttpHandler handler) {
    server.createContext(
        "/",
        exchange -> {
          received.set(exchange);
          handler.handle(exchange);
        });
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    exchange.sendResponseHeaders(status, body.length());
    exchange.getResponseBody().write(bytes(body));
    exchange.close();
  }

  private static void answerCompressed(HttpExchange exchange, byte[] body) throws IOException {
    assertThat(exchange.getRequestHeaders().getFirst("Accept-Encoding")).isEqualTo("gzip");
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(body);
    }
    exchange.getResponseHeaders().add("Content-Encoding", "gzip");
    exchange.sendResponseHeaders(200, zipped.size());
    exchange.getResponseBody().write(zipped.toByteArray());
    exchange.close();
  }

  /** Reads a request whole and hangs up, as often as somebody comes. */
  private static void swallow(ServerSocket socket, BlockingQueue<String> connections) {
    try {
      while (!socket.isClosed()) {
        try (Socket connection = socket.accept()) {
          connections.add("connection");
          byte[] some = new byte[4096];
          String request = "";
          while (!request.endsWith("{}")) {
            request +=
                new String(some, 0, connection.getInputStream().read(some), StandardCharsets.UTF_8);
          }
        }
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  /** Answers nothing, and notices when the client goes. */
  private static void readToTheEnd(
      ServerSocket socket, CountDownLatch arrived, CountDownLatch hungUp) {
    try (Socket connection = socket.accept()) {
      while (connection.getInputStream().read() >= 0) {
        arrived.countDown();
      }
    } catch (IOException reset) {
      // also a way to go
    }
    hungUp.countDown();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static <E> E take(BlockingQueue<E> queue) {
    try {
      return queue.take();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Heard implements WatchListener {
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      return calls.poll(20, TimeUnit.SECONDS);
    }

    @Override
    public void onOpen() {
      calls.add("open");
    }

    @Override
    public void onFrame(byte[] frame) {
      calls.add(new String(frame, StandardCharsets.UTF_8));
    }

    @Override
    public void onRefused(ApiResponse response) {
      calls.add(
          "refused "
              + response.status()
              + " "
              + new String(response.body(), StandardCharsets.UTF_8));
    }

    @Override
    public void onClosed(@Nullable TransportException cause) {
      calls.add(
          cause == null
              ? "closed"
              : cause.isTruncated() ? "truncated" : "broken: " + cause.getMessage());
    }
  }
}
