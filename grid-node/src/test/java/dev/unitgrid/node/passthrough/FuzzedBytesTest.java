/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.passthrough;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class FuzzedBytesTest {
  private static RawUpstream upstream;
  private static Front front;

  @BeforeContainer
  static void start() throws IOException {
    upstream = new RawUpstream();
    front = new Front(Upstream.plain(upstream.uri()));
  }

  @AfterContainer
  static void stop() throws IOException {
    front.close();
    upstream.close();
  }

  @Property(tries = 400)
  void whatever_bytes_come_the_server_sees_requests_to_itself_and_the_proxy_lives(
      @ForAll("bytes") List<String> parts) throws Exception {
    try (Front.Client client = front.client()) {
      client.send(String.join("", parts));
    } catch (IOException refused) {
      // It may close before it has read all.
    }
    try (Front.Client client = front.client()) {
      client.send("GET /alive HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
      assertThat(client.head()).startsWith("HTTP/1.1 200 ");
    }
    String head;
    do {
      head = upstream.head();
      assertThat(head.split("\r\n")).containsOnlyOnce("Host: " + upstream.authority());
      assertThat(head).matches("(?s)[A-Za-z!#-.^-z|~0-9]+ /\\S* HTTP/1\\.1\r\n.*");
    } while (!head.startsWith("GET /alive "));
  }

  @Provide
  Arbitrary<List<String>> bytes() {
    return Arbitraries.of(
            "GET ",
            "POST ",
            "CONNECT ",
            "/api",
            "http://evil.example/",
            "//evil.example",
            "*",
            " ",
            " HTTP/1.1\r\n",
            " HTTP/1.0\r\n",
            " HTTP/2.0\r\n",
            "Host: evil.example\r\n",
            "Content-Length: 5\r\n",
            "Content-Length: -1\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: x\r\n",
            "Connection: upgrade\r\n",
            "Upgrade: h2c\r\n",
            "Upgrade: odd\r\n",
            ": x\r\n",
            "\r\n",
            "\n",
            "\r",
            "5\r\nhello\r\n",
            "0\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "GET http://evil.example HTTP/1.1\r\n\r\n",
            "\u0000",
            "\u00ff",
            "%2e%2e/",
            "?a=b",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        .list()
        .ofMaxSize(10);
  }
}
