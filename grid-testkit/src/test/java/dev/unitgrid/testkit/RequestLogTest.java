/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.cluster.ClusterPart;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestLogTest {
  private static final ResourceType CONFIG_MAP =
      new ResourceType("", "v1", "ConfigMap", "configmaps", true);

  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.start();
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  private void create(String user, String name) {
    byte[] map = ("{\"metadata\":{\"name\":\"" + name + "\"}}").getBytes(StandardCharsets.UTF_8);
    var unused =
        cluster
            .transport(user)
            .send(ApiRequest.post("/api/v1/namespaces/default/configmaps", map))
            .join();
  }

  @Test
  void it_tells_who_asked_what() throws Exception {
    ApiClient client = cluster.apiClient("reader");
    client.setUserAgent("reader/7");
    new CoreV1Api(client).listNode().execute();
    new CoreV1Api(client).listNode().execute();
    create("writer", "a");
    create("writer", "a");
    assertThat(cluster.log().by("reader").of(Verb.LIST).on("nodes").count()).isEqualTo(2);
    assertThat(cluster.log().byUserAgent("reader/").writes().isEmpty()).isTrue();
    assertThat(cluster.log().writes().answered(409).requests()).hasSize(1);
    assertThat(cluster.log().summary())
        .isEqualTo("reader (reader/7): LIST nodes x 2\nwriter: CREATE configmaps x 2\n");
  }

  @Test
  void a_quiet_block_passes() {
    create("writer", "before");
    assertThatCode(
            () -> {
              try (NoWrites quiet = cluster.expectNoWrites()) {
                cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: test-itself}}");
                var unused = cluster.transport().send(ApiRequest.get("/api/v1/nodes")).join();
              }
            })
        .doesNotThrowAnyException();
  }

  @Test
  void a_write_in_a_quiet_block_fails_it_and_is_shown() {
    assertThatThrownBy(
            () -> {
              try (NoWrites quiet = cluster.expectNoWrites()) {
                create("writer", "a");
              }
            })
        .isInstanceOf(ExpectationError.class)
        .hasMessageContaining("there were 1")
        .hasMessageContaining("CREATE /api/v1/namespaces/default/configmaps by writer: 201");
  }

  @Test
  void some_writes_may_not_count() {
    try (NoWrites quiet = cluster.expectNoWrites().except("configmaps")) {
      create("writer", "a");
    }
    try (NoWrites quiet = cluster.expectNoWrites().by("somebody")) {
      create("writer", "b");
      assertThat(quiet.writes().isEmpty()).isTrue();
    }
  }

  @Test
  void what_is_expected_and_not_so_is_told_with_conditions_events_and_requests() {
    cluster.nodes("location=beijing", "bj-1");
    cluster.create(
        """
        apiVersion: v1
        kind: Event
        metadata: {name: e}
        involvedObject: {kind: Node, name: bj-1}
        type: Warning
        reason: Rebooted
        message: the machine came back
        """);
    create("writer", "a");
    Await.One node = cluster.expect().object(ResourceType.NODE, "bj-1");
    node.hasCondition("Ready", "True");
    assertThatThrownBy(() -> node.hasCondition("Ready", "False"))
        .isInstanceOf(ExpectationError.class)
        .hasMessageContaining("not so: Node bj-1 with Ready=False")
        .hasMessageContaining("Ready=True")
        .hasMessageContaining("Event Warning Rebooted of Node bj-1: the machine came back")
        .hasMessageContaining("request CREATE /api/v1/namespaces/default/configmaps by writer");
  }

  @Test
  void objects_are_counted() {
    create("writer", "a");
    cluster.expect().count(CONFIG_MAP, 1);
    assertThatThrownBy(() -> cluster.await().within(Duration.ofMillis(10)).count(CONFIG_MAP, 2))
        .hasMessageContaining("2 configmaps in default")
        .hasMessageContaining("ConfigMap default/a");
  }

  @Test
  void what_is_no_resource_is_refused_where_it_would_match_nothing() {
    NoWrites quiet = cluster.expectNoWrites();
    assertThatThrownBy(() -> quiet.except("configmap"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"configmaps\"");
    assertThatThrownBy(() -> cluster.log().on("deployments"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"deployments.apps\"");
  }

  @Test
  void a_workload_that_is_not_available_is_told_with_all_that_was_looked_at() {
    cluster.around().turnOff(ClusterPart.DEPLOYMENTS);
    cluster.apply(TestClusterTest.deployment("demo", 2, "beijing", "echo:1"));
    cluster.mergeStatus(
        ResourceType.DEPLOYMENT,
        "default",
        "demo",
        Json.parse(
            "{\"status\":{\"replicas\":2,\"readyReplicas\":2,\"updatedReplicas\":1,"
                + "\"observedGeneration\":1}}"));
    assertThatThrownBy(() -> cluster.expect().deployment("demo").isAvailable())
        .hasMessageContaining(
            "Deployment default/demo 2/2 (replicas 2, updated 1, generation 1, observed 1)");
  }
}
