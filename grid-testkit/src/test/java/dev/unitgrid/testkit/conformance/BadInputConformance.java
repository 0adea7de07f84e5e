/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.testkit.conformance.Api.Reply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What no client should send. */
abstract class BadInputConformance extends Conformance {
  /** What Go's server reads of headers before it has enough. */
  private static final int LONGEST_HEAD = (1 << 20) + 4096;

  private static final String UNRECOGNIZED =
      "the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind;"
          + " json parse error: ";

  private Reply refused(String body) {
    Reply refused = api.post(configMaps, body);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.reason()).isEqualTo("BadRequest");
    return refused;
  }

  @Test
  void truncated_json_is_400_with_its_beginning() {
    assertThat(refused("{\"metadata\":{\"name\":\"a\"").message())
        .isEqualTo(UNRECOGNIZED + "unexpected end of JSON input ({\"metadata\":{\"name\":\"a\")");
    assertThat(refused("{\"metadata\":{\"name\":\"a-name-that-is-cut").message())
        .isEqualTo(
            UNRECOGNIZED
                + "unexpected end of JSON input ({\"metadata\":{\"name\":\"a-name-th ...)");
    assertThat(refused("").message())
        .isEqualTo(UNRECOGNIZED + "unexpected end of JSON input (<empty>)");
  }

  @Test
  void a_truncated_patch_is_400() {
    assertThat(api.post(configMaps, "{\"metadata\":{\"name\":\"a\"}}").status()).isEqualTo(201);
    Reply refused = api.merge(configMaps + "/a", "{\"metadata\":{");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.message()).isEqualTo("error decoding patch: unexpected end of JSON input");
  }

  @Test
  void what_is_no_object_is_400() {
    assertThat(refused("[1,2]").message()).startsWith(UNRECOGNIZED);
    assertThat(refused("\"text\"").message()).startsWith(UNRECOGNIZED);
  }

  @Test
  void another_kind_is_400() {
    assertThat(
            refused("{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}")
                .message())
        .startsWith("Secret in version \"v1\" cannot be handled as a ConfigMap: ");
  }

  @Test
  void a_body_of_four_megabytes_is_413_and_the_server_stays_up() {
    String long4 = "x".repeat(4 << 20);
    Reply refused =
        api.post(configMaps, "{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"" + long4 + "\"}}");
    assertThat(refused.status()).isEqualTo(413);
    assertThat(refused.reason()).isEqualTo("RequestEntityTooLarge");
    assertThat(refused.message()).isEqualTo("Request entity too large: limit is 3145728");
    assertThat(api.get(configMaps).status()).isEqualTo(200);
  }

  @Test
  void endless_headers_are_431_in_plain_text_and_the_server_stays_up() throws IOException {
    try (Socket socket = server.connected()) {
      OutputStream out = socket.getOutputStream();
      out.write(ascii("GET /api/v1/nodes HTTP/1.1\r\nHost: x\r\n"));
      byte[] header = ascii("X-Header: " + "y".repeat(1_000) + "\r\n");
      for (int sent = 0; sent < LONGEST_HEAD; sent += header.length) {
        out.write(header);
      }
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
      assertThat(answer).contains("\r\nContent-Type: text/plain; charset=utf-8\r\n");
      assertThat(answer).endsWith("\r\n\r\n431 Request Header Fields Too Large");
    }
    assertThat(api.get(configMaps).status()).isEqualTo(200);
  }

  @Test
  void what_is_no_request_is_400_in_plain_text() throws IOException {
    try (Socket socket = server.connected()) {
      socket.getOutputStream().write(ascii("hello\r\n\r\n"));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(answer).startsWith("HTTP/1.1 400 Bad Request\r\n");
      assertThat(answer).contains("\r\nConnection: close\r\n\r\n400 Bad Request");
    }
  }

  @Test
  void a_thousand_idle_connections_keep_nobody_out() throws IOException {
    List<Socket> idle = new ArrayList<>();
    try {
      int port = server.port();
      for (int i = 0; i < 1_000; i++) {
        idle.add(new Socket(InetAddress.getLoopbackAddress(), port));
      }
      assertThat(api.get(configMaps).status()).isEqualTo(200);
      assertThat(configMap("a", "{}").status()).isEqualTo(201);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
