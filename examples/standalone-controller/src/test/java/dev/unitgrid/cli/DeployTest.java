/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The folder {@code deploy} says what the code needs, and no more. */
class DeployTest {
  private static final Path DEPLOY = Path.of("..", "..", "deploy");

  @Test
  void the_crds_in_deploy_are_what_the_command_prints() throws Exception {
    assertThat(Files.readString(DEPLOY.resolve("crds/crds.yaml")))
        .as("./unitgrid crds > deploy/crds/crds.yaml")
        .isEqualTo(Crds.yaml());
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "crds", "node", "cluster-namespace", "clusternet-secret"})
  void a_kustomization_names_every_file_beside_it(String folder) throws Exception {
    Json kustomization = read(folder, "kustomization.yaml").get(0).object();
    List<String> named =
        kustomization.get("resources").items().stream().map(item -> item.asString("")).toList();

    assertThat(files(folder))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(named.stream(), Stream.of("kustomization.yaml")).toList());
  }

  @Test
  void the_base_holds_no_crd_so_that_removing_it_removes_no_site() throws Exception {
    assertThat(base()).extracting(Manifest::kind).doesNotContain("CustomResourceDefinition");
  }

  @Test
  void the_container_runs_without_root_rights_or_a_writable_root() throws Exception {
    Json pod = one("Deployment").get("spec", "template", "spec");
    Json container = pod.get("containers").items().get(0);

    assertThat(pod.get("securityContext", "runAsNonRoot")).isEqualTo(Json.of(true));
    assertThat(container.get("securityContext"))
        .isEqualTo(
            Json.object(
                "allowPrivilegeEscalation", false,
                "readOnlyRootFilesystem", true,
                "capabilities", Json.object("drop", List.of("ALL"))));
    assertThat(container.get("resources", "limits", "memory").isString()).isTrue();
  }

  @Test
  void the_arguments_of_the_container_are_a_command_line_that_is_understood() throws Exception {
    Json container = one("Deployment").get("spec", "template", "spec", "containers").items().get(0);
    List<String> words = new ArrayList<>();
    container.get("args").items().forEach(word -> words.add(word.asString("")));
    words.add("--kubeconfig=/no/such/file");
    TestShell shell = new TestShell();

    assertThat(shell.run(words.toArray(String[]::new))).isEqualTo(ExitCodes.FAILED);
    assertThat(shell.err()).isEqualTo("unitgrid: there is no kubeconfig /no/such/file\n");
  }

  @Test
  void what_the_image_copies_is_not_ignored_by_its_build() throws Exception {
    String dockerfile = Files.readString(DEPLOY.resolve("Dockerfile")).replace("\\\n", " ");
    List<String> copied =
        dockerfile
            .lines()
            .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
            .flatMap(line -> Stream.of(line.split("\\s+")).skip(1))
            .filter(word -> !word.equals("./"))
            .toList();

    assertThat(copied).contains("deploy/class-archives");
    assertThat(Files.readAllLines(DEPLOY.resolveSibling(".dockerignore")))
        .containsAll(copied.stream().map(path -> "!" + path).toList());
  }

  @Test
  void the_agents_of_a_node_have_a_command_line_that_is_understood_and_a_role_that_only_reads()
      throws Exception {
    Json daemonSet = read("node", "daemonset.yaml").get(0).object();
    Json container = daemonSet.get("spec", "template", "spec", "containers").items().get(0);
    List<String> words = new ArrayList<>();
    container
        .get("args")
        .items()
        .forEach(word -> words.add(word.asString("").replace("$(NODE_NAME)", "bj-1")));
    words.add("--kubeconfig=/no/such/file");
    TestShell shell = new TestShell();

    assertThat(shell.run(words.toArray(String[]::new))).isEqualTo(ExitCodes.FAILED);
    assertThat(shell.err()).isEqualTo("unitgrid: there is no kubeconfig /no/such/file\n");
    for (Json rule : read("node", "role.yaml").get(0).object().get("rules").items()) {
      assertThat(rule.get("verbs").items()).containsExactly(Json.of("list"), Json.of("watch"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"unitgrid", "benchmarks/src/main/java/dev/unitgrid/benchmarks/NodeAgent.java"})
  void what_is_run_from_the_sources_and_what_is_measured_has_the_flags_of_the_deployed_agents(
      String other) throws Exception {
    Json daemonSet = read("node", "daemonset.yaml").get(0).object();
    Json container = daemonSet.get("spec", "template", "spec", "containers").items().get(0);
    List<String> flags =
        container.get("command").items().stream()
            .map(word -> word.asString(""))
            .filter(word -> word.startsWith("-X") && !word.contains("SharedArchiveFile"))
            .filter(word -> !word.startsWith("-Xmx")) // an option of the benchmark
            .toList();

    assertThat(flags).hasSizeGreaterThan(10);
    assertThat(Files.readString(DEPLOY.resolveSibling(other)))
        .contains(flags)
        .contains("MALLOC_ARENA_MAX");
  }

  @ParameterizedTest
  @ValueSource(strings = {"node-local-dns.yaml", "coredns.yaml"})
  void coredns_mounts_the_folder_that_the_node_agent_writes_and_its_lines_name(String patch)
      throws Exception {
    String agent = Files.readString(DEPLOY.resolve("node/daemonset.yaml"));
    String mounting = Files.readString(DEPLOY.resolve("coredns").resolve(patch));
    String lines = Files.readString(DEPLOY.resolve("coredns/hosts.conf"));

    assertThat(agent).contains("--hosts-file=/run/unitgrid/dns/hosts", "path: /run/unitgrid/dns\n");
    assertThat(mounting).contains("mountPath: /run/unitgrid/dns\n", "path: /run/unitgrid/dns\n");
    assertThat(lines).contains("hosts /run/unitgrid/dns/hosts cluster.local {");
    assertThat(Files.readString(Path.of("..", "..", "docs", "dns.md")))
        .contains(lines.substring(lines.indexOf("hosts /run")).replace("\n    ", "\n"));
  }

  @Test
  void the_role_covers_the_three_kinds_and_no_secrets() throws Exception {
    Json role = one("ClusterRole");
    List<String> resources = new ArrayList<>();
    for (Json rule : role.get("rules").items()) {
      rule.get("resources").items().forEach(resource -> resources.add(resource.asString("")));
      assertThat(rule.get("verbs").items()).doesNotContain(Json.of("*"));
    }

    for (GridKind kind : GridKind.values()) {
      String plural = kind.type().plural();
      assertThat(resources).contains(plural, plural + "/status", kind.childType().plural());
    }
    assertThat(resources).doesNotContain("*", "secrets", "configmaps", "pods");
  }

  private static Json one(String kind) throws IOException {
    return base().stream()
        .filter(manifest -> manifest.kind().equals(kind))
        .findFirst()
        .orElseThrow()
        .object();
  }

  private static List<Manifest> base() throws IOException {
    List<Manifest> manifests = new ArrayList<>();
    for (String file : files("base")) {
      if (!file.equals("kustomization.yaml")) {
        manifests.addAll(read("base", file));
      }
    }
    return manifests;
  }

  private static List<Manifest> read(String folder, String file) throws IOException {
    return Manifest.read(file, Files.readAllBytes(DEPLOY.resolve(folder).resolve(file)));
  }

  private static List<String> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(DEPLOY.resolve(folder))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
