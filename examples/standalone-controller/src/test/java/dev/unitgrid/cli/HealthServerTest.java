/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthServerTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private final AtomicReference<List<String>> whyNotReady = new AtomicReference<>(List.of());
  private final PrometheusMetrics metrics = new PrometheusMetrics();
  private final HealthServer server =
      HealthServer.start(ANY_PORT, whyNotReady::get, metrics::scrape);
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void it_is_ready_while_nothing_speaks_against_it() throws Exception {
    assertThat(get("/readyz").statusCode()).isEqualTo(200);

    whyNotReady.set(List.of("the list of Node is not complete: nodes is forbidden"));

    assertThat(get("/readyz").statusCode()).isEqualTo(503);
    assertThat(get("/readyz").body())
        .isEqualTo("the list of Node is not complete: nodes is forbidden\n");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);
  }

  @Test
  void metrics_are_served_by_the_names_that_the_engine_gives_them() throws Exception {
    metrics.count("unitgrid_lists_total", "kind", "Node");
    metrics.time("unitgrid_queue_wait_seconds", Duration.ofMillis(1500), "queue", "grids");

    try (var depth = metrics.gauge("unitgrid_queue_depth", () -> 3, "queue", "grids")) {
      assertThat(get("/metrics").body())
          .contains(
              "unitgrid_lists_total{kind=\"Node\"} 1.0",
              "unitgrid_queue_wait_seconds_count{queue=\"grids\"} 1",
              "unitgrid_queue_wait_seconds_sum{queue=\"grids\"} 1.5",
              "unitgrid_queue_depth{queue=\"grids\"} 3.0");
    }

    assertThat(get("/metrics").body()).doesNotContain("unitgrid_queue_depth");
  }

  @Test
  void other_paths_and_methods_are_refused() throws Exception {
    assertThat(get("/").statusCode()).isEqualTo(404);
    assertThat(get("/healthz/more").statusCode()).isEqualTo(404);
    assertThat(send(request("/healthz").POST(BodyPublishers.noBody())).statusCode()).isEqualTo(405);
  }

  @Test
  void a_taken_port_is_a_sentence() {
    assertThatThrownBy(() -> HealthServer.start(server.address(), List::of, () -> ""))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("cannot listen on ")
        .hasMessageContaining(String.valueOf(server.address().getPort()));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(
        URI.create("http://127.0.0.1:" + server.address().getPort() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }
}
