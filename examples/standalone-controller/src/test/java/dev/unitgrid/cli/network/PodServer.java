/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.TreeMap;

/**
 * A server at the address of a fake pod; it answers with the pod's node and address, and closes.
 *
 * @param node the name of the pod's node
 * @param server the running server
 */
record PodServer(String node, HttpServer server) implements AutoCloseable {
  private static final int PORT = 8080;

  static PodServer start(String node, String address) throws IOException {
    OwnNetwork.addAddress(address);
    HttpServer server = HttpServer.create(new InetSocketAddress(address, PORT), 0);
    byte[] answer = (node + " " + address).getBytes(UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Connection", "close");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return new PodServer(node, server);
  }

  /** Who answered {@code count} connections to an address, and how often each. */
  static Map<String, Integer> answers(String address, int port, int count) throws IOException {
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      answers.merge(get(address, port), 1, Integer::sum);
    }
    return answers;
  }

  private static String get(String address, int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 5_000);
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write("GET / HTTP/1.0\r\nHost: echo\r\n\r\n".getBytes(UTF_8));
      String response = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return response.substring(response.indexOf("\r\n\r\n") + 4);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
