/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.testkit.TestCluster;
import java.util.List;
import org.junit.jupiter.api.Test;

class MyControllerTest {
  private static final String GRID =
      """
      apiVersion: superedge.io/v1
      kind: DeploymentGrid
      metadata:
        name: demo
        namespace: default
      spec:
        gridUniqKey: location
        template:
          replicas: 2
          selector:
            matchLabels:
              app: demo
          template:
            metadata:
              labels:
                app: demo
            spec:
              containers:
              - name: echo
                image: superedge/echoserver:2.2
      """;

  @Test
  void every_site_gets_its_workload() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.apply(Crds.yaml());
      cluster.nodes("location=beijing", "bj-1", "bj-2");
      cluster.nodes("location=guangzhou", "gz-1");
      cluster.apply(GRID);
      try (var engine = MyController.start(cluster.apiClient())) {
        cluster.await().deployment("demo-beijing").isAvailable();
        cluster.await().deployment("demo-guangzhou").isAvailable();
        assertTrue(engine.isLeading());
        assertTrue(engine.health().isReady());
      }
      assertEquals(
          List.of("demo-beijing", "demo-guangzhou"),
          cluster.names(ResourceType.DEPLOYMENT, "default"));
      assertFalse(
          Thread.getAllStackTraces().keySet().stream()
              .anyMatch(thread -> thread.getName().startsWith("unitgrid-engine")));
    }
  }
}
