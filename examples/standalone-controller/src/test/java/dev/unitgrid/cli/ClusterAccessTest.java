/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterAccessTest {
  private static final String GOOD =
      "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
          + "clusters: [{name: c, cluster: {server: \"http://127.0.0.1:9\"}}]\n"
          + "users: [{name: u, user: {token: t}}]\n"
          + "contexts: [{name: c, context: {cluster: c, user: u}}]\n";

  @TempDir private Path folder;

  @Test
  void the_named_kubeconfig_is_taken_first() throws Exception {
    assertThat(
            access(Map.of("KUBECONFIG", "/nowhere"))
                .connect(Optional.of(file(GOOD)))
                .client()
                .getBasePath())
        .isEqualTo("http://127.0.0.1:9");
  }

  @Test
  void else_the_one_of_the_environment_and_then_the_usual_one() throws Exception {
    Path file = file(GOOD);
    assertThat(
            access(Map.of("KUBECONFIG", file + ":/other"))
                .connect(Optional.empty())
                .client()
                .getBasePath())
        .isEqualTo("http://127.0.0.1:9");

    Files.createDirectory(folder.resolve(".kube"));
    Files.move(file, folder.resolve(".kube/config"));
    assertThat(
            access(Map.of("HOME", folder.toString()))
                .connect(Optional.empty())
                .client()
                .getBasePath())
        .isEqualTo("http://127.0.0.1:9");
  }

  @Test
  void no_configuration_at_all_is_a_sentence() {
    assertThatThrownBy(() -> access(Map.of("HOME", folder.toString())).connect(Optional.empty()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageStartingWith("no cluster to talk to: give --kubeconfig");
  }

  @Test
  void the_namespace_is_the_context_s_or_default() throws Exception {
    assertThat(access(Map.of()).connect(Optional.of(file(GOOD))).namespace()).isEqualTo("default");
    String edge = GOOD.replace("user: u}", "user: u, namespace: edge}");
    assertThat(access(Map.of()).connect(Optional.of(file(edge))).namespace()).isEqualTo("edge");
  }

  @Test
  void a_missing_file_is_a_sentence() {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> access(Map.of()).connect(Optional.of(missing)))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("there is no kubeconfig " + missing);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "just text",
        "[1, 2]",
        "a: b: c",
        "apiVersion: v1\nkind: Config\n",
        "clusters: 1\nusers: 2\ncontexts: 3\ncurrent-context: c\n",
        "apiVersion: v1\ncurrent-context: c\ncontexts: []\nclusters: []\nusers: []\n",
        "current-context: c\nclusters: [{name: c, cluster: {}}]\nusers: [{name: u, user: {}}]\n"
            + "contexts: [{name: c, context: {cluster: c, user: u}}]\n",
        "current-context: c\nclusters: [{name: c, cluster: {server: 'http://x', certificate-authority: /no/file}}]\n"
            + "users: [{name: u, user: {}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n"
      })
  void a_malformed_kubeconfig_is_one_sentence(String text) throws Exception {
    Path file = file(text);
    assertThatThrownBy(() -> access(Map.of()).connect(Optional.of(file)))
        .isInstanceOf(CommandFailure.class)
        .message()
        .startsWith(file + " is no usable kubeconfig: ")
        .doesNotContain("\n");
  }

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("kubeconfig"), text);
  }

  private static ClusterAccess access(Map<String, String> environment) {
    return new ClusterAccess(environment);
  }
}
