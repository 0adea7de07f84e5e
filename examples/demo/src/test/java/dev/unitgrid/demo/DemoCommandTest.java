/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.cli.Cli;
import dev.unitgrid.cli.ExitCodes;
import dev.unitgrid.cli.Shell;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.util.Config;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void the_demo_is_a_command_beside_the_others() {
    assertThat(run("--help")).isEqualTo(ExitCodes.WELL);
    assertThat(out.toString()).contains("controller", "crds", "plan", "demo");
  }

  @Test
  void many_clusters_are_shown_on_three_servers() {
    assertThat(run("demo", "--federation")).as(err.toString()).isEqualTo(ExitCodes.WELL);
    assertThat(out.toString())
        .contains(
            "deploymentgrid-demo-zone1   2/2",
            "deploymentgrid-demo-zone2   3/3",
            "Every step holds");
  }

  @Test
  void three_servers_are_not_left_up() {
    assertThat(run("demo", "--federation", "--serve")).isEqualTo(ExitCodes.USAGE);
    assertThat(err.toString().lines())
        .hasSize(1)
        .allMatch(line -> line.startsWith("unitgrid demo: "));
  }

  @Test
  void serving_leaves_a_cluster_for_kubectl_until_the_process_is_to_end() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Shell serving =
        new Shell(
            new PrintWriter(out),
            new PrintWriter(err),
            InputStream.nullInputStream(),
            Map.of(),
            end::await);
    CompletableFuture<Integer> exit =
        CompletableFuture.supplyAsync(
            () -> Cli.run(serving, List.of(new DemoCommand(serving)), "demo", "--serve"));
    Path kubeconfig = kubeconfig(exit);
    try {
      CoreV1Api api = new CoreV1Api(Config.fromConfig(kubeconfig.toString()));
      assertThat(api.listNode().execute().getItems())
          .extracting(node -> node.getMetadata().getName())
          .contains("bj-1", "gz-3");
      assertThat(api.listNamespacedPod("default").execute().getItems()).isNotEmpty();
      assertThat(exit).isNotDone();
    } finally {
      end.countDown();
    }
    assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCodes.WELL);
    assertThat(kubeconfig).doesNotExist();
  }

  private Path kubeconfig(CompletableFuture<Integer> exit) {
    long limit = System.nanoTime() + 60_000_000_000L;
    String marker = "export KUBECONFIG=";
    while (!out.toString().contains(marker) || !out.toString().contains("get deployments -w")) {
      assertThat(exit).as(out + "" + err).isNotDone();
      assertThat(System.nanoTime()).as(out.toString()).isLessThan(limit);
      LockSupport.parkNanos(20_000_000);
    }
    String line = out.toString().substring(out.toString().indexOf(marker) + marker.length());
    return Path.of(line.substring(0, line.indexOf('\n')).strip());
  }

  private int run(String... words) {
    Shell shell =
        new Shell(
            new PrintWriter(out),
            new PrintWriter(err),
            InputStream.nullInputStream(),
            Map.of(),
            () -> {});
    return Cli.run(shell, List.of(new DemoCommand(shell)), words);
  }
}
