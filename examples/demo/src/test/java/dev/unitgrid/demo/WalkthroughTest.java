/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.testkit.TestCluster;
import dev.unitgrid.testkit.Verb;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WalkthroughTest {
  private final StringWriter printed = new StringWriter();

  @Test
  void every_step_holds_and_is_shown_as_kubectl_shows_it() {
    try (TestCluster cluster = TestCluster.start()) {
      assertThat(walk(cluster, Duration.ofSeconds(20)).run()).isEmpty();
    }

    assertThat(printed.toString())
        .contains(
            "$ kubectl get dg\nNAME                  UNITS   READY   AGE\ndeploymentgrid-demo   2       2 ",
            "deploymentgrid-demo-guangzhou   2/2     2            2",
            "kube-proxy on bj-1 is given the 2 endpoints of beijing",
            "kube-proxy on gz-1 is given the 2 endpoints of guangzhou",
            "kube-proxy on gz-1 is given the 3 endpoints of guangzhou",
            "statefulsetgrid-demo-beijing     3/3",
            "deploymentgrid-demo-zone2   3/3     3            3")
        .containsPattern(
            "gz-1\\$ nslookup statefulsetgrid-demo-0\\.servicegrid-demo-svc\\.default\\.svc\\.cluster\\.local\nAddress: 10\\.")
        .containsPattern("Every step holds \\([0-9.]+ s\\)\\.");
  }

  @Test
  void a_step_that_does_not_hold_ends_it_with_the_sentence() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.faults().on(Verb.CREATE, "services").status(500);

      assertThat(walk(cluster, Duration.ofSeconds(4)).run())
          .hasValueSatisfying(sentence -> assertThat(sentence).startsWith("not so: the Service "));
    }

    assertThat(printed.toString()).doesNotContain("Every step holds");
  }

  private Walkthrough walk(TestCluster cluster, Duration patience) {
    return new Walkthrough(cluster, new PrintWriter(printed), patience);
  }
}
