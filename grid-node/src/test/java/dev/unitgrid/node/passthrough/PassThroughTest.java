/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.metrics.Metrics;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PassThroughTest {
  private static final String END = "Host: proxy\r\n\r\n";

  private RawUpstream upstream;
  private Front front;

  @BeforeEach
  void start() throws Exception {
    upstream = new RawUpstream();
    front = new Front(Upstream.plain(upstream.uri()));
  }

  @AfterEach
  void stop() throws Exception {
    front.close();
    upstream.close();
  }

  @Test
  void path_and_query_go_byte_for_byte() throws Exception {
    for (String target :
        new String[] {
          "/api/v1/namespaces/a%2Fb/../c//d;x=1/%2e%2E?watch=1&fieldSelector=a%3Db,c&x=%20+",
          "//evil.example/api",
          "/a://evil.example/b",
          "/?q=http://evil.example/?a",
          "/x;jsessionid=1?a;b",
          "/%00%ff",
          "/api/v1/namespaces/ns/services/https:name:443/proxy/a%20b/"
        }) {
      try (Front.Client client = front.client()) {
        client.send("GET " + target + " HTTP/1.1\r\n" + END);
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK");
        assertThat(upstream.head()).startsWith("GET " + target + " HTTP/1.1\r\n");
      }
    }
  }

  @Test
  void the_servers_own_path_comes_first() throws Exception {
    URI rancher = URI.create(upstream.uri() + "/k8s/clusters/c-1/");
    try (Front prefixed = new Front(Upstream.plain(rancher));
        Front.Client client = prefixed.client()) {
      client.send("GET /../version HTTP/1.1\r\n" + END);
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(upstream.head()).startsWith("GET /k8s/clusters/c-1/../version HTTP/1.1\r\n");
    }
  }

  @Test
  void the_clients_credentials_go_with_its_request_and_none_are_added() throws Exception {
    try (Front.Client client = front.client()) {
      client.send(
          "GET /api HTTP/1.1\r\nAuthorization: Bearer mine\r\nImpersonate-User: jane\r\n" + END);
      client.head();
      assertThat(client.read(2)).isEqualTo("ok");
      assertThat(upstream.head())
          .contains("\r\nAuthorization: Bearer mine\r\n", "\r\nImpersonate-User: jane\r\n")
          .contains("\r\nHost: " + upstream.authority() + "\r\n")
          .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n")
          .doesNotContain("proxy");
      client.send("GET /api HTTP/1.1\r\n" + END);
      client.head();
      assertThat(upstream.head().split("\r\n"))
          .containsExactlyInAnyOrder(
              "GET /api HTTP/1.1", "Host: " + upstream.authority(), "X-Forwarded-For: 127.0.0.1");
    }
  }

  @Test
  void headers_of_one_connection_stay_on_it() throws Exception {
    upstream.answers(
        "HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\n"
            + "X-End: 1\r\nContent-Length: 2\r\n\r\nok");
    try (Front.Client client = front.client()) {
      client.send(
          "GET /api HTTP/1.1\r\nConnection: X-Mine, keep-alive\r\nX-Mine: 1\r\nTE: trailers\r\n"
              + "Proxy-Authorization: x\r\nKeep-Alive: 1\r\nX-Theirs: 1\r\n"
              + END);
      assertThat(client.head())
          .contains("X-End: 1")
          .doesNotContain("X-Hop")
          .doesNotContain("timeout=5");
      assertThat(upstream.head())
          .contains("X-Theirs: 1")
          .doesNotContain("X-Mine")
          .doesNotContain("TE:")
          .doesNotContain("Proxy-")
          .doesNotContain("Keep-Alive");
    }
  }

  @Test
  void no_other_host_can_be_named() throws Exception {
    for (String line :
        new String[] {
          "GET http://evil.example/api HTTP/1.1",
          "CONNECT evil.example:443 HTTP/1.1",
          "OPTIONS * HTTP/1.1",
        }) {
      try (Front.Client client = front.client()) {
        client.send(line + "\r\n" + END);
        assertThat(client.head()).matches("(?s)HTTP/1.1 (400|405) .*");
      }
    }
    assertThat(upstream.sawNothing()).isTrue();
  }

  @Test
  void a_request_with_two_lengths_reaches_the_server_with_one() throws Exception {
    upstream.answers(
        (head, in, out) -> {
          in.readNBytes("2\r\nhi\r\n0\r\n\r\n".length());
          out.write(RawUpstream.OK.getBytes(ISO_8859_1));
        });
    try (Front.Client client = front.client()) {
      client.send(
          "POST /api HTTP/1.1\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n"
              + END
              + "2\r\nhi\r\n0\r\n\r\n");
      String head = client.head();
      if (head.startsWith("HTTP/1.1 200")) {
        assertThat(upstream.head()).doesNotContain("Content-Length").contains("chunked");
      } else {
        assertThat(head).startsWith("HTTP/1.1 400");
      }
    }
  }

  @Test
  void the_head_of_a_stream_and_each_part_arrive_before_the_next_is_there() throws Exception {
    CountDownLatch headSeen = new CountDownLatch(1);
    CountDownLatch partSeen = new CountDownLatch(1);
    upstream.answers(
        (head, in, out) -> {
          out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
          await(headSeen);
          out.write("5\r\nfirst\r\n".getBytes(ISO_8859_1));
          await(partSeen);
          out.write("6\r\nsecond\r\n0\r\n\r\n".getBytes(ISO_8859_1));
        });
    try (Front.Client client = front.client()) {
      client.send("GET /api/v1/pods?watch=1 HTTP/1.1\r\n" + END);
      assertThat(client.head()).contains("200 OK").containsIgnoringCase("chunked");
      headSeen.countDown();
      assertThat(client.until("first")).endsWith("5\r\nfirst");
      partSeen.countDown();
      assertThat(client.until("\r\n\r\n")).endsWith("6\r\nsecond\r\n0\r\n\r\n");
      // And the connection goes on.
      upstream.answers(RawUpstream.OK);
      client.send("GET /next HTTP/1.1\r\n" + END);
      client.head();
      assertThat(client.read(2)).isEqualTo("ok");
    }
    assertThat(upstream.connections()).isEqualTo(1);
  }

  @Test
  void the_next_request_may_come_while_a_stream_lasts() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    upstream.answers(
        (head, in, out) -> {
          if (head.startsWith("GET /first")) {
            out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
            await(sent);
            out.write("0\r\n\r\n".getBytes(ISO_8859_1));
          } else {
            out.write(RawUpstream.OK.getBytes(ISO_8859_1));
          }
        });
    try (Front.Client client = front.client()) {
      client.send("GET /first HTTP/1.1\r\n" + END);
      client.head();
      client.send("GET /second HTTP/1.1\r\n" + END);
      sent.countDown();
      assertThat(client.read(5)).isEqualTo("0\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 200");
      assertThat(client.read(2)).isEqualTo("ok");
    }
  }

  @Test
  void a_stream_that_breaks_does_not_look_whole() throws Exception {
    upstream.answers(
        (head, in, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n"
                  .getBytes(ISO_8859_1));
          out.flush();
          throw new IOException("gone");
        });
    try (Front.Client client = front.client()) {
      client.send("GET /api/v1/pods?watch=1 HTTP/1.1\r\n" + END);
      client.head();
      assertThat(untilItBreaks(client)).doesNotContain("\r\n0\r\n");
    }
  }

  @Test
  void a_client_that_leaves_a_quiet_stream_ends_it_at_the_server() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    upstream.answers(
        (head, in, out) -> {
          out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
          out.flush();
          if (in.read() < 0) {
            throw new IOException("the client left");
          }
          await(never);
        });
    try (Front.Client client = front.client()) {
      client.send("GET /api/v1/pods?watch=1 HTTP/1.1\r\n" + END);
      client.head();
    }
    assertThat(upstream.sawAnEnd()).isTrue();
  }

  @Test
  void an_upgraded_connection_carries_bytes_both_ways_until_one_side_ends() throws Exception {
    upstream.answers(
        (head, in, out) -> {
          // The first bytes of the other protocol come in one packet with the head.
          out.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nhi"
                  .getBytes(ISO_8859_1));
          out.flush();
          int next;
          while ((next = in.read()) != '.') {
            out.write(next);
            out.flush();
          }
          throw new IOException("enough");
        });
    try (Front.Client client = front.client()) {
      client.send(
          "POST /api/v1/namespaces/default/pods/p/exec?command=ls HTTP/1.1\r\nContent-Length: 0\r\n"
              + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4\r\n"
              + END
              + "early");
      assertThat(client.head())
          .startsWith("HTTP/1.1 101 ")
          .containsIgnoringCase("\r\nconnection: upgrade\r\n")
          .contains("\r\nUpgrade: SPDY/3.1\r\n");
      assertThat(client.read(7)).isEqualTo("hiearly");
      String much = "0123456789".repeat(20_000);
      client.send(much);
      assertThat(client.read(much.length())).isEqualTo(much);
      client.send(".");
      assertThat(client.rest()).isEmpty();
    }
    assertThat(upstream.head())
        .contains("\r\nConnection: Upgrade\r\n", "\r\nUpgrade: SPDY/3.1\r\n", "X-Stream-Protocol");
  }

  @Test
  void a_client_that_leaves_a_tunnel_ends_it_at_the_server() throws Exception {
    upstream.answers(
        (head, in, out) -> {
          out.write(
              "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                  .getBytes(ISO_8859_1));
          out.flush();
          if (in.read() < 0) {
            throw new IOException("the client left");
          }
        });
    try (Front.Client client = front.client()) {
      client.send("GET /x HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + END);
      assertThat(client.head()).startsWith("HTTP/1.1 101 ");
    }
    assertThat(upstream.sawAnEnd()).isTrue();
  }

  @Test
  void an_upgrade_that_the_server_refuses_is_refused_in_its_words() throws Exception {
    upstream.answers("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    try (Front.Client client = front.client()) {
      client.send("GET /x HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + END);
      assertThat(client.head()).startsWith("HTTP/1.1 403 ");
      assertThat(client.read(2)).isEqualTo("no");
      upstream.answers(RawUpstream.OK);
      client.send("GET /next HTTP/1.1\r\n" + END);
      assertThat(client.head()).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void a_switch_of_protocols_that_nobody_asked_for_is_not_passed_on() throws Exception {
    upstream.answers(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: odd\r\n\r\nGET /");
    try (Front.Client client = front.client()) {
      client.send("GET /x HTTP/1.1\r\n" + END);
      assertThat(untilItBreaks(client)).doesNotContain("101");
    }
  }

  @Test
  void bodies_and_trailers_go_through_in_both_directions() throws Exception {
    byte[] body = new byte[5_000_000];
    new Random(7).nextBytes(body);
    upstream.answers(
        (head, in, out) -> {
          int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
          byte[] read = in.readNBytes(length);
          out.write(
              ("HTTP/1.1 201 Created\r\nContent-Length: " + read.length + "\r\n\r\n")
                  .getBytes(ISO_8859_1));
          out.write(read);
        });
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(front.url() + "/big"))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo(body);

    String chunks = "3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n";
    upstream.answers(
        (head, in, out) -> {
          byte[] read = RawUpstream.head(in).getBytes(ISO_8859_1);
          out.write(
              "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                  .getBytes(ISO_8859_1));
          out.write(read);
        });
    try (Front.Client client = front.client()) {
      client.send("POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + END + chunks);
      assertThat(client.head()).contains("Trailer: X-Sum");
      assertThat(client.until("\r\n\r\n")).endsWith(chunks);
    }
  }

  @Test
  void a_client_that_waits_before_its_body_is_told_to_go_on() throws Exception {
    upstream.answers(
        (head, in, out) -> {
          in.readNBytes(2);
          out.write(RawUpstream.OK.getBytes(ISO_8859_1));
        });
    try (Front.Client client = front.client()) {
      client.send("POST /x HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n" + END);
      assertThat(client.head()).startsWith("HTTP/1.1 100 ");
      client.send("hi");
      assertThat(client.head()).startsWith("HTTP/1.1 200 ");
      assertThat(upstream.head()).doesNotContain("Expect");
    }
  }

  @Test
  void answers_without_a_body_keep_their_heads() throws Exception {
    upstream.answers(
        (head, in, out) ->
            out.write(
                (head.startsWith("HEAD")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n"
                        : "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n")
                    .getBytes(ISO_8859_1)));
    try (Front.Client client = front.client()) {
      client.send("HEAD /x HTTP/1.1\r\n" + END);
      assertThat(client.head()).startsWith("HTTP/1.1 200 ").contains("Content-Length: 77");
      client.send("GET /x HTTP/1.1\r\n" + END);
      assertThat(client.head()).startsWith("HTTP/1.1 304 ").contains("ETag: x");
    }
  }

  @Test
  void while_the_server_is_gone_the_answer_is_its_own_503_at_once() throws Exception {
    URI nobody;
    try (ServerSocket free = new ServerSocket(0)) {
      nobody = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    try (Front alone = new Front(Upstream.plain(nobody))) {
      expectUnavailable(alone, "Connection refused");
    }
    try (Front alone = new Front(Upstream.plain(URI.create("http://no-such-host.invalid:1")))) {
      expectUnavailable(alone, "its name has no address");
    }
  }

  @Test
  void a_server_that_takes_requests_and_never_answers_is_gone_too() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    upstream.answers((head, in, out) -> await(never));
    PassLimits short1 =
        new PassLimits(Duration.ofSeconds(5), Duration.ofMillis(200), Duration.ofSeconds(30));
    try (Front impatient = new Front(Upstream.plain(upstream.uri()), short1, Metrics.NOOP)) {
      expectUnavailable(impatient, "no answer in");
    }
    never.countDown();
  }

  @Test
  void a_kept_connection_that_died_is_replaced_without_the_client_noticing() throws Exception {
    try (Front.Client client = front.client()) {
      for (int i = 0; i < 20; i++) {
        client.send("GET /" + i + " HTTP/1.1\r\n" + END);
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        assertThat(client.read(2)).isEqualTo("ok");
        upstream.cutConnections();
      }
    }
  }

  @Test
  void a_connection_that_was_idle_for_long_is_not_used_again() throws Exception {
    PassLimits forgetful =
        new PassLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ZERO);
    try (Front impatient = new Front(Upstream.plain(upstream.uri()), forgetful, Metrics.NOOP);
        Front.Client client = impatient.client()) {
      for (int i = 0; i < 3; i++) {
        client.send("GET / HTTP/1.1\r\n" + END);
        client.head();
        client.read(2);
      }
    }
    assertThat(upstream.connections()).isEqualTo(3);
  }

  private static String untilItBreaks(Front.Client client) {
    StringBuilder seen = new StringBuilder();
    try {
      for (String next = client.read(1); !next.isEmpty(); next = client.read(1)) {
        seen.append(next);
      }
    } catch (IOException reset) {
      return seen.toString();
    }
    return seen.toString();
  }

  private static void expectUnavailable(Front front, String cause) throws Exception {
    try (Front.Client client = front.client()) {
      client.send("GET /api/v1/nodes HTTP/1.1\r\nConnection: close\r\n" + END);
      assertThat(client.head())
          .startsWith("HTTP/1.1 503 ")
          .contains("Retry-After: 1\r\n", "Content-Type: application/json\r\n");
      Json status = Json.parse(client.rest());
      assertThat(status.get("kind").asString("")).isEqualTo("Status");
      assertThat(status.get("reason").asString("")).isEqualTo("ServiceUnavailable");
      assertThat(status.get("details").get("retryAfterSeconds").asLong(0)).isEqualTo(1);
      assertThat(status.get("message").asString("")).contains(cause);
    }
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      if (!latch.await(10, TimeUnit.SECONDS)) {
        throw new IOException("waited in vain");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }
}
