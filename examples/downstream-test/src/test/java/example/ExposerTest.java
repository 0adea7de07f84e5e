/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.testkit.TestCluster;
import dev.unitgrid.testkit.Verb;
import dev.unitgrid.testkit.junit.AsUser;
import dev.unitgrid.testkit.junit.KubeTest;
import dev.unitgrid.testkit.junit.Kubeconfig;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.util.Config;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@KubeTest(manifests = "echo.yaml")
class ExposerTest {
  @Test
  void an_annotated_deployment_gets_a_service(TestCluster cluster, ApiClient api) {
    cluster.nodes("zone=a", "node-1");
    try (Exposer exposer = Exposer.start(api)) {
      cluster.await().object(ResourceType.SERVICE, "echo").exists();
      cluster.await().deployment("echo").isAvailable();
    }
  }

  @Test
  void the_service_goes_with_the_deployment(TestCluster cluster, ApiClient api) {
    try (Exposer exposer = Exposer.start(api)) {
      cluster.await().object(ResourceType.SERVICE, "echo").exists();
      cluster.delete(ResourceType.DEPLOYMENT, "default", "echo");
      cluster.await().gone(ResourceType.SERVICE, "echo");
    }
  }

  @Test
  void a_server_that_fails_is_asked_again(
      TestCluster cluster, @AsUser("exposer") ApiClient api) {
    cluster.faults().on(Verb.CREATE, "services").named("echo").times(2).status(503);
    try (Exposer exposer = Exposer.start(api)) {
      cluster.await().object(ResourceType.SERVICE, "echo").exists();
    }
    assertEquals(2, cluster.log().by("exposer").writes().answered(503).count());
  }

  @Test
  void a_deployment_without_the_annotation_is_left_alone(TestCluster cluster, ApiClient api) {
    cluster.delete(ResourceType.DEPLOYMENT, "default", "echo");
    cluster.apply(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: private}
        spec:
          selector: {matchLabels: {app: private}}
          template:
            metadata: {labels: {app: private}}
            spec: {containers: [{name: private, image: "private:1"}]}
        """);
    try (var quiet = cluster.expectNoWrites();
        Exposer exposer = Exposer.start(api)) {
      cluster.await().until("it watches", () -> !cluster.log().of(Verb.WATCH).isEmpty());
    }
  }

  @Test
  void a_kubeconfig_reaches_the_same_cluster(TestCluster cluster, @Kubeconfig Path kubeconfig)
      throws Exception {
    cluster.nodes("zone=a", "node-1");
    ApiClient client = Config.fromConfig(kubeconfig.toString());
    assertTrue(
        new CoreV1Api(client)
            .listNode().execute().getItems().stream()
                .anyMatch(node -> node.getMetadata().getName().equals("node-1")));
  }
}
