/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanCommandTest {
  private static final String GRID =
      """
      apiVersion: superedge.io/v1
      kind: DeploymentGrid
      metadata: {name: demo, namespace: default}
      spec:
        gridUniqKey: location
        template:
          replicas: 2
          selector: {matchLabels: {app: demo}}
          template:
            metadata: {labels: {app: demo}}
            spec: {containers: [{name: main, image: "demo:1"}]}
      """;
  private static final String SERVICE_GRID =
      """
      ---
      apiVersion: superedge.io/v1
      kind: ServiceGrid
      metadata: {name: demo, namespace: default}
      spec:
        gridUniqKey: location
        template: {selector: {app: demo}, ports: [{port: 80}]}
      """;
  private static final String NODES =
      """
      apiVersion: v1
      kind: List
      items:
      - {apiVersion: v1, kind: Node, metadata: {name: bj-1, labels: {location: beijing}}}
      - {apiVersion: v1, kind: Node, metadata: {name: gz-1, labels: {location: guangzhou}}}
      """;

  @TempDir private Path folder;
  private final TestShell shell = new TestShell();
  private String grid;
  private String nodes;

  @BeforeEach
  void write() throws Exception {
    grid = file("grid.yaml", GRID);
    nodes = file("nodes.yaml", NODES);
  }

  @Test
  void nodes_alone_assume_no_children_and_say_so() {
    assertThat(shell.run("plan", "-f", grid, "--nodes", nodes)).isEqualTo(ExitCodes.WELL);

    assertThat(shell.out())
        .contains(
            "# only nodes were given: this assumes that no child of the grids exists",
            "DeploymentGrid default/demo",
            "+ Deployment/demo-beijing unit beijing",
            "+ Deployment/demo-guangzhou unit guangzhou",
            "2 to create");
    assertThat(shell.err()).isEmpty();
  }

  @Test
  void with_exit_code_a_difference_is_3() {
    assertThat(shell.run("plan", "-f", grid, "--nodes", nodes, "--exit-code"))
        .isEqualTo(ExitCodes.DIFFERS);
  }

  @Test
  void several_documents_come_from_standard_input_too() {
    TestShell piped = new TestShell(GRID + SERVICE_GRID, Map.of());

    assertThat(piped.run("plan", "-f", "-", "--nodes", nodes)).isEqualTo(ExitCodes.WELL);
    assertThat(piped.out()).contains("+ Deployment/demo-beijing", "+ Service/demo-svc");
  }

  @Test
  void json_is_one_document_with_every_grid() {
    assertThat(shell.run("plan", "-f", grid, "--nodes", nodes, "-o", "json"))
        .isEqualTo(ExitCodes.WELL);

    Json all = Json.parse(shell.out());
    assertThat(all.get("assumption").isString()).isTrue();
    assertThat(all.get("grids").items()).hasSize(1);
    assertThat(all.get("grids").items().get(0).get("plan", "summary", "create").asLong(0))
        .isEqualTo(2);
  }

  @Test
  void on_a_cluster_only_what_differs_is_planned_and_nothing_is_written() throws Exception {
    try (TestCluster cluster = clusterWithGrid()) {
      String kubeconfig = file("kubeconfig", cluster.kubeconfig());
      String changed = file("changed.yaml", GRID.replace("demo:1", "demo:2"));
      int writes = cluster.writes().size();

      assertThat(shell.run("plan", "-f", grid, "--kubeconfig", kubeconfig, "--exit-code"))
          .as(shell.out() + shell.err())
          .isEqualTo(ExitCodes.WELL);
      assertThat(shell.out()).contains("0 to change", "2 unchanged").doesNotContain("# only nodes");

      TestShell other = new TestShell();
      assertThat(other.run("plan", "-f", changed, "--kubeconfig", kubeconfig, "--exit-code"))
          .isEqualTo(ExitCodes.DIFFERS);
      assertThat(other.out())
          .contains("~ Deployment/demo-beijing unit beijing", "(restarts pods)", "demo:2");
      assertThat(cluster.writes().stream().filter(write -> !write.query().containsKey("dryRun")))
          .hasSize(writes);
    }
  }

  @Test
  void a_grid_that_the_cluster_does_not_know_is_planned_with_its_units() throws Exception {
    try (TestCluster cluster = clusterWithGrid()) {
      String kubeconfig = file("kubeconfig", cluster.kubeconfig());
      String second = file("second.yaml", GRID.replace("name: demo,", "name: second,"));

      assertThat(shell.run("plan", "-f", second, "--kubeconfig", kubeconfig))
          .isEqualTo(ExitCodes.WELL);
      assertThat(shell.out())
          .contains("+ Deployment/second-beijing", "+ Deployment/second-guangzhou");
    }
  }

  @Test
  void a_problem_of_a_unit_is_a_line_of_its_own() throws Exception {
    String unknown =
        file(
            "unknown.yaml",
            GRID.replace("spec:\n  grid", "spec:\n  templates: {beijing: t}\n  grid"));

    assertThat(shell.run("plan", "-f", unknown, "--nodes", nodes)).isEqualTo(ExitCodes.WELL);
    assertThat(shell.out()).contains("! UnknownTemplate", "+ Deployment/demo-guangzhou");
  }

  @Test
  void with_exit_code_a_problem_alone_is_3_too() throws Exception {
    String unknown =
        file(
            "unknown.yaml",
            GRID.replace("spec:\n  grid", "spec:\n  defaultTemplateName: t\n  grid"));

    assertThat(shell.run("plan", "-f", unknown, "--nodes", nodes, "--exit-code"))
        .isEqualTo(ExitCodes.DIFFERS);
    assertThat(shell.out()).contains("0 to create", "2 problems");
  }

  @Test
  void what_kubectl_apply_would_be_refused_is_a_sentence_and_the_other_grids_are_planned()
      throws Exception {
    String several =
        file(
            "several.yaml",
            GRID
                + "---\n"
                + GRID.replace("name: demo,", "name: wrong,")
                    .replace("  gridUniqKey", "  replicas: 2\n  gridUniqKey")
                + "---\n"
                + GRID.replace("name: demo,", "name: Caps,"));

    assertThat(shell.run("plan", "-f", several, "--nodes", nodes)).isEqualTo(ExitCodes.FAILED);
    assertThat(shell.out()).contains("+ Deployment/demo-beijing").doesNotContain("wrong", "Caps");
    assertThat(shell.err().lines())
        .satisfiesExactly(
            level ->
                assertThat(level)
                    .isEqualTo(
                        "unitgrid: "
                            + several
                            + ":13: DeploymentGrid default/wrong: spec.replicas stands at a wrong"
                            + " level: replicas belong into spec.template"),
            name -> assertThat(name).contains("DeploymentGrid default/Caps: metadata.name: "));

    TestShell other = new TestShell();
    other.run("plan", "-f", several, "--nodes", nodes, "-o", "json");
    assertThat(Json.parse(other.out()).get("refused").items())
        .extracting(refused -> refused.get("name").asString(""))
        .containsExactly("wrong", "Caps");
  }

  @Test
  void on_a_cluster_the_verdict_is_the_api_server_s_and_nothing_is_stored() throws Exception {
    try (TestCluster cluster = clusterWithGrid()) {
      String kubeconfig = file("kubeconfig", cluster.kubeconfig());
      String unknown = GRID.replace("  gridUniqKey", "  unknown: 2\n  gridUniqKey");
      String both =
          file("both.yaml", unknown + "---\n" + unknown.replace("name: demo,", "name: second,"));

      assertThat(shell.run("plan", "-f", both, "--kubeconfig", kubeconfig))
          .isEqualTo(ExitCodes.FAILED);
      assertThat(shell.err().lines())
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).contains("strict decoding error: unknown field"));
      assertThat(cluster.writes().stream().filter(write -> write.query().containsKey("dryRun")))
          .extracting(write -> write.verb().toString(), write -> write.query().get("dryRun"))
          .containsExactly(tuple("UPDATE", "All"), tuple("CREATE", "All"));
    }
  }

  @Test
  void a_field_that_is_there_twice_is_a_note_and_the_last_one_counts_as_with_kubectl()
      throws Exception {
    String twice =
        file("twice.yaml", GRID.replace("  gridUniqKey", "  gridUniqKey: x\n  gridUniqKey"));

    assertThat(shell.run("plan", "-f", twice, "--nodes", nodes)).isEqualTo(ExitCodes.WELL);
    assertThat(shell.out()).contains("2 to create");
    assertThat(shell.err().lines())
        .containsExactly(
            "unitgrid: note: " + twice + ":6: gridUniqKey is there twice, the last one counts");
  }

  @Test
  void a_label_that_cannot_be_is_a_sentence_that_names_node_and_label() throws Exception {
    fails(
        folder + "/number.yaml:1: Node bj-1: metadata.labels.location is 5, not text",
        grid,
        file("number.yaml", NODES.replace("location: beijing", "location: 5")));
    fails(
        folder + "/space.yaml:1: Node bj-1: metadata.labels.location: \"bei jing\" is no label's",
        grid,
        file("space.yaml", NODES.replace("location: beijing", "location: bei jing")));
  }

  @Test
  void a_cluster_without_the_crds_is_a_sentence_that_names_them() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      String kubeconfig = file("kubeconfig", cluster.kubeconfig());

      assertThat(shell.run("plan", "-f", grid, "--kubeconfig", kubeconfig))
          .isEqualTo(ExitCodes.FAILED);
      assertThat(shell.err())
          .startsWith("unitgrid: the cluster cannot be read: ")
          .contains("DeploymentGrid", "unitgrid crds | kubectl apply --server-side -f -");
      assertThat(shell.err().lines()).hasSize(1);
    }
  }

  @Test
  void an_unreachable_server_is_a_sentence() throws Exception {
    String kubeconfig;
    try (TestCluster gone = TestCluster.start()) {
      kubeconfig = file("kubeconfig", gone.kubeconfig());
    }

    assertThat(shell.run("plan", "-f", grid, "--kubeconfig", kubeconfig))
        .isEqualTo(ExitCodes.FAILED);
    assertThat(shell.err()).startsWith("unitgrid: the cluster cannot be read: ");
    assertThat(shell.err().lines()).hasSize(1);
  }

  @Test
  void files_that_are_missing_or_no_grids_are_one_sentence_each() throws Exception {
    fails("there is no file /no/grid.yaml", "/no/grid.yaml", nodes);
    fails("there is no file /no/nodes.yaml", grid, "/no/nodes.yaml");
    fails(folder + " is a folder; name its files", folder.toString(), nodes);
    fails("there is no grid in what -f names", nodes, nodes);
    fails("there is no Node in " + grid, grid, grid);
    fails(folder + "/bad.yaml:1: not YAML: ", file("bad.yaml", "a: b: c\n"), nodes);
    fails(
        folder + "/nokey.yaml:1: DeploymentGrid default/demo: spec.gridUniqKey is missing",
        file("nokey.yaml", GRID.replace("  gridUniqKey: location\n", "")),
        nodes);
  }

  private void fails(String sentence, String gridFile, String nodesFile) {
    TestShell fresh = new TestShell();
    assertThat(fresh.run("plan", "-f", gridFile, "--nodes", nodesFile)).isEqualTo(ExitCodes.FAILED);
    assertThat(fresh.err().lines().filter(line -> !line.startsWith("unitgrid: note: ")))
        .singleElement()
        .asString()
        .startsWith("unitgrid: " + sentence);
    assertThat(fresh.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plan", "plan --nodes nodes.yaml", "plan -f g.yaml --nodes n.yaml --kubeconfig k",
        "plan -f g.yaml -o xml", "plan -f g.yaml --dance", "plan -f"
      })
  void wrong_usage_is_exit_code_2_and_one_sentence(String words) {
    assertThat(shell.run(words.split(" "))).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.err().lines()).hasSize(1).first().asString().startsWith("unitgrid plan: ");
  }

  private TestCluster clusterWithGrid() {
    TestCluster cluster = TestCluster.start();
    cluster.apply(Crds.yaml());
    cluster.nodes("location=beijing", "bj-1");
    cluster.nodes("location=guangzhou", "gz-1");
    cluster.apply(GRID);
    try (GridEngine engine = GridEngine.builder(cluster.apiClient()).build()) {
      engine.start();
      cluster.await().deployment("demo-beijing").isAvailable();
      cluster.await().deployment("demo-guangzhou").isAvailable();
    }
    return cluster;
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text).toString();
  }
}
