/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the controllers of a cluster do; the same for the simulated ones and for real ones on kwok.
 * The nodes bj-1 and bj-2 carry location=beijing, gz-1 carries location=guangzhou.
 */
abstract class ClusterConformance {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  private Api api;
  private String apps;
  private String pods;
  private String namespace;

  abstract Api api();

  @BeforeEach
  void newNamespace() {
    api = api();
    namespace = "c" + NAMESPACES.incrementAndGet();
    api.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
    apps = "/apis/apps/v1/namespaces/" + namespace;
    pods = "/api/v1/namespaces/" + namespace + "/pods";
  }

  private static String workload(String kind, String image, String more, String unit) {
    return """
        {"apiVersion":"apps/v1","kind":"%s","metadata":{"name":"demo"},"spec":{"replicas":2,%s
        "selector":{"matchLabels":{"app":"echo"}},"template":{"metadata":{"labels":{"app":"echo"}},
        "spec":{"terminationGracePeriodSeconds":1,"nodeSelector":{"location":"%s"},
        "containers":[{"name":"echo","image":"%s"}]}}}}"""
        .formatted(kind, more, unit, image);
  }

  private Reply deploy() {
    Reply created =
        api.post(apps + "/deployments", workload("Deployment", "echo:1", "", "beijing"));
    assertThat(created.status()).as(created.message()).isEqualTo(201);
    await("deployments/demo", ClusterConformance::isComplete);
    return created;
  }

  private Reply await(String path, Predicate<Json> condition) {
    return await(() -> api.get(apps + "/" + path), condition);
  }

  private Reply await(Supplier<Reply> read, Predicate<Json> condition) {
    long end = System.nanoTime() + 30_000_000_000L;
    Reply reply = read.get();
    while (!condition.test(reply.body())) {
      assertThat(System.nanoTime()).as(reply.body().toString()).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
      reply = read.get();
    }
    return reply;
  }

  private static boolean isComplete(Json workload) {
    Json status = workload.get("status");
    return workload.get("metadata", "generation").equals(status.get("observedGeneration"))
        && status.get("replicas").asLong(0) == 2
        && status.get("updatedReplicas").asLong(0) == 2
        && status.get("availableReplicas").asLong(0) == 2;
  }

  private Map<String, String> uids() {
    Map<String, String> uids = new TreeMap<>();
    for (Json pod : api.get(pods).body().get("items").items()) {
      if (!pod.get("metadata").has("deletionTimestamp")) {
        uids.put(pod.get("metadata", "name").asString(""), pod.get("metadata", "uid").asString(""));
      }
    }
    return uids;
  }

  @Test
  void a_complete_deployment_says_so_like_this() {
    deploy();
    Json demo =
        await("deployments/demo", d -> d.toString().contains("NewReplicaSetAvailable")).body();
    Map<String, String> reasons = new TreeMap<>();
    for (Json condition : demo.get("status", "conditions").items()) {
      reasons.put(
          condition.get("type").asString(""),
          condition.get("status").asString("") + " " + condition.get("reason").asString(""));
      if (condition.get("type").equals(Json.of("Available"))) {
        assertThat(condition.get("message"))
            .isEqualTo(Json.of("Deployment has minimum availability."));
      }
    }
    assertThat(reasons)
        .isEqualTo(
            Map.of(
                "Available", "True MinimumReplicasAvailable",
                "Progressing", "True NewReplicaSetAvailable"));
    assertThat(demo.get("metadata", "annotations", "deployment.kubernetes.io/revision"))
        .isEqualTo(Json.of("1"));
    assertThat(demo.get("metadata", "generation")).isEqualTo(Json.of(1));
    assertThat(demo.get("status").has("unavailableReplicas")).isFalse();
  }

  @Test
  void its_pods_run_on_the_nodes_that_the_selector_names() {
    deploy();
    for (Json pod : api.get(pods).body().get("items").items()) {
      assertThat(pod.get("spec", "nodeName").asString("")).startsWith("bj-");
      assertThat(pod.get("metadata", "name").asString("")).matches("demo-[a-z0-9]+-[a-z0-9]{5}");
      assertThat(pod.get("metadata", "labels").has("pod-template-hash")).isTrue();
      assertThat(pod.get("status", "podIP").asString("")).startsWith("10.244.");
    }
  }

  @Test
  void a_change_outside_of_the_template_restarts_no_pod_and_an_image_does() {
    deploy();
    Map<String, String> before = uids();
    api.merge(
        apps + "/deployments/demo",
        "{\"metadata\":{\"labels\":{\"x\":\"y\"}},\"spec\":{\"minReadySeconds\":1,"
            + "\"progressDeadlineSeconds\":700}}");
    await("deployments/demo", ClusterConformance::isComplete);
    assertThat(uids()).isEqualTo(before);
    api.force(
        apps + "/deployments/demo",
        "me",
        workload("Deployment", "echo:2", "\"minReadySeconds\":0,", "beijing"));
    await("deployments/demo", ClusterConformance::isComplete);
    await(() -> api.get(pods), list -> list.get("items").items().size() == 2);
    assertThat(uids().values()).doesNotContainAnyElementsOf(before.values());
  }

  @Test
  void a_background_deletion_takes_the_pods_along() {
    deploy();
    api.delete(apps + "/deployments/demo", "{\"propagationPolicy\":\"Background\"}");
    await(() -> api.get(pods), list -> list.get("items").items().isEmpty());
    await("replicasets", list -> list.get("items").items().isEmpty());
  }

  @Test
  void a_foreground_deletion_ends_when_the_dependents_are_gone() {
    deploy();
    api.delete(apps + "/deployments/demo", "{\"propagationPolicy\":\"Foreground\"}");
    await("deployments/demo", reply -> reply.get("code").asLong(0) == 404);
    assertThat(api.get(apps + "/replicasets").body().get("items").items()).isEmpty();
  }

  @Test
  void a_stateful_set_recreated_after_an_orphan_deletion_keeps_its_pods() {
    String body = workload("StatefulSet", "echo:1", "\"serviceName\":\"web\",", "beijing");
    assertThat(api.post(apps + "/statefulsets", body).status()).isEqualTo(201);
    await("statefulsets/demo", ClusterConformance::isComplete);
    Map<String, String> before = uids();
    assertThat(before.keySet()).containsExactly("demo-0", "demo-1");
    api.delete(apps + "/statefulsets/demo", "{\"propagationPolicy\":\"Orphan\"}");
    await("statefulsets/demo", reply -> reply.get("code").asLong(0) == 404);
    assertThat(uids()).isEqualTo(before);
    api.post(apps + "/statefulsets", body);
    await("statefulsets/demo", ClusterConformance::isComplete);
    assertThat(uids()).isEqualTo(before);
  }

  @Test
  void a_claim_carries_the_labels_of_the_selector_and_outlives_the_set() {
    String body =
        workload(
            "StatefulSet",
            "echo:1",
            "\"serviceName\":\"web\",\"podManagementPolicy\":\"Parallel\",\"volumeClaimTemplates\":"
                + "[{\"metadata\":{\"name\":\"data\",\"annotations\":{\"a\":\"b\"}},\"spec\":"
                + "{\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"1Gi\"}}}}],",
            "beijing");
    assertThat(api.post(apps + "/statefulsets", body).status()).isEqualTo(201);
    String claims = "/api/v1/namespaces/" + namespace + "/persistentvolumeclaims";
    Reply both = await(() -> api.get(claims), list -> list.get("items").items().size() == 2);
    Json claim = both.body().get("items").items().get(0);
    assertThat(claim.get("metadata", "name")).isEqualTo(Json.of("data-demo-0"));
    assertThat(claim.get("metadata", "labels")).isEqualTo(Json.parse("{\"app\":\"echo\"}"));
    assertThat(claim.get("metadata", "annotations", "a")).isEqualTo(Json.of("b"));
    api.delete(apps + "/statefulsets/demo", "{\"propagationPolicy\":\"Background\"}");
    await(() -> api.get(pods), list -> list.get("items").items().isEmpty());
    assertThat(api.get(claims).body().get("items").items()).hasSize(2);
  }

  @Test
  void an_object_whose_owner_is_absent_is_collected() {
    String maps = "/api/v1/namespaces/" + namespace + "/configmaps";
    api.post(
        maps,
        "{\"metadata\":{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\","
            + "\"kind\":\"Deployment\",\"name\":\"gone\",\"uid\":\"no-such-uid\"}]}}");
    await(() -> api.get(maps + "/a"), reply -> reply.get("code").asLong(0) == 404);
  }

  @Test
  void a_pod_without_a_matching_node_is_pending() {
    api.post(apps + "/deployments", workload("Deployment", "echo:1", "", "nowhere"));
    Reply list =
        await(() -> api.get(pods), found -> found.toString().contains("\"Unschedulable\""));
    for (Json pod : list.body().get("items").items()) {
      assertThat(pod.get("status", "phase")).isEqualTo(Json.of("Pending"));
    }
  }
}
