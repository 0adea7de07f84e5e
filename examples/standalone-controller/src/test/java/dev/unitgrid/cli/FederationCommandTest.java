/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.federation.FederationChild;
import dev.unitgrid.testkit.TestCluster;
import io.kubernetes.client.openapi.ApiClient;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FederationCommandTest {
  private static final String GRID =
      """
      apiVersion: superedge.io/v1
      kind: DeploymentGrid
      metadata: {name: demo, namespace: default, labels: {superedge.io/fed: "yes"}}
      spec:
        gridUniqKey: zone
        template:
          replicas: 1
          selector: {matchLabels: {app: demo}}
          template:
            metadata: {labels: {app: demo}}
            spec: {containers: [{name: main, image: "demo:1"}]}
      """;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --federation sideways                                | sideways
          --create-namespaces                                  | --federation child
          --target-namespaces edge                             | --federation child
          --federation parent --create-namespaces              | --federation child
          --federation child --parent-runs-workloads=false     | --federation parent
          --federation child --cluster-namespace cluster-a     | belong together
          --federation child --parent-kubeconfig F             | belong together
          --federation parent --dry-run                        | --dry-run
          --federation parent --namespace edge                 | --target-namespaces
          --federation child --cluster-namespace Not_A_Name    | Not_A_Name
          """)
  void halves_that_are_not_whole_are_wrong_usage(String options, String said) {
    TestShell shell = new TestShell();
    String[] words = ("controller " + options).split(" +");
    assertThat(shell.run(words)).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err()).contains(said);
    assertThat(shell.err().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "token, its field token is missing or empty",
    "parent-url, its field parent-url is missing or empty",
    "namespace, its field namespace is missing or empty"
  })
  void a_secret_that_says_too_little_says_what_to_do(String field, String sentence) {
    Json secret = secret(Map.of()).withoutAt(List.of("data", field));
    assertThatThrownBy(() -> ParentCluster.parse(secret))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("clusternet-system/parent-cluster")
        .hasMessageContaining(sentence)
        .hasMessageContaining("--parent-kubeconfig");
  }

  @Test
  void a_secret_that_is_malformed_says_what_to_do() {
    assertThatThrownBy(() -> ParentCluster.parse(secret(Map.of("namespace", "Not A Name"))))
        .hasMessageContaining("no name of a namespace");
    Json noBase64 = secret(Map.of()).withAt(List.of("data", "token"), Json.of("%%%"));
    assertThatThrownBy(() -> ParentCluster.parse(noBase64)).hasMessageContaining("not base64");
    assertThatThrownBy(
            () -> ParentCluster.parse(secret(Map.of("ca.crt", "no certificate"))).client())
        .hasMessageContaining("it cannot be used");
  }

  @Test
  void nothing_that_is_logged_shows_the_token() {
    assertThat(ParentCluster.parse(secret(Map.of("token", "very-secret"))).toString())
        .contains("http://parent")
        .doesNotContain("very-secret");
  }

  private static Json secret(Map<String, String> other) {
    Json data = Json.emptyObject();
    for (Map.Entry<String, String> field :
        Map.of("parent-url", "http://parent:1", "token", "t", "namespace", "cluster-a")
            .entrySet()) {
      data = data.with(field.getKey(), base64(field.getValue()));
    }
    for (Map.Entry<String, String> field : other.entrySet()) {
      data = data.with(field.getKey(), base64(field.getValue()));
    }
    return Json.object(
        "apiVersion",
        "v1",
        "kind",
        "Secret",
        "metadata",
        Json.object("name", "parent-cluster", "namespace", "clusternet-system"),
        "data",
        data);
  }

  private static Json base64(String text) {
    return Json.of(Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void both_halves_are_commands_and_carry_a_grid() throws Exception {
    try (TestCluster parent = TestCluster.start();
        TestCluster child = TestCluster.start()) {
      prepare(parent, child);
      Path up = Files.writeString(folder.resolve("parent"), parent.kubeconfig());
      Path down = Files.writeString(folder.resolve("child"), child.kubeconfig());
      TestShell above = new TestShell();
      TestShell below = new TestShell();
      CompletableFuture<Integer> first =
          CompletableFuture.supplyAsync(
              () ->
                  above.run("controller", "--kubeconfig", up.toString(), "--federation", "parent"));
      CompletableFuture<Integer> second =
          CompletableFuture.supplyAsync(
              () ->
                  below.run(
                      "controller",
                      "--kubeconfig",
                      down.toString(),
                      "--federation",
                      "child",
                      "--parent-kubeconfig",
                      up.toString(),
                      "--cluster-namespace",
                      "cluster-a"));
      parent.apply(GRID);
      child.await().deployment("demo-zone1").isAvailable();
      parent.await().until("the parent shows it", () -> shows(parent));
      above.terminate();
      below.terminate();
      assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
      assertThat(second.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
    }
  }

  private static void prepare(TestCluster parent, TestCluster child) {
    parent.apply(Crds.yaml());
    child.apply(Crds.yaml());
    child.nodes("zone=zone1", "node-1");
    parent.apply(
        "{apiVersion: v1, kind: Namespace, metadata: {name: cluster-a, labels: {"
            + Labels.CLUSTER_ID
            + ": a}}}");
  }

  private static boolean shows(TestCluster parent) {
    return parent
        .get(GridKind.DEPLOYMENT_GRID.type(), "default", "demo")
        .get("status", "states")
        .has("zone1");
  }

  @Test
  void a_token_file_that_the_kubeconfig_names_is_read_again_too() throws Exception {
    AtomicReference<String> asked = new AtomicReference<>("");
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.set(exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(204, -1);
        });
    server.start();
    try {
      Path token = Files.writeString(folder.resolve("token"), "first");
      Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), kubeconfig(server, token));
      ChildController.Source source =
          ChildController.file(kubeconfig, "cluster-a", new ClusterAccess(Map.of()));
      ChildController.Reading before = source.read();
      ParentAccess access = new ParentAccess(before.access().get().client());
      ask(access.client(), server);
      assertThat(asked).hasValue("Bearer first");
      assertThat(source.read().content()).isEqualTo(before.content());
      Files.writeString(token, "second");
      ChildController.Reading renewed = source.read();
      assertThat(renewed.content()).isNotEqualTo(before.content());
      access.become(renewed.access().get().client());
      ask(access.client(), server);
      assertThat(asked).hasValue("Bearer second");
      Files.delete(kubeconfig);
      assertThatThrownBy(source::read)
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("--parent-kubeconfig");
    } finally {
      server.stop(0);
    }
  }

  private static String kubeconfig(HttpServer server, Path token) {
    return "{current-context: c, contexts: [{name: c, context: {cluster: p, user: u}}],"
        + " clusters: [{name: p, cluster: {server: '"
        + url(server)
        + "'}}], users: [{name: u, user: {tokenFile: '"
        + token
        + "'}}]}";
  }

  private static String url(HttpServer server) {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void ask(ApiClient client, HttpServer server) throws Exception {
    client
        .buildCall(
            url(server),
            "/",
            "GET",
            List.of(),
            List.of(),
            null,
            new HashMap<>(),
            new HashMap<>(),
            new HashMap<>(),
            new String[] {"BearerToken"},
            null)
        .execute()
        .close();
  }

  /** Reads of the credentials are told when to happen: their time is that of the test. */
  @Test
  void without_credentials_the_clusters_own_grids_are_looked_after_and_new_ones_are_used() {
    try (TestCluster parent = TestCluster.start();
        TestCluster child = TestCluster.start()) {
      prepare(parent, child);
      AtomicReference<String> problem = new AtomicReference<>("no Secret yet");
      ChildController.Source source =
          () -> {
            if (!problem.get().isEmpty()) {
              throw new CommandFailure(problem.get());
            }
            return new ChildController.Reading(
                "first", () -> new ChildController.Access(parent.apiClient(), "cluster-a"));
          };
      try (ChildController controller =
          new ChildController(
              source,
              () -> GridEngine.builder(child.apiClient()).build(),
              access ->
                  FederationChild.builder(child.apiClient(), access.client(), access.namespace())
                      .build())) {
        controller.start();
        assertThat(controller.whyNotReady()).containsExactly("no Secret yet");
        child.apply(GRID.replace("name: demo,", "name: own,"));
        child.await().deployment("own-zone1").isAvailable();
        problem.set("");
        controller.lookAgain();
        child.await().until("it is ready", () -> controller.whyNotReady().isEmpty());
        child
            .await()
            .until(
                "it holds its namespace",
                () ->
                    parent
                        .find(ResourceType.LEASE, "cluster-a", "unitgrid-child")
                        .filter(
                            lease -> !lease.get("spec", "holderIdentity").asString("").isEmpty())
                        .isPresent());
        problem.set("the Secret is gone");
        controller.lookAgain();
        assertThat(controller.whyNotReady()).containsExactly("the Secret is gone");
      }
    }
  }
}
