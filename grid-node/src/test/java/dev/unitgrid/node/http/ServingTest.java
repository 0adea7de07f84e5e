/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.node.Rule;
import dev.unitgrid.node.serve.ServedChange;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.node.serve.ServedObjects;
import dev.unitgrid.node.serve.ServedResource;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire. */
class ServingTest {
  private static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";

  private final ServedSite site = new ServedSite();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeEach
  void begin() {
    site.begin(
        ServedResource.ENDPOINT_SLICES, 110, ServedObjects.slice("a", 101, Map.of("t", "1")));
    site.begin(
        ServedResource.SERVICES, 110, ServedObjects.service("web", 101, Map.of(), "10.96.0.7"));
  }

  @AfterEach
  void close() {
    site.close();
  }

  private HttpResponse<byte[]> send(String method, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(site.uri(path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody());
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException failed) {
      throw new AssertionError(method + " " + path, failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  private Json get(String path, String... headers) {
    return Json.parse(send("GET", path, headers).body());
  }

  private BufferedReader watch(String path) {
    HttpRequest request = HttpRequest.newBuilder(site.uri(path)).build();
    InputStream frames =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream()).join().body();
    return new BufferedReader(new InputStreamReader(frames, StandardCharsets.UTF_8));
  }

  private static Json frame(BufferedReader frames) {
    try {
      return Json.parse(
          CompletableFuture.supplyAsync(
                  () -> {
                    try {
                      return frames.readLine();
                    } catch (IOException broken) {
                      throw new AssertionError(broken);
                    }
                  })
              .get(20, TimeUnit.SECONDS));
    } catch (Exception late) {
      throw new AssertionError("no frame", late);
    }
  }

  @Test
  void a_client_that_would_rather_have_a_websocket_is_sent_back_at_once() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", site.uri("/").getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET "
                      + SLICES
                      + "?watch=true HTTP/1.1\r\nHost: node\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(20_000);

      byte[] status = socket.getInputStream().readNBytes("HTTP/1.1 503".length());

      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 503");
    }
  }

  @Test
  void a_list_says_its_kind_and_version_and_its_items_do_not() {
    Json list = get(SLICES);
    assertThat(list.get("kind")).isEqualTo(Json.of("EndpointSliceList"));
    assertThat(list.get("metadata").toString()).isEqualTo("{\"resourceVersion\":\"110\"}");
    Json item = list.get("items").items().get(0);
    assertThat(item.has("kind")).isFalse();
    assertThat(item.get("metadata", "name")).isEqualTo(Json.of("a"));
    assertThat(
            get("/apis/discovery.k8s.io/v1/namespaces/other/endpointslices").get("items").items())
        .isEmpty();
  }

  @Test
  void one_object_is_answered_and_one_that_is_not_there_is_404() {
    Json one = get("/api/v1/namespaces/default/services/web");
    assertThat(one.get("kind")).isEqualTo(Json.of("Service"));
    HttpResponse<byte[]> none = send("GET", "/api/v1/namespaces/default/services/nope");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(Json.parse(none.body()).get("message"))
        .isEqualTo(Json.of("services \"nope\" not found"));
  }

  @Test
  void a_watch_sends_each_change_at_once() {
    BufferedReader frames = watch(SLICES + "?watch=1&resourceVersion=110");
    for (long version = 111; version < 120; version++) {
      site.apply(
          ServedResource.ENDPOINT_SLICES,
          List.of(new ServedChange.Put(ServedObjects.slice("b", version, Map.of()))));
      assertThat(frame(frames).get("object", "metadata", "resourceVersion"))
          .isEqualTo(Json.of(Long.toString(version)));
    }
  }

  @Test
  void the_old_path_of_watches_works() {
    assertThat(frame(watch("/api/v1/watch/namespaces/default/services/web")).get("type"))
        .isEqualTo(Json.of("ADDED"));
  }

  @Test
  void an_object_larger_than_every_buffer_comes_whole() {
    Map<String, String> labels = new java.util.TreeMap<>();
    for (int i = 0; i < 5000; i++) {
      labels.put("label-" + i, "value-" + i);
    }
    ServedObject large = ServedObjects.slice("large", 111, labels);
    BufferedReader frames = watch(SLICES + "?watch=1&resourceVersion=110");
    site.apply(ServedResource.ENDPOINT_SLICES, List.of(new ServedChange.Put(large)));
    assertThat(frame(frames).get("object")).isEqualTo(Json.parse(large.json()));
    assertThat(get("/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/large"))
        .isEqualTo(Json.parse(large.json()));
  }

  private void many() {
    List<ServedChange> many = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      many.add(new ServedChange.Put(ServedObjects.slice("s" + i, 111 + i, Map.of())));
    }
    site.apply(ServedResource.ENDPOINT_SLICES, many);
  }

  @Test
  void long_lists_are_compressed_for_whoever_asks() throws IOException {
    many();
    HttpResponse<byte[]> plain = send("GET", SLICES);
    assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
    HttpResponse<byte[]> zipped = send("GET", SLICES, "Accept-Encoding", "gzip");
    assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(zipped.body().length).isLessThan(plain.body().length / 5);
    byte[] unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body())).readAllBytes();
    assertThat(unzipped).isEqualTo(plain.body());
    assertThat(
            send("GET", "/api/v1/services", "Accept-Encoding", "gzip")
                .headers()
                .firstValue("content-encoding"))
        .isEmpty();
  }

  @Test
  void a_list_without_its_filter_is_never_passed_on() {
    for (String path :
        List.of(
            "/api/v1/%65ndpoints",
            "/api/v1//endpoints",
            "/api/v1/namespaces/default/./endpoints",
            "/api/v1/x/../endpoints",
            "/apis/discovery.k8s.io/v1beta1/endpointslices",
            "/apis/discovery.k8s.io/v1/endpoint%73lices",
            "/api/v1/endpoints;a=b",
            "/api/v1/namespaces/a/services/x/proxy/../../../endpoints")) {
      assertThat(raw("GET " + path + " HTTP/1.1")).as(path).doesNotContain(" 418 ");
    }
  }

  private String raw(String requestLine) {
    try (Socket socket = new Socket("127.0.0.1", site.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              (requestLine + "\r\nHost: a\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  @Test
  void what_is_not_served_here_is_passed_on() {
    for (String path :
        List.of(
            "/",
            "/api",
            "/api/v1/pods",
            "/api/v1/nodes",
            "/api/v1/nodes/gz-1",
            "/api/v1/namespaces/services",
            "/readyz",
            "/version",
            "/api/v1/namespaces/a/services/web/proxy/endpoints",
            "/api/v1/nodes?fieldSelector=metadata.name=gz-1")) {
      assertThat(send("GET", path).statusCode()).as(path).isEqualTo(ServedSite.PASSED_ON);
    }
    assertThat(send("POST", SLICES).statusCode()).isEqualTo(ServedSite.PASSED_ON);
    assertThat(send("PUT", "/api/v1/namespaces/default/services/web").statusCode())
        .isEqualTo(ServedSite.PASSED_ON);
  }

  @Test
  @Rule(30)
  void a_filtered_object_is_not_written_back() {
    for (String method : List.of("PUT", "PATCH", "DELETE")) {
      HttpResponse<byte[]> refused =
          send(method, "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/a");
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(Json.parse(refused.body()).get("message").asString(""))
          .startsWith("endpointslices.discovery.k8s.io \"a\" is forbidden: ");
    }
    assertThat(send("DELETE", SLICES + "?dryRun=All").statusCode()).isEqualTo(403);
    assertThat(send("OPTIONS", SLICES).statusCode()).isEqualTo(405);
    assertThat(send("HEAD", SLICES).statusCode()).isEqualTo(405);
  }

  @Test
  @Rule(31)
  void whoever_prefers_protobuf_and_takes_json_gets_that() {
    assertThat(
            send("GET", SLICES, "Accept", "application/vnd.kubernetes.protobuf,application/json")
                .headers()
                .firstValue("content-type"))
        .contains("application/json");
    HttpResponse<byte[]> refused =
        send("GET", SLICES, "Accept", "application/vnd.kubernetes.protobuf");
    assertThat(refused.statusCode()).isEqualTo(406);
    assertThat(Json.parse(refused.body()).get("reason")).isEqualTo(Json.of("NotAcceptable"));
  }

  @Test
  void metadata_and_tables_are_answered_if_asked_for() {
    Json metadata =
        get(
            SLICES,
            "Accept",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json");
    assertThat(metadata.get("kind")).isEqualTo(Json.of("PartialObjectMetadataList"));
    assertThat(metadata.get("items").items().get(0).has("endpoints")).isFalse();
    Json table =
        get(
            "/api/v1/services",
            "Accept",
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
    assertThat(table.get("kind")).isEqualTo(Json.of("Table"));
    assertThat(table.get("rows").items().get(0).get("cells").items().get(0))
        .isEqualTo(Json.of("web"));
  }

  @Test
  @Rule(30)
  void a_list_from_the_future_is_504() {
    HttpResponse<byte[]> refused = send("GET", SLICES + "?resourceVersion=111");
    assertThat(refused.statusCode()).isEqualTo(504);
    assertThat(refused.headers().firstValue("retry-after")).contains("1");
    assertThat(Json.parse(refused.body()).get("details").toString())
        .isEqualTo(
            "{\"causes\":[{\"reason\":\"ResourceVersionTooLarge\",\"message\":\"Too large resource"
                + " version\"}],\"retryAfterSeconds\":1}");
  }

  @Test
  void what_is_not_ready_is_429() {
    assertThat(send("GET", "/api/v1/endpoints").statusCode()).isEqualTo(429);
  }

  @Test
  void a_watch_whose_client_went_away_is_forgotten() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", site.port())) {
      socket
          .getOutputStream()
          .write(
              ("GET " + SLICES + "?watch=1&resourceVersion=110 HTTP/1.1\r\nHost: a\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      assertThat(open()).isEqualTo(1);
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (open() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(open()).isZero();
  }

  @Test
  @Rule(30)
  void nonsense_is_answered_or_dropped_and_the_server_lives_on() {
    Random random = new Random(7);
    String[] pieces = {
      "GET ",
      SLICES,
      "?",
      "watch=1",
      "&",
      "labelSelector=",
      "%",
      "%zz",
      "a in (",
      "\r\n",
      " HTTP/1.1",
      "Host: x\r\n",
      "Accept: ;;=,q=",
      ":",
      "\0",
      "\u00e9",
      "fieldSelector=metadata.name",
      "&limit=1",
      "continue=",
      "Transfer-Encoding: chunked\r\n",
      "Content-Length: -1\r\n",
      "/../",
      "\r\n\r\n"
    };
    for (int i = 0; i < 300; i++) {
      StringBuilder request = new StringBuilder("GET ");
      for (int n = random.nextInt(12); n >= 0; n--) {
        request.append(pieces[random.nextInt(pieces.length)]);
      }
      shout(request + "\r\n\r\n");
    }
    assertThat(send("GET", SLICES).statusCode()).isEqualTo(200);
  }

  private void shout(String request) {
    try (Socket socket = new Socket("127.0.0.1", site.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    } catch (IOException dropped) {
      assertThat(request).isNotEmpty(); // the server may close before it has all of it
    }
  }

  @Test
  void a_head_that_is_too_large_is_refused() {
    assertThat(raw("GET /api/v1/services?labelSelector=" + "a".repeat(40_000) + " HTTP/1.1"))
        .doesNotContain("200 OK");
  }

  private int open() {
    return site.in(ServedResource.ENDPOINT_SLICES, kind -> kind.openWatches());
  }
}
