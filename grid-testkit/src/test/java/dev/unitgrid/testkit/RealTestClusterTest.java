/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

@Tag("control-plane")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealTestClusterTest {
  private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.real(Path.of(System.getenv("KUBEBUILDER_ASSETS")));
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void what_a_test_does_to_an_embedded_cluster_it_does_to_a_real_one() throws Exception {
    cluster.nodes("location=beijing", "bj-1", "bj-2");
    cluster.apply(TestClusterTest.deployment("demo", 2, "beijing", "echo:1"));
    cluster.await().within(Duration.ofSeconds(30)).deployment("demo").isAvailable();
    assertThat(cluster.describe()).contains("Deployment default/demo 2/2", "Available=True");
    assertThat(cluster.isReal()).isTrue();
  }

  @Test
  void clients_pass_the_log_and_the_faults() throws Exception {
    CoreV1Api api = new CoreV1Api(cluster.apiClient("somebody"));
    cluster.faults().on(Verb.LIST, "configmaps").byUser("somebody").nth(1).status(503);
    ApiException refused =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            ApiException.class, () -> api.listNamespacedConfigMap("default").execute());
    assertThat(refused.getCode()).isEqualTo(503);
    assertThat(api.listNamespacedConfigMap("default").execute().getItems()).isNotNull();
    assertThat(cluster.requests())
        .filteredOn(request -> request.user().equals("somebody"))
        .extracting(RecordedRequest::status)
        .containsExactly(503, 200);
  }

  // The last one: what is enforced stays so.
  @Test
  @Order(Integer.MAX_VALUE)
  void users_may_do_everything_until_access_is_enforced() throws Exception {
    AccessOfUsers.of(cluster);
  }

  @Test
  void the_user_agent_is_the_manager_of_a_write_without_one() throws Exception {
    var client = cluster.apiClient();
    client.setUserAgent("my-controller/1.0");
    V1ConfigMap map = new V1ConfigMap().metadata(new V1ObjectMeta().name("managed"));
    V1ConfigMap made = new CoreV1Api(client).createNamespacedConfigMap("default", map).execute();
    assertThat(made.getMetadata().getManagedFields())
        .allMatch(entry -> entry.getManager().equals("my-controller"));
  }

  @Test
  void a_watch_ends_with_a_restart_and_history_with_a_compaction() {
    SimulationTest.Frames frames = new SimulationTest.Frames();
    String before = version();
    cluster.create("{apiVersion: v1, kind: ConfigMap, metadata: {name: first}}");
    var request =
        dev.unitgrid.runtime.transport.ApiRequest.get("/api/v1/namespaces/default/configmaps");
    cluster.transport().watch(request.query("resourceVersion", before), frames);
    cluster.await().until("the frame", () -> frames.heard.contains("ADDED first"));
    cluster.compact();
    cluster.restart();
    cluster
        .await()
        .until("the end", () -> frames.heard.contains("closed") || frames.heard.contains("broken"));
    SimulationTest.Frames late = new SimulationTest.Frames();
    cluster.transport().watch(request.query("resourceVersion", before), late);
    cluster.await().until("410", () -> late.heard.contains("ERROR -"));
    cluster.delete(new ResourceType("", "v1", "ConfigMap", "configmaps", true), "default", "first");
  }

  private static String version() {
    return cluster
        .read("/api/v1/namespaces/default/configmaps")
        .orElseThrow()
        .get("metadata", "resourceVersion")
        .asString("");
  }
}
