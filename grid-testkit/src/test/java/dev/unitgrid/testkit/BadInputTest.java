/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.apis.CoreV1Api;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What arrives on the port, below HTTP's requests. */
class BadInputTest {
  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.start();
    cluster.nodes("location=beijing", "bj-1");
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private Socket connected() throws IOException {
    Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(cluster.url()).getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private void assertThatItStaysUp() throws Exception {
    assertThat(new CoreV1Api(cluster.apiClient()).listNode().execute().getItems()).hasSize(1);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void who_never_stops_to_send_headers_is_cut_off() throws Exception {
    long sent = 0;
    try (Socket socket = connected()) {
      OutputStream out = socket.getOutputStream();
      out.write(ascii("GET /api/v1/nodes HTTP/1.1\r\nHost: x\r\n"));
      byte[] header = ascii("X-Header: " + "y".repeat(10_000) + "\r\n");
      for (int i = 0; i < 20_000; i++) {
        out.write(header);
        sent += header.length;
      }
    } catch (IOException cutOff) {
      assertThat(sent).isLessThan(100_000_000);
    }
    assertThat(sent).isBetween(1_000_000L, 100_000_000L);
    assertThatItStaysUp();
  }

  @Test
  void a_body_may_come_in_chunks_and_the_next_request_with_it() throws Exception {
    String map = "{\"metadata\":{\"name\":\"a\"}}";
    String post =
        "POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nHost: x\r\n"
            + "Content-Type: application/json\r\nExpect: 100-continue\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";
    String rest =
        "5;x=y\r\n%s\r\n%x\r\n%s\r\n0\r\nTrailer: z\r\n\r\n"
            .formatted(map.substring(0, 5), map.length() - 5, map.substring(5));
    String get =
        "GET /api/v1/namespaces/default/configmaps/%61 HTTP/1.1\r\nConnection: close\r\n\r\n";
    try (Socket socket = connected()) {
      OutputStream out = socket.getOutputStream();
      out.write(ascii(post));
      byte[] goOn = ascii("HTTP/1.1 100 Continue\r\n\r\n");
      assertThat(socket.getInputStream().readNBytes(goOn.length)).isEqualTo(goOn);
      out.write(ascii(rest + get));
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answers).startsWith("HTTP/1.1 201 ").contains("HTTP/1.1 200 ");
    }
  }

  @Test
  void a_watch_ends_when_its_client_leaves() throws Exception {
    try (Socket socket = connected()) {
      socket
          .getOutputStream()
          .write(ascii("GET /api/v1/nodes?watch=true HTTP/1.1\r\nHost: x\r\n\r\n"));
      cluster.await().until("a watch", () -> cluster.server().openWatches() == 1);
    }
    cluster.await().until("no watch", () -> cluster.server().openWatches() == 0);
  }

  @Test
  void what_is_no_http_is_dropped() throws Exception {
    try (Socket socket = connected()) {
      socket.getOutputStream().write(ascii("\u0016\u0003\u0001 hello\r\n\r\n"));
      socket.getInputStream().readAllBytes();
    } catch (IOException dropped) {
      assertThat(dropped).isNotNull();
    }
    assertThatItStaysUp();
  }

  @Test
  void a_thousand_idle_connections_hold_no_thread() throws Exception {
    List<Socket> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 1_000; i++) {
        idle.add(connected());
      }
      assertThatItStaysUp();
      long threads =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getName().startsWith("unitgrid-testkit-http"))
              .count();
      assertThat(threads).isLessThan(20);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }
}
