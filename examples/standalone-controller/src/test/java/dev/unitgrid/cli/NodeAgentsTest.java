/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.testkit.TestCluster;
import java.io.IOException;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code dns} and {@code node} on what the engine makes of the documented grids. */
class NodeAgentsTest {
  private static final String BELOW = ".servicegrid-demo-svc.default.svc.cluster.local";
  private static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);
  private static final String GRIDS =
      """
      apiVersion: superedge.io/v1
      kind: StatefulSetGrid
      metadata: {name: statefulsetgrid-demo, namespace: default}
      spec:
        gridUniqKey: location
        template:
          replicas: 2
          serviceName: servicegrid-demo-svc
          selector: {matchLabels: {appGrid: echo}}
          template:
            metadata: {labels: {appGrid: echo}}
            spec: {containers: [{name: echo, image: "superedge/echoserver:2.2"}]}
      ---
      apiVersion: superedge.io/v1
      kind: ServiceGrid
      metadata: {name: servicegrid-demo, namespace: default}
      spec:
        gridUniqKey: location
        template:
          clusterIP: None
          selector: {appGrid: echo}
          ports: [{port: 8080}]
      """;

  private final TestCluster cluster = TestCluster.start();
  private final GridEngine engine = GridEngine.builder(cluster.apiClient()).build();
  private final List<TestShell> shells = new ArrayList<>();
  private final List<CompletableFuture<Integer>> running = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private @TempDir Path folder;
  private Path kubeconfig;

  @BeforeEach
  void two_units_with_two_pods_each() throws Exception {
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
    cluster.apply(Crds.yaml());
    cluster.nodes("location=beijing", "bj-1");
    cluster.nodes("location=guangzhou", "gz-1");
    engine.start();
    cluster.apply(GRIDS);
    cluster
        .await()
        .until(
            "four addresses",
            () ->
                cluster
                        .around()
                        .dns("servicegrid-demo-svc.default.svc.cluster.local")
                        .addresses()
                        .size()
                    == 4);
  }

  @AfterEach
  void end() throws Exception {
    shells.forEach(TestShell::terminate);
    for (CompletableFuture<Integer> each : running) {
      assertThat(each.get(10, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
    }
    engine.close();
    cluster.await().until("no thread of a command", () -> threads().isEmpty());
    cluster.close();
  }

  @Test
  void dns_keeps_the_file_of_its_unit_in_each_unit() throws Exception {
    int port = freePort();
    Path beijing = folder.resolve("bj/hosts");
    Path guangzhou = folder.resolve("gz/hosts");
    run("dns", "--node", "bj-1", "--hosts-file", beijing.toString(), "--http", "127.0.0.1:" + port);
    run("dns", "--node", "gz-1", "--hosts-file", guangzhou.toString());

    awaitNames(beijing, truth("beijing"));
    awaitNames(guangzhou, truth("guangzhou"));
    cluster.await().until("it is ready", () -> status(port, "/readyz") == 200);
    assertThat(get(port, "/metrics").body())
        .contains("unitgrid_hosts_current 1", "unitgrid_names 4", "jvm_memory_used_bytes");
    for (String name : truth("beijing").keySet()) {
      if (name.contains("beijing")) {
        assertThat(cluster.around().dns(name + BELOW).addresses())
            .containsExactly(names(beijing).get(name));
      }
    }
  }

  @Test
  void node_is_both_agents_and_dns_may_read_through_its_proxy() throws Exception {
    int port = freePort();
    Path both = folder.resolve("both");
    Path behind = folder.resolve("behind");
    run("node", "--node", "bj-1", "--hosts-file", both.toString(), "--listen", "127.0.0.1:" + port);
    awaitNames(both, truth("beijing"));
    assertThat(get(port, "/readyz").body()).isEqualTo("ok\n");
    assertThat(get(port, "/metrics").body())
        .contains("unitgrid_hosts_current 1", "unitgrid_serving 1");
    String list = get(port, "/apis/discovery.k8s.io/v1/endpointslices").body();
    assertThat(list).contains("-beijing-0").doesNotContain("-guangzhou-0");

    kubeconfig =
        Files.writeString(
            folder.resolve("proxied"),
            cluster.kubeconfig().replaceAll("http://[0-9.:]+", "http://127.0.0.1:" + port));
    run("dns", "--node", "bj-1", "--hosts-file", behind.toString());

    awaitNames(behind, truth("beijing"));
    assertThat(Files.readString(behind)).isEqualTo(Files.readString(both));
  }

  @Test
  void wrong_usage_is_said_and_exits_with_2() {
    TestShell shell = new TestShell();
    assertThat(shell.run("dns", "--node", "bj-1")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).contains("--hosts-file");
    assertThat(
            shell.run(
                "node", "--node", "bj-1", "--hosts-file", "hosts", "--cluster-domain", "no domain"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).contains("\"no domain\" is no domain");
    for (String noFile : List.of("", "/", folder.toString())) {
      assertThat(shell.run("dns", "--node", "bj-1", "--hosts-file", noFile))
          .isEqualTo(ExitCodes.USAGE);
      assertThat(shell.err()).contains("\"" + noFile + "\" is no file");
    }
  }

  private void run(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    TestShell shell = new TestShell();
    shells.add(shell);
    running.add(CompletableFuture.supplyAsync(() -> shell.run(all.toArray(String[]::new))));
  }

  private Map<String, String> truth(String unit) {
    Map<String, String> truth = new TreeMap<>();
    for (int ordinal = 0; ordinal < 2; ordinal++) {
      String pod = "statefulsetgrid-demo-" + unit + "-" + ordinal;
      String address = cluster.get(POD, "default", pod).get("status", "podIP").asString("");
      truth.put(pod, address);
      truth.put("statefulsetgrid-demo-" + ordinal, address);
    }
    return truth;
  }

  private void awaitNames(Path hosts, Map<String, String> expected) {
    cluster.await().until("the names in " + hosts, () -> names(hosts).equals(expected));
  }

  private static Map<String, String> names(Path hosts) {
    Map<String, String> names = new TreeMap<>();
    try {
      for (String line : Files.exists(hosts) ? Files.readAllLines(hosts) : List.<String>of()) {
        if (!line.startsWith("#")) {
          names.put(line.split(" ")[1].replace(BELOW, ""), line.split(" ")[0]);
        }
      }
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
    return names;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private int status(int port, String path) {
    try {
      return get(port, path).statusCode();
    } catch (IOException notYet) {
      return 0;
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> threads() {
    Thread[] all = new Thread[Thread.activeCount() + 100];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count)
        .map(Thread::getName)
        .filter(name -> name.startsWith("unitgrid-dns") || name.startsWith("unitgrid-node"))
        .toList();
  }
}
