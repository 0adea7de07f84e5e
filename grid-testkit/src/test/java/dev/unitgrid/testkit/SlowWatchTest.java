/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Watches over HTTP of clients that read slowly: 16 MiB of changes may wait for each. */
class SlowWatchTest {
  private static final int LARGE = 900_000;

  /** More than may wait, and what the buffers of two sockets hold besides. */
  private static final int TOO_MANY = 40;

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.start();
    cluster.apply(map("m", "small"));
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private static Json map(String name, String value) {
    return Json.object(
        "apiVersion",
        "v1",
        "kind",
        "ConfigMap",
        "metadata",
        Json.object("name", name),
        "data",
        Json.object("k", value));
  }

  private void change(int turn) {
    cluster.apply(map("m", turn + "x".repeat(LARGE)));
  }

  private Socket watch() throws IOException {
    return watch(64 * 1024);
  }

  private Socket watch(int receiveBuffer) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(receiveBuffer);
    socket.setSoTimeout(60_000);
    socket.connect(
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), URI.create(cluster.url()).getPort()));
    socket
        .getOutputStream()
        .write(
            "GET /api/v1/namespaces/default/configmaps?watch=1 HTTP/1.1\r\nHost: x\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** Reads a stream to its end, and how far it is. */
  private static final class Reading {
    private final AtomicLong bytes = new AtomicLong();
    private final CompletableFuture<Void> ended;

    private Reading(Socket socket) {
      this.ended = CompletableFuture.runAsync(() -> read(socket));
    }

    private void read(Socket socket) {
      byte[] buffer = new byte[64 * 1024];
      try {
        InputStream in = socket.getInputStream();
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
          bytes.addAndGet(length);
        }
      } catch (IOException over) {
        // So a watch ends that was lost.
      }
    }
  }

  private void awaitWatches(int count) {
    cluster
        .await()
        .within(Duration.ofMinutes(1))
        .until(count + " watches", () -> cluster.server().openWatches() == count);
  }

  private void awaitBytes(Reading reading, long count) {
    cluster
        .await()
        .within(Duration.ofMinutes(1))
        .until(count + " bytes", () -> reading.bytes.get() >= count);
  }

  @Test
  void a_client_that_does_not_read_loses_its_watch_and_others_lose_nothing() throws Exception {
    try (Socket slow = watch();
        Socket quick = watch()) {
      Reading reading = new Reading(quick);
      awaitWatches(2);
      for (int turn = 1; turn <= TOO_MANY; turn++) {
        change(turn);
        awaitBytes(reading, (long) turn * LARGE);
      }
      awaitWatches(1);
      assertThat(reading.ended).isNotDone();
      Reading late = new Reading(slow);
      late.ended.get(1, TimeUnit.MINUTES);
      assertThat(late.bytes.get()).isLessThan((long) TOO_MANY * LARGE);
    }
  }

  @Test
  void what_a_watch_begins_with_waits_for_as_long_as_its_client_likes() throws Exception {
    for (int i = 0; i < TOO_MANY; i++) {
      cluster.apply(map("large-" + i, "x".repeat(LARGE)));
    }
    try (Socket slow = watch()) {
      awaitWatches(1);
      change(1);
      Reading reading = new Reading(slow);
      awaitBytes(reading, (TOO_MANY + 1L) * LARGE);
      awaitWatches(1);
    }
  }

  /** Each time that the socket is full the server waits for room, and must hear of it. */
  @Test
  void a_client_with_little_room_misses_nothing() throws Exception {
    for (int i = 0; i < TOO_MANY; i++) {
      cluster.apply(map("large-" + i, "x".repeat(LARGE)));
    }
    List<Socket> sockets = new ArrayList<>();
    try {
      List<Reading> readings = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Socket socket = watch(2 * 1024);
        sockets.add(socket);
        readings.add(new Reading(socket));
      }
      for (Reading reading : readings) {
        awaitBytes(reading, (long) TOO_MANY * LARGE);
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
