/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.testkit.Simulation;
import dev.unitgrid.testkit.Surroundings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The example on the package's page. */
class PackageExampleTest {
  @Test
  void it_does_what_the_page_says() {
    try (Simulation simulation = Simulation.of(1)) {
      var cluster = simulation.cluster();
      cluster.nodes("location=beijing", "bj-1");
      cluster.apply(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: demo-svc}
          spec: {selector: {app: demo}, ports: [{port: 80}]}
          """);
      Duration second = Duration.ofSeconds(1);
      Surroundings around = cluster.around();
      around.turnOff(ClusterPart.SCHEDULER);
      around.image("echo:2", ImageBehaviour.neverReady());
      around.image("echo:3", ImageBehaviour.crashesAfter(second));
      around.times(ClusterTimes.real().nodeMonitorGrace(second));
      around.stopKubelet("bj-1");
      assertThat(around.dns("demo-svc.default.svc.cluster.local").addresses())
          .singleElement()
          .asString()
          .startsWith("10.96.");
      around.turnOn(ClusterPart.SCHEDULER);
      simulation.run(Duration.ofSeconds(3));
      assertThat(cluster.get(ResourceType.NODE, "", "bj-1").toString())
          .contains("node.kubernetes.io/unreachable");
    }
  }
}
