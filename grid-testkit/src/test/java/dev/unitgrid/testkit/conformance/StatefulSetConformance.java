/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** StatefulSets: order, revisions, claims. */
abstract class StatefulSetConformance extends ClusterConformance {
  @Test
  void a_stateful_set_recreated_after_an_orphan_deletion_keeps_its_pods() {
    String body = workload("StatefulSet", "echo:1", "\"serviceName\":\"web\",", "beijing");
    assertThat(api.post(apps + "/statefulsets", body).status()).isEqualTo(201);
    await(apps + "/statefulsets/demo", ClusterConformance::isComplete);
    Map<String, String> before = uids();
    assertThat(before.keySet()).containsExactly("demo-0", "demo-1");
    api.delete(apps + "/statefulsets/demo", "{\"propagationPolicy\":\"Orphan\"}");
    await(apps + "/statefulsets/demo", ClusterConformance::isGone);
    assertThat(uids()).isEqualTo(before);
    api.post(apps + "/statefulsets", body);
    await(apps + "/statefulsets/demo", ClusterConformance::isComplete);
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
    String claims = core + "/persistentvolumeclaims";
    Reply both = await(claims, list -> list.get("items").items().size() == 2);
    Json claim = both.body().get("items").items().get(0);
    assertThat(claim.get("metadata", "name")).isEqualTo(Json.of("data-demo-0"));
    assertThat(claim.get("metadata", "labels")).isEqualTo(Json.parse("{\"app\":\"echo\"}"));
    assertThat(claim.get("metadata", "annotations", "a")).isEqualTo(Json.of("b"));
    api.delete(apps + "/statefulsets/demo", "{\"propagationPolicy\":\"Background\"}");
    await(pods, list -> list.get("items").items().isEmpty());
    assertThat(api.get(claims).body().get("items").items()).hasSize(2);
  }

  private static String set(String image, String annotations, String more) {
    return """
        {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"demo"},"spec":{%s
        "serviceName":"web","selector":{"matchLabels":{"app":"echo"}},
        "template":{"metadata":{"labels":{"app":"echo"},"annotations":{%s}},
        "spec":{"terminationGracePeriodSeconds":0,"nodeSelector":{"location":"beijing"},
        "containers":[{"name":"echo","image":"%s"}]}}}}"""
        .formatted(more, annotations, image);
  }

  private void put(String body) {
    Reply applied = api.force(apps + "/statefulsets/demo", "me", body);
    assertThat(applied.status()).as(applied.message()).isBetween(200, 201);
  }

  private Json awaitDemo(Predicate<Json> condition) {
    return await(
            apps + "/statefulsets/demo",
            demo ->
                demo.get("metadata", "generation").equals(demo.get("status", "observedGeneration"))
                    && condition.test(demo))
        .body();
  }

  private static Predicate<Json> counts(long replicas, long ready, long updated, long current) {
    return demo ->
        demo.get("status", "replicas").asLong(0) == replicas
            && demo.get("status", "readyReplicas").asLong(0) == ready
            && demo.get("status", "updatedReplicas").asLong(0) == updated
            && demo.get("status", "currentReplicas").asLong(0) == current;
  }

  private Map<String, String> images() {
    Map<String, String> images = new TreeMap<>();
    for (Json pod : items(pods)) {
      images.put(
          pod.get("metadata", "name").asString(""),
          pod.get("spec", "containers").items().get(0).get("image").asString(""));
    }
    return images;
  }

  @Test
  void in_order_the_next_pod_waits_for_the_one_before() {
    put(set("echo:1", "\"unitgrid.dev/never-ready\":\"\"", "\"replicas\":3,"));
    Json waiting = awaitDemo(counts(1, 0, 1, 1));
    assertThat(images().keySet()).containsExactly("demo-0");
    assertThat(waiting.get("status", "availableReplicas")).isEqualTo(Json.of(0));
    assertThat(waiting.get("status", "currentRevision"))
        .isEqualTo(waiting.get("status", "updateRevision"));
  }

  @Test
  void in_parallel_no_pod_waits() {
    put(
        set(
            "echo:1",
            "\"unitgrid.dev/never-ready\":\"\"",
            "\"replicas\":3,\"podManagementPolicy\":\"Parallel\","));
    awaitDemo(counts(3, 0, 3, 3));
    assertThat(images().keySet()).containsExactly("demo-0", "demo-1", "demo-2");
  }

  @Test
  void a_pod_of_a_set_looks_like_this() {
    put(set("echo:1", "", "\"replicas\":1,\"ordinals\":{\"start\":5},"));
    Json demo = awaitDemo(counts(1, 1, 1, 1));
    Json pod = api.get(pods + "/demo-5").body();
    assertThat(pod.get("metadata", "labels"))
        .isEqualTo(
            Json.parse(
                """
                {"app":"echo","apps.kubernetes.io/pod-index":"5","controller-revision-hash":"%s",
                "statefulset.kubernetes.io/pod-name":"demo-5"}"""
                    .formatted(demo.get("status", "updateRevision").asString(""))));
    assertThat(pod.get("metadata", "generateName")).isEqualTo(Json.of("demo-"));
    assertThat(pod.get("spec", "hostname")).isEqualTo(Json.of("demo-5"));
    assertThat(pod.get("spec", "subdomain")).isEqualTo(Json.of("web"));
  }

  @Test
  void a_partition_keeps_those_below_it_even_when_they_are_made_anew() {
    String numbers = "\"replicas\":3,\"updateStrategy\":{\"rollingUpdate\":{\"partition\":2}},";
    put(set("echo:1", "", numbers));
    awaitDemo(counts(3, 3, 3, 3));
    put(set("echo:2", "", numbers));
    Json partly = awaitDemo(counts(3, 3, 1, 2));
    assertThat(images())
        .isEqualTo(Map.of("demo-0", "echo:1", "demo-1", "echo:1", "demo-2", "echo:2"));
    assertThat(partly.get("status", "currentRevision"))
        .isNotEqualTo(partly.get("status", "updateRevision"));
    String uid = uids().get("demo-0");
    api.delete(pods + "/demo-0", "{}");
    await(
        pods + "/demo-0", pod -> !isGone(pod) && !pod.get("metadata", "uid").equals(Json.of(uid)));
    awaitDemo(counts(3, 3, 1, 2));
    assertThat(images()).containsEntry("demo-0", "echo:1");
    put(
        set(
            "echo:2",
            "",
            "\"replicas\":3,\"updateStrategy\":{\"rollingUpdate\":{\"partition\":0}},"));
    Json all = awaitDemo(counts(3, 3, 3, 3));
    assertThat(images().values()).containsOnly("echo:2");
    assertThat(all.get("status", "currentRevision")).isEqualTo(all.get("status", "updateRevision"));
  }

  @Test
  void on_delete_a_pod_changes_when_it_is_deleted() {
    String numbers =
        "\"replicas\":2,\"updateStrategy\":{\"type\":\"OnDelete\",\"rollingUpdate\":null},";
    put(set("echo:1", "", numbers));
    awaitDemo(counts(2, 2, 2, 2));
    put(set("echo:2", "", numbers));
    awaitDemo(counts(2, 2, 0, 2));
    assertThat(images().values()).containsOnly("echo:1");
    api.delete(pods + "/demo-1", "{}");
    awaitDemo(counts(2, 2, 1, 1));
    assertThat(images()).isEqualTo(Map.of("demo-0", "echo:1", "demo-1", "echo:2"));
  }

  @Test
  void a_smaller_set_loses_the_highest_pods() {
    put(set("echo:1", "", "\"replicas\":3,"));
    awaitDemo(counts(3, 3, 3, 3));
    String first = uids().get("demo-0");
    changed(apps + "/statefulsets/demo/scale", "{\"spec\":{\"replicas\":1}}");
    awaitDemo(counts(1, 1, 1, 1));
    assertThat(uids()).isEqualTo(Map.of("demo-0", first));
  }

  @Test
  void each_template_is_a_revision_until_the_history_is_full() {
    String revisions = apps + "/controllerrevisions";
    for (String image : List.of("echo:1", "echo:2", "echo:3")) {
      put(set(image, "", "\"replicas\":1,\"revisionHistoryLimit\":1,"));
      awaitDemo(
          demo ->
              counts(1, 1, 1, 1).test(demo)
                  && demo.get("status", "currentRevision")
                      .equals(demo.get("status", "updateRevision"))
                  && images().containsValue(image));
    }
    List<Json> kept =
        await(revisions, list -> list.get("items").items().size() == 2).body().get("items").items();
    TreeMap<Long, String> images = new TreeMap<>();
    for (Json revision : kept) {
      Json template = revision.get("data", "spec", "template");
      assertThat(template.get("$patch")).isEqualTo(Json.of("replace"));
      assertThat(revision.get("metadata", "name").asString("")).startsWith("demo-");
      assertThat(revision.get("metadata", "labels").fields().keySet())
          .containsExactlyInAnyOrder("app", "controller.kubernetes.io/hash");
      images.put(
          revision.get("revision").asLong(0),
          template.get("spec", "containers").items().get(0).get("image").asString(""));
    }
    assertThat(images).isEqualTo(Map.of(2L, "echo:2", 3L, "echo:3"));
  }
}
