/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package example;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unitgrid.testkit.TestCluster;
import dev.unitgrid.testkit.junit.KubeTest;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import org.junit.jupiter.api.Test;

@KubeTest
class FirstTest {
  @Test
  void a_deployment_becomes_available(TestCluster cluster, ApiClient api) throws Exception {
    cluster.nodes("zone=a", "node-1");
    cluster.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: echo}
        spec:
          replicas: 2
          selector: {matchLabels: {app: echo}}
          template:
            metadata: {labels: {app: echo}}
            spec: {containers: [{name: echo, image: "echo:1"}]}
        """);
    cluster.await().deployment("echo").isAvailable();
    assertEquals(2, new CoreV1Api(api).listNamespacedPod("default").execute().getItems().size());
  }
}
