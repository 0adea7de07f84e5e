/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.unitgrid.runtime.time.SystemScheduler;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServerTransportTest {
  private static final int CHACHA20_POLY1305 = 0x1303;

  private final SystemScheduler scheduler = SystemScheduler.start("test-scheduler", 1);

  @AfterEach
  void stop() {
    scheduler.close();
  }

  @Test
  void a_request_carries_its_query_the_server_s_path_and_the_token_of_now() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    List<String> seen = new ArrayList<>();
    server.createContext(
        "/",
        exchange -> {
          seen.add(exchange.getRequestURI().toString());
          seen.add(exchange.getRequestHeaders().getFirst("Authorization"));
          seen.add(exchange.getRequestHeaders().getFirst("User-Agent"));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    LinkedBlockingQueue<String> tokens = new LinkedBlockingQueue<>(List.of("one", "two", ""));
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/k8s/c-1/");
    try (ServerTransport transport =
        ServerTransport.plain(base, tokens::remove, "agent/1", scheduler)) {
      ApiRequest list = ApiRequest.get("/apis/x/y%2Fz").query("labelSelector", "a=b,!c d");
      for (int i = 0; i < 3; i++) {
        assertThat(transport.send(list).get().status()).isEqualTo(200);
      }
    } finally {
      server.stop(0);
    }
    String target = "/k8s/c-1/apis/x/y%2Fz?labelSelector=a%3Db%2C%21c%20d";
    assertThat(seen)
        .containsExactly(
            target,
            "Bearer one",
            "agent/1",
            target,
            "Bearer two",
            "agent/1",
            target,
            null,
            "agent/1");
  }

  @Test
  void without_a_token_to_be_had_the_request_fails_with_the_reason() {
    URI base = URI.create("http://127.0.0.1:9");
    ServerTransport.Token none =
        () -> {
          throw new IOException("the file is gone");
        };
    try (ServerTransport transport = ServerTransport.plain(base, none, "agent/1", scheduler)) {
      assertThatThrownBy(() -> transport.send(ApiRequest.get("/x")).get())
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(TransportException.class)
          .hasMessageContaining("the file is gone");
    }
  }

  @Test
  void of_the_ciphers_the_one_is_asked_for_first_that_needs_no_compiler() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI base = URI.create("https://127.0.0.1:" + server.getLocalPort());
      CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> firstCipher(server));
      try (ServerTransport transport =
          ServerTransport.to(base, new TrustsNobody(), () -> "", "agent/1", scheduler)) {
        CompletableFuture<ApiResponse> answer = transport.send(ApiRequest.get("/x"));
        assertThat(first.get()).isEqualTo(CHACHA20_POLY1305);
        assertThatThrownBy(answer::get).hasCauseInstanceOf(TransportException.class);
      }
    }
  }

  /** Of a ClientHello: RFC 8446, section 4.1.2. */
  private static int firstCipher(ServerSocket server) {
    try (Socket client = server.accept();
        DataInputStream hello = new DataInputStream(client.getInputStream())) {
      hello.skipNBytes(5 + 4 + 2 + 32);
      hello.skipNBytes(hello.readUnsignedByte());
      hello.readUnsignedShort();
      return hello.readUnsignedShort();
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  private static final class TrustsNobody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
      throw new IllegalStateException("nobody is trusted");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      throw new IllegalStateException("nobody is trusted");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
