/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kubeconfigs that take no client-java. */
class PlainKubeconfigTest {
  @TempDir private Path folder;

  @Test
  void a_server_and_a_token_are_enough() throws Exception {
    ApiServer server = read("{server: 'http://127.0.0.1:9/k8s'}", "{token: t}").orElseThrow();
    assertThat(server.base()).isEqualTo(URI.create("http://127.0.0.1:9/k8s"));
    assertThat(server.trusted()).isEmpty();
    assertThat(server.token().read()).isEqualTo("t");
  }

  @Test
  void the_token_of_a_file_is_the_one_that_is_there_now() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), "one\n");
    ApiServer server = read("{server: 'http://x'}", "{tokenFile: token}").orElseThrow();
    assertThat(server.token().read()).isEqualTo("one");
    Files.writeString(file, "two");
    assertThat(server.token().read()).isEqualTo("two");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{server: 'https://x'}|{token: t}",
        "{server: 'https://x', insecure-skip-tls-verify: true}|{token: t}",
        "{server: 'https://x', certificate-authority: /no/file}|{token: t}",
        "{server: 'https://x', certificate-authority-data: bm9uZQ==}|{token: t}",
        "{server: 'https://x', certificate-authority-data: '%'}|{token: t}",
        "{server: 'http://x', proxy-url: 'http://y'}|{token: t}",
        "{server: 'http://x'}|{}",
        "{server: 'http://x'}|{token: t, exec: {command: c}}",
        "{server: 'http://x'}|{client-certificate-data: YQ==}",
        "1|2"
      })
  void whatever_says_more_or_less_is_left_to_client_java(String clusterAndUser) throws Exception {
    String[] parts = clusterAndUser.split("\\|");
    assertThat(read(parts[0], parts[1])).isEmpty();
  }

  @Test
  void what_is_no_kubeconfig_is_left_to_client_java_too() throws Exception {
    for (String text : new String[] {"", "a: b: c", "apiVersion: v1\nkind: Config\n"}) {
      assertThat(PlainKubeconfig.read(file(text))).isEmpty();
    }
    assertThat(PlainKubeconfig.read(folder.resolve("missing"))).isEmpty();
  }

  private Optional<ApiServer> read(String cluster, String user) throws Exception {
    return PlainKubeconfig.read(
        file(
            """
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: other, cluster: {server: "http://other"}}, {name: c, cluster: %s}]
            users: [{name: u, user: %s}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            """
                .formatted(cluster, user)));
  }

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("kubeconfig"), text);
  }
}
