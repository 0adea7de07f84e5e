/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Ten times the cluster is about ten times the work, not a hundred times. */
@Tag("slow")
class ScaleTest {
  private static final ResourceType PODS = new ResourceType("", "v1", "Pod", "pods", true);
  private static final int FEW = 150;
  private static final int MANY = 1_500;

  /** Seconds on a core for nodes and single pods, with everything around the server. */
  private static double cost(int size, String location) {
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    try (Simulation simulation = Simulation.of(1)) {
      SimulatedCluster cluster = simulation.cluster();
      for (int i = 0; i < size; i++) {
        cluster.nodes("location=unit-" + i, "node-" + i);
      }
      for (int i = 0; i < size; i++) {
        cluster.apply(TestClusterTest.deployment("demo-" + i, 1, location, "echo:1"));
      }
      simulation.run(Duration.ofSeconds(10));
      assertThat(cluster.names(PODS, "default")).hasSize(size);
    }
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
  }

  private static void assertThatItIsInProportion(String location) {
    double warmUp = cost(MANY, location);
    assertThat(warmUp).isPositive();
    double few = cost(FEW, location);
    assertThat(cost(MANY, location)).isLessThan(30 * few);
  }

  @Test
  void pods_that_fit_no_node_do_not_look_at_every_node() {
    assertThatItIsInProportion("nowhere");
  }

  @Test
  void pods_that_fit_one_node_do_not_look_at_every_node() {
    assertThatItIsInProportion("unit-1");
  }
}
