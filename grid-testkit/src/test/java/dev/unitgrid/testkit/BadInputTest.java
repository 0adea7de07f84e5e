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
  void endless_headers_are_cut_off() throws Exception {
    long sent = 0;
    try (Socket socket = connected()) {
      OutputStream out = socket.getOutputStream();
      out.write(ascii("GET /api/v1/nodes HTTP/1.1\r\nHost: x\r\n"));
      for (int i = 0; i < 1_000_000; i++) {
        byte[] header = ascii("X-Header-" + i + ": " + "y".repeat(100) + "\r\n");
        out.write(header);
        sent += header.length;
      }
    } catch (IOException cutOff) {
      assertThat(sent).isLessThan(50_000_000);
    }
    assertThat(sent).isPositive();
    assertThatItStaysUp();
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
