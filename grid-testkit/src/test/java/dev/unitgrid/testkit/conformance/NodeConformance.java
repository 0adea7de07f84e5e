/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What becomes of nodes that are cordoned, not ready or silent, and of their pods. The test plays
 * every kubelet; a node is lost after a second and a half without a heartbeat.
 */
abstract class NodeConformance extends ClusterConformance {
  private static final String LEASES =
      "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

  private String node;
  private String keeper;

  @BeforeEach
  final void twoNodes() {
    node = "lost-" + namespace;
    keeper = "kept-" + namespace;
    register(node);
    register(keeper);
  }

  private void register(String name) {
    created(
        "/api/v1/nodes",
        """
        {"metadata":{"name":"%1$s","annotations":{"unitgrid.dev/kubelet":"none"},
        "labels":{"topology.kubernetes.io/region":"r","topology.kubernetes.io/zone":"%1$s"}},
        "status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady",
        "lastHeartbeatTime":"%2$s","lastTransitionTime":"%2$s"}]}}"""
            .formatted(name, now().substring(0, 19) + "Z"));
    created(
        LEASES,
        "{\"metadata\":{\"name\":\""
            + name
            + "\"},\"spec\":{\"holderIdentity\":\""
            + name
            + "\",\"leaseDurationSeconds\":40,\"renewTime\":\""
            + now()
            + "\"}}");
  }

  private static String now() {
    return Instant.now().plusNanos(1_000).toString().substring(0, 26) + "Z";
  }

  private void renew(String name) {
    changed(LEASES + "/" + name, "{\"spec\":{\"renewTime\":\"" + now() + "\"}}");
  }

  /** Waits while the other node, or both, go on to send heartbeats. */
  private Json awaitWhile(List<String> alive, String path, Predicate<Json> condition) {
    return await(
            () -> {
              alive.forEach(this::renew);
              return api.get(path);
            },
            condition)
        .body();
  }

  private Json awaitNode(List<String> alive, Predicate<Json> condition) {
    return awaitWhile(alive, "/api/v1/nodes/" + node, condition);
  }

  private static boolean hasTaint(Json node, String key, String effect) {
    return node.get("spec", "taints").items().stream()
        .anyMatch(
            taint ->
                taint.get("key").equals(Json.of("node.kubernetes.io/" + key))
                    && taint.get("effect").equals(Json.of(effect)));
  }

  private void pod(String name, String tolerations) {
    created(
        pods,
        "{\"metadata\":{\"name\":\""
            + name
            + "\"},\"spec\":{\"nodeName\":\""
            + node
            + "\",\"tolerations\":["
            + tolerations
            + "],\"containers\":[{\"name\":\"c\",\"image\":\"c:1\"}]}}");
    changed(
        pods + "/" + name + "/status",
        "{\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
            + "\"lastTransitionTime\":\"2026-01-02T03:04:05Z\"}]}}");
  }

  @Test
  void a_silent_node_is_lost_and_its_pods_are_evicted_as_they_tolerate() {
    pod("stays", "");
    pod(
        "leaves",
        "{\"key\":\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\","
            + "\"effect\":\"NoExecute\",\"tolerationSeconds\":1}");
    List<String> other = List.of(keeper);
    Json lost = awaitNode(other, n -> says(n, "Ready", "Unknown", "NodeStatusUnknown"));
    assertThat(condition(lost, "Ready").get("message"))
        .isEqualTo(Json.of("Kubelet stopped posting node status."));
    assertThat(says(lost, "MemoryPressure", "Unknown", "NodeStatusNeverUpdated")).isTrue();
    Json tainted =
        awaitNode(
            other,
            n ->
                hasTaint(n, "unreachable", "NoSchedule")
                    && hasTaint(n, "unreachable", "NoExecute"));
    assertThat(tainted.get("spec", "taints").toString()).contains("timeAdded");
    awaitWhile(
        other,
        pods + "/stays",
        pod -> condition(pod, "Ready").get("status").equals(Json.of("False")));
    Json leaving =
        awaitWhile(other, pods + "/leaves", pod -> pod.get("metadata").has("deletionTimestamp"));
    assertThat(says(leaving, "DisruptionTarget", "True", "DeletionByTaintManager")).isTrue();
    assertThat(condition(leaving, "DisruptionTarget").get("message"))
        .isEqualTo(Json.of("Taint manager: deleting due to NoExecute taint"));
    assertThat(api.get(pods + "/stays").body().get("metadata").has("deletionTimestamp")).isFalse();
    changed(
        "/api/v1/nodes/" + node + "/status",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\",\"reason\":"
            + "\"KubeletReady\",\"lastHeartbeatTime\":\""
            + now().substring(0, 19)
            + "Z\",\"lastTransitionTime\":\""
            + now().substring(0, 19)
            + "Z\"}]}}");
    awaitNode(List.of(keeper, node), n -> n.get("spec", "taints").items().isEmpty());
  }

  @Test
  void a_node_that_says_it_is_not_ready_is_tainted() {
    changed(
        "/api/v1/nodes/" + node + "/status",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\",\"reason\":"
            + "\"KubeletNotReady\",\"lastHeartbeatTime\":\""
            + now().substring(0, 19)
            + "Z\",\"lastTransitionTime\":\""
            + now().substring(0, 19)
            + "Z\"}]}}");
    awaitNode(
        List.of(keeper, node),
        n -> hasTaint(n, "not-ready", "NoSchedule") && hasTaint(n, "not-ready", "NoExecute"));
  }

  @Test
  void a_cordoned_node_is_tainted_until_it_is_not() {
    List<String> both = List.of(keeper, node);
    changed("/api/v1/nodes/" + node, "{\"spec\":{\"unschedulable\":true}}");
    awaitNode(both, n -> hasTaint(n, "unschedulable", "NoSchedule"));
    changed("/api/v1/nodes/" + node, "{\"spec\":{\"unschedulable\":null}}");
    awaitNode(both, n -> n.get("spec", "taints").items().isEmpty());
  }

  @Test
  void a_pod_that_does_not_tolerate_a_taint_is_evicted_at_once() {
    pod("leaves", "");
    pod("stays", "{\"key\":\"mine\",\"operator\":\"Exists\"}");
    changed(
        "/api/v1/nodes/" + node,
        "{\"spec\":{\"taints\":[{\"key\":\"mine\",\"effect\":\"NoExecute\"}]}}");
    awaitWhile(
        List.of(keeper, node),
        pods + "/leaves",
        pod -> pod.get("metadata").has("deletionTimestamp"));
    assertThat(api.get(pods + "/stays").body().get("metadata").has("deletionTimestamp")).isFalse();
  }
}
