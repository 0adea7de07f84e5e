/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.TestCluster;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControllerCommandTest {
  private static final String GRID =
      """
      apiVersion: superedge.io/v1
      kind: DeploymentGrid
      metadata: {name: demo}
      spec:
        gridUniqKey: location
        template:
          replicas: 1
          selector: {matchLabels: {app: demo}}
          template:
            metadata: {labels: {app: demo}}
            spec: {containers: [{name: main, image: "demo:1"}]}
      """;

  @TempDir private Path folder;
  private final TestShell shell = new TestShell("", Map.of("HOSTNAME", "pod-7"));
  private final TestCluster cluster = TestCluster.start();
  private final HttpClient http = HttpClient.newHttpClient();
  private Path kubeconfig;
  private int port;

  @BeforeEach
  void prepare() throws Exception {
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    cluster.nodes("location=beijing", "bj-1");
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void it_keeps_grids_until_it_is_asked_to_end_and_leaves_no_thread() throws Exception {
    cluster.apply(Crds.yaml());
    CompletableFuture<Integer> running = start();

    awaitReadiness(200);
    cluster.apply(GRID);
    cluster.await().deployment("demo-beijing").isAvailable();
    assertThat(get("/metrics").body()).contains("unitgrid_actions_total", "jvm_memory_used_bytes");

    shell.terminate();
    assertThat(running.get(10, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
    cluster.await().until("no thread of the command", () -> threads().isEmpty());
  }

  @Test
  void without_crds_it_stays_unready_says_which_and_recovers() throws Exception {
    CompletableFuture<Integer> running = start();

    awaitReadiness(503);
    cluster
        .await()
        .until("a sentence for each kind", () -> readiness().body().contains("ServiceGrid"));
    assertThat(readiness().body())
        .contains("DeploymentGrid", "StatefulSetGrid")
        .contains("unitgrid crds | kubectl apply --server-side -f -");
    assertThat(get("/healthz").statusCode()).isEqualTo(200);

    cluster.apply(Crds.yaml());
    awaitReadiness(200);
    end(running);
  }

  @Test
  void a_dry_run_plans_and_writes_nothing() throws Exception {
    cluster.apply(Crds.yaml());
    cluster.apply(GRID);
    int writesBefore = cluster.writes().size();
    CompletableFuture<Integer> running = start("--dry-run", "--leader-elect");

    cluster
        .await()
        .within(Duration.ofSeconds(20))
        .until("a plan", () -> metrics().contains("unitgrid_plans_total{kind=\"DeploymentGrid\"}"));
    end(running);

    assertThat(cluster.writes()).hasSize(writesBefore);
    assertThat(cluster.list(ResourceType.DEPLOYMENT, "")).isEmpty();
  }

  @Test
  void the_lease_is_taken_and_released() throws Exception {
    cluster.apply(Crds.yaml());
    CompletableFuture<Integer> running = start("--leader-elect", "--lease", "default/mine");

    cluster
        .await()
        .within(Duration.ofSeconds(20))
        .object(ResourceType.LEASE, "mine", lease -> holder(lease).startsWith("pod-7_"));
    end(running);

    Json lease = cluster.get(ResourceType.LEASE, "default", "mine");
    assertThat(holder(lease)).isEmpty();
    assertThat(lease.get("metadata", "managedFields").items())
        .extracting(entry -> entry.get("manager").asString(""))
        .containsOnly("unitgrid-lease");
  }

  @Test
  void only_the_named_namespaces_are_looked_at() throws Exception {
    cluster.apply(Crds.yaml());
    cluster.apply(GRID);
    cluster.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: edge}\n");
    cluster.apply(GRID.replace("name: demo}", "name: demo, namespace: edge}"));
    CompletableFuture<Integer> running = start("--namespace", "edge");

    cluster.await().inNamespace("edge").deployment("demo-beijing").isAvailable();
    end(running);

    assertThat(cluster.list(ResourceType.DEPLOYMENT, "default")).isEmpty();
  }

  @Test
  void a_server_that_is_not_there_is_a_sentence_of_readyz_and_no_end() throws Exception {
    cluster.close();
    CompletableFuture<Integer> running = start();

    awaitReadiness(503);
    assertThat(running).isNotDone();
    end(running);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--http=here",
        "--http=:99999",
        "--workers=0",
        "--workers=many",
        "--lease=kube-system/x",
        "--leader-elect --lease=x",
        "--federation=uncle",
        "--namespace",
        "--namespace=Bad_NS",
        "--dance",
        "word"
      })
  void wrong_usage_is_exit_code_2_and_one_sentence(String words) {
    List<String> all =
        new ArrayList<>(List.of("controller", "--kubeconfig", kubeconfig.toString()));
    all.addAll(List.of(words.split(" ")));

    assertThat(shell.run(all.toArray(String[]::new))).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err().lines())
        .hasSize(1)
        .first()
        .asString()
        .startsWith("unitgrid controller: ");
  }

  @Test
  void a_kubeconfig_that_is_missing_or_malformed_is_exit_code_1_and_one_sentence()
      throws Exception {
    assertThat(shell.run("controller", "--kubeconfig", "/no/file")).isEqualTo(ExitCodes.FAILED);
    assertThat(shell.err()).isEqualTo("unitgrid: there is no kubeconfig /no/file\n");

    TestShell other = new TestShell();
    Path malformed = Files.writeString(folder.resolve("bad"), "a: b: c");
    assertThat(other.run("controller", "--kubeconfig", malformed.toString()))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(other.err().lines()).hasSize(1);
  }

  @Test
  void a_taken_address_is_exit_code_1_and_leaves_no_thread() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + taken.getLocalPort();
      assertThat(shell.run("controller", "--kubeconfig", kubeconfig.toString(), "--http", address))
          .isEqualTo(ExitCodes.FAILED);
      assertThat(shell.err()).startsWith("unitgrid: cannot listen on " + address);
    }
    cluster.await().until("no thread of the command", () -> threads().isEmpty());
  }

  private CompletableFuture<Integer> start(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "controller",
                "--kubeconfig",
                kubeconfig.toString(),
                "--http",
                "127.0.0.1:" + port));
    words.addAll(List.of(more));
    return CompletableFuture.supplyAsync(() -> shell.run(words.toArray(String[]::new)));
  }

  private void end(CompletableFuture<Integer> running) throws Exception {
    shell.terminate();
    assertThat(running.get(10, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
  }

  private void awaitReadiness(int status) {
    cluster
        .await()
        .within(Duration.ofSeconds(30))
        .until("/readyz answers " + status, () -> readiness().statusCode() == status);
  }

  private Answer readiness() {
    return get("/readyz");
  }

  private String metrics() {
    return get("/metrics").body();
  }

  /** An answer; status 0 if nobody listens yet. */
  private record Answer(int statusCode, String body) {}

  private Answer get(String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (java.io.IOException nobody) {
      return new Answer(0, "");
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("unitgrid-") && !name.startsWith("unitgrid-testkit"))
        .toList();
  }

  private static String holder(Json lease) {
    return lease.get("spec", "holderIdentity").asString("");
  }
}
