/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.LinkCut;
import dev.unitgrid.testkit.TestCluster;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointProxyCommandTest {
  private static final String SLICES = "/apis/discovery.k8s.io/v1/endpointslices";
  private static final String SERVICE =
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: demo-svc
        annotations: {topologyKeys: '["location"]'}
      spec:
        ports: [{port: 80}]
      ---
      apiVersion: discovery.k8s.io/v1
      kind: EndpointSlice
      metadata:
        name: demo-svc-1
        labels: {kubernetes.io/service-name: demo-svc}
      addressType: IPv4
      ports: [{name: "", port: 80}]
      endpoints:
      - {addresses: [10.1.0.2], nodeName: bj-2, conditions: {ready: true}}
      - {addresses: [10.2.0.1], nodeName: gz-1, conditions: {ready: true}}
      """;

  private final TestCluster cluster = TestCluster.start();
  private final TestShell shell = new TestShell();
  private HttpClient http = HttpClient.newHttpClient();
  private String scheme = "http";
  private String node = "bj-1";
  private List<String> tls = List.of();
  private @TempDir Path folder;
  private Path kubeconfig;
  private int port;

  @BeforeEach
  void two_units() throws Exception {
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    cluster.nodes("location=beijing", "bj-1", "bj-2");
    cluster.nodes("location=guangzhou", "gz-1");
    cluster.apply(SERVICE);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void it_serves_the_own_unit_until_it_is_asked_to_end_and_leaves_no_thread() throws Exception {
    CompletableFuture<Integer> running = start();

    assertThat(addresses()).containsExactly("10.1.0.2");
    assertThat(get("/metrics").body()).contains("unitgrid_serving 1", "jvm_memory_used_bytes");
    assertThat(get("/api/v1/nodes/bj-1").statusCode()).isEqualTo(200);

    end(running);
    cluster.await().until("no thread of the command", () -> threads().isEmpty());
  }

  @Test
  void after_a_restart_without_the_cloud_it_serves_what_it_knew_and_says_so() throws Exception {
    end(start());
    try (LinkCut cut = cluster.faults().cutLink()) {
      TestShell second = new TestShell();
      CompletableFuture<Integer> running = start(second);

      assertThat(addresses()).containsExactly("10.1.0.2");
      assertThat(get("/readyz").body()).contains("serving from memory", "before the restart");
      assertThat(get("/api/v1/namespaces/default/pods").statusCode()).isEqualTo(503);
      second.terminate();
      assertThat(running.get(10, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
    }
  }

  @Test
  void a_port_that_is_taken_is_one_sentence() throws Exception {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(shell.run(words())).isEqualTo(ExitCodes.FAILED);
    }

    assertThat(shell.err().lines())
        .singleElement()
        .asString()
        .contains("cannot listen on", ":" + port, "--listen");
    cluster.await().until("no thread of the command", () -> threads().isEmpty());
  }

  @Test
  void with_a_certificate_it_listens_with_tls_and_passes_on_the_clients_token() throws Exception {
    useTls();
    CompletableFuture<Integer> running = start();

    assertThat(addresses()).containsExactly("10.1.0.2");
    String watch = SLICES + "?watch=true&timeoutSeconds=1&resourceVersion=0";
    assertThat(get(watch).body()).contains("10.1.0.2").doesNotContain("10.2.0.1");
    assertThat(get("/api/v1/namespaces/default/pods").statusCode()).isEqualTo(200);
    assertThat(cluster.log().by("client").on("pods").count()).isEqualTo(1);
    end(running);
    cluster.await().until("no thread of the command", () -> threads().isEmpty());
  }

  private void useTls() throws Exception {
    OwnCertificate own = OwnCertificate.in(folder);
    http = HttpClient.newBuilder().sslContext(own.trust()).build();
    scheme = "https";
    tls =
        List.of(
            "--tls-cert-file",
            own.certificate().toString(),
            "--tls-private-key-file",
            own.key().toString());
  }

  @Test
  void a_certificate_that_cannot_be_read_is_one_sentence() throws Exception {
    useTls();
    tls = List.of("--tls-cert-file", tls.get(1), "--tls-private-key-file", kubeconfig.toString());

    assertThat(shell.run(words())).isEqualTo(ExitCodes.FAILED);
    assertThat(shell.err().lines()).singleElement().asString().contains("--tls-private-key-file");
  }

  @Test
  void a_certificate_without_its_key_is_wrong_usage() {
    tls = List.of("--tls-cert-file", kubeconfig.toString());

    assertThat(shell.run(words())).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).contains("--tls-private-key-file");
  }

  @Test
  void wrong_usage_is_said_and_exits_with_2() {
    assertThat(shell.run("endpoint-proxy")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.run("endpoint-proxy", "--node", "bj-1", "--listen", "here"))
        .isEqualTo(ExitCodes.USAGE);

    assertThat(shell.err()).contains("--node", "127.0.0.1:8080");
  }

  @Test
  void what_no_node_can_be_called_is_wrong_usage() {
    for (String name : List.of("", "$(NODE_NAME)", "BJ-1")) {
      TestShell asked = new TestShell();
      assertThat(asked.run("endpoint-proxy", "--node", name)).isEqualTo(ExitCodes.USAGE);
      assertThat(asked.err()).contains("\"" + name + "\" is no name of a Node");
    }
  }

  @Test
  void a_node_that_does_not_exist_is_said_in_a_sentence() throws Exception {
    node = "bj-9";
    CompletableFuture<Integer> running = start();

    assertThat(addresses()).isEmpty();
    assertThat(get("/readyz").body()).contains("there is no node bj-9: ");
    end(running);
  }

  private CompletableFuture<Integer> start() {
    return start(shell);
  }

  private CompletableFuture<Integer> start(TestShell in) {
    CompletableFuture<Integer> running = CompletableFuture.supplyAsync(() -> in.run(words()));
    cluster.await().until("it is ready", () -> running.isDone() || isReady());
    assertThat(running).as(in.err()).isNotDone();
    return running;
  }

  private String[] words() {
    List<String> words =
        new ArrayList<>(
            List.of("endpoint-proxy", "--node", node, "--kubeconfig", kubeconfig.toString()));
    words.addAll(List.of("--listen", "127.0.0.1:" + port));
    words.addAll(List.of("--state-dir", folder.resolve("state").toString()));
    words.addAll(tls);
    return words.toArray(String[]::new);
  }

  private void end(CompletableFuture<Integer> running) throws Exception {
    shell.terminate();
    assertThat(running.get(10, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
  }

  private boolean isReady() {
    try {
      return get("/readyz").statusCode() == 200;
    } catch (java.io.IOException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private List<String> addresses() throws Exception {
    Json list =
        Json.parse(get(SLICES + "?labelSelector=kubernetes.io/service-name%3Ddemo-svc").body());
    return list.get("items").items().stream()
        .flatMap(slice -> slice.get("endpoints").items().stream())
        .map(endpoint -> endpoint.get("addresses").items().get(0).asString(""))
        .toList();
  }

  private HttpResponse<String> get(String path) throws java.io.IOException, InterruptedException {
    URI uri = URI.create(scheme + "://127.0.0.1:" + port + path);
    return http.send(
        HttpRequest.newBuilder(uri).header("Authorization", "Bearer client").build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> threads() {
    Thread[] all = new Thread[Thread.activeCount() + 100];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .map(Thread::getName)
        .filter(
            name ->
                name.startsWith("unitgrid-endpoint-proxy") || name.startsWith("unitgrid-transport"))
        .collect(Collectors.toList());
  }
}
