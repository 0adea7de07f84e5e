/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TestClusterTest {
  private static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);

  static String deployment(String name, int replicas, String unit, String image) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %s}
        spec:
          replicas: %d
          selector: {matchLabels: {app: %s}}
          template:
            metadata: {labels: {app: %s}}
            spec:
              nodeSelector: {location: %s}
              containers: [{name: echo, image: "%s"}]
        """
        .formatted(name, replicas, name, name, unit, image);
  }

  static String statefulSet(String name, int replicas, String unit, String image) {
    return """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: %s}
        spec:
          replicas: %d
          serviceName: web
          selector: {matchLabels: {app: %s}}
          template:
            metadata: {labels: {app: %s}}
            spec:
              nodeSelector: {location: %s}
              containers: [{name: echo, image: "%s"}]
          volumeClaimTemplates:
          - metadata: {name: data}
            spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
        """
        .formatted(name, replicas, name, name, unit, image);
  }

  private static Set<String> nodesOf(Cluster cluster) {
    return cluster.list(POD, "default").stream()
        .map(pod -> pod.get("spec", "nodeName").asString(""))
        .collect(Collectors.toSet());
  }

  private static Map<String, String> uids(Cluster cluster) {
    return cluster.list(POD, "default").stream()
        .collect(
            Collectors.toMap(
                pod -> pod.get("metadata", "name").asString(""),
                pod -> pod.get("metadata", "uid").asString("")));
  }

  @Test
  void a_deployment_runs_its_pods_on_the_nodes_that_its_selector_names() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1", "bj-2");
      cluster.nodes("location=guangzhou", "gz-1");
      cluster.apply(deployment("demo", 2, "beijing", "echo:1"));
      cluster.await().deployment("demo").isAvailable();
      assertThat(nodesOf(cluster)).containsExactlyInAnyOrder("bj-1", "bj-2");
      Json status = cluster.get(ResourceType.DEPLOYMENT, "default", "demo").get("status");
      assertThat(status.get("availableReplicas")).isEqualTo(Json.of(2));
      assertThat(status.get("conditions").items().get(0).get("reason"))
          .isEqualTo(Json.of("MinimumReplicasAvailable"));
      assertThat(cluster.names(POD, "default"))
          .allMatch(n -> n.matches("demo-[a-z0-9]{10}-[a-z0-9]{5}"));
    }
  }

  @Test
  void a_new_image_replaces_the_pods_and_a_new_label_of_the_deployment_does_not() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1");
      cluster.apply(deployment("demo", 3, "beijing", "echo:1"));
      cluster.await().deployment("demo").isAvailable();
      Map<String, String> before = uids(cluster);
      cluster.merge(
          ResourceType.DEPLOYMENT,
          "default",
          "demo",
          Json.parse("{\"metadata\":{\"labels\":{\"x\":\"y\"},\"annotations\":{\"a\":\"b\"}}}"));
      cluster.await().deployment("demo").isAvailable();
      cluster.await().idle();
      assertThat(uids(cluster)).isEqualTo(before);
      cluster.apply(deployment("demo", 3, "beijing", "echo:2"));
      cluster.await().deployment("demo").isAvailable();
      assertThat(uids(cluster)).hasSize(3).doesNotContainValue(before.values().iterator().next());
    }
  }

  @Test
  void a_stateful_set_has_ordinals_claims_and_a_rolling_update() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1");
      cluster.apply(statefulSet("demo", 3, "beijing", "echo:1"));
      cluster.await().statefulSet("demo").isAvailable();
      assertThat(cluster.names(POD, "default")).containsExactly("demo-0", "demo-1", "demo-2");
      assertThat(cluster.list(ResourceType.PERSISTENT_VOLUME_CLAIM, "default"))
          .extracting(claim -> claim.get("metadata", "labels").asStrings())
          .containsOnly(Map.of("app", "demo"))
          .hasSize(3);
      Map<String, String> before = uids(cluster);
      cluster.apply(statefulSet("demo", 3, "beijing", "echo:2"));
      cluster.await().statefulSet("demo").isAvailable();
      assertThat(uids(cluster).keySet()).isEqualTo(before.keySet());
      assertThat(uids(cluster).values()).doesNotContainAnyElementsOf(before.values());
    }
  }

  @Test
  void a_pod_without_a_node_is_pending_until_a_node_comes() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.apply(deployment("demo", 1, "beijing", "echo:1"));
      cluster
          .await()
          .object(
              ResourceType.DEPLOYMENT,
              "demo",
              d -> d.get("status", "unavailableReplicas").asLong(0) == 1);
      cluster.await().idle();
      assertThat(cluster.list(POD, "default"))
          .extracting(pod -> pod.get("status", "phase"))
          .containsExactly(Json.of("Pending"));
      cluster.nodes("location=beijing", "bj-1");
      cluster.await().deployment("demo").isAvailable();
    }
  }

  @Test
  void pods_of_a_deleted_node_move_and_those_of_an_unlabelled_one_stay() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1");
      cluster.apply(deployment("demo", 1, "beijing", "echo:1"));
      cluster.await().deployment("demo").isAvailable();
      Map<String, String> before = uids(cluster);
      cluster.nodes("location=beijing", "bj-2");
      cluster.unlabel("bj-1", "location");
      cluster.await().idle();
      assertThat(uids(cluster)).isEqualTo(before);
      cluster.deleteNode("bj-1");
      cluster.await().until("the pod on bj-2", () -> nodesOf(cluster).equals(Set.of("bj-2")));
      cluster.await().deployment("demo").isAvailable();
    }
  }

  @Test
  void deleting_a_deployment_deletes_its_pods() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1");
      cluster.apply(deployment("demo", 2, "beijing", "echo:1"));
      cluster.await().deployment("demo").isAvailable();
      cluster.delete(ResourceType.DEPLOYMENT, "default", "demo");
      cluster.await().until("no pods", () -> cluster.list(POD, "").isEmpty());
      cluster.await().idle();
      assertThat(cluster.list(ResourceType.DEPLOYMENT, "")).isEmpty();
    }
  }

  @Test
  void what_does_not_come_true_is_told_with_what_is_there() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1");
      Await.Workload missing = cluster.await().within(Duration.ofMillis(20)).deployment("missing");
      assertThatThrownBy(missing::isAvailable)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("default/missing")
          .hasMessageContaining("Node bj-1");
    }
  }

  @Test
  void users_may_do_everything_until_access_is_enforced() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      AccessOfUsers.of(cluster);
    }
  }

  @Test
  void a_closed_cluster_leaves_no_thread() {
    List<Thread> threads;
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1");
      cluster.await().idle();
      threads = ofTestkit();
    }
    assertThat(threads).allMatch(thread -> !thread.isAlive());
  }

  private static List<Thread> ofTestkit() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("unitgrid-testkit"))
        .toList();
  }
}
