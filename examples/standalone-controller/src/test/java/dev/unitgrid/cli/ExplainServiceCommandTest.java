/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.testkit.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainServiceCommandTest {
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
      - {addresses: [10.2.0.1], nodeName: gz-1, conditions: {ready: false}}
      - {addresses: [10.3.0.1]}
      """;

  private final TestCluster cluster = TestCluster.start();
  private final TestShell shell = new TestShell();
  private @TempDir Path folder;
  private Path kubeconfig;

  @BeforeEach
  void two_units() throws Exception {
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), cluster.kubeconfig());
    cluster.nodes("location=beijing", "bj-1", "bj-2");
    cluster.nodes("location=guangzhou", "gz-1");
    cluster.apply(SERVICE);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void it_says_of_each_endpoint_by_which_rule_it_is_kept_or_dropped() {
    assertThat(explain("default/demo-svc", "bj-1")).isEqualTo(ExitCodes.WELL);

    assertThat(shell.out().lines())
        .containsExactly(
            "10.1.0.2  bj-2       ready      kept     same-unit              same location=beijing",
            "10.2.0.1  gz-1       not-ready  dropped  other-unit             its node gz-1 has"
                + " location=guangzhou, not beijing",
            "10.3.0.1  <no node>  ready      dropped  endpoint-without-node  the endpoint names no"
                + " node");
  }

  @Test
  void what_is_not_there_is_named_with_what_is() {
    assertThat(explain("default/nothing", "bj-1")).isEqualTo(ExitCodes.FAILED);
    assertThat(explain("default/demo-svc", "bj-9")).isEqualTo(ExitCodes.FAILED);

    assertThat(shell.err().lines())
        .containsExactly(
            "unitgrid: there is no Service default/nothing: see kubectl get services -A",
            "unitgrid: there is no node bj-9; there are bj-1, bj-2, gz-1");
  }

  @Test
  void wrong_usage_is_said_and_exits_with_2() {
    assertThat(shell.run("explain")).isEqualTo(ExitCodes.USAGE);
    assertThat(shell.run("explain", "service", "demo-svc", "--node", "bj-1"))
        .isEqualTo(ExitCodes.USAGE);
    assertThat(shell.run("explain", "service", "default/demo-svc")).isEqualTo(ExitCodes.USAGE);

    assertThat(shell.err()).contains("default/servicegrid-demo-svc", "--node");
  }

  private int explain(String service, String node) {
    return shell.run(
        "explain", "service", service, "--node", node, "--kubeconfig", kubeconfig.toString());
  }
}
