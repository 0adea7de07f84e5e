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
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Deployments: roll-outs, their conditions and revisions. */
abstract class DeploymentConformance extends ClusterConformance {
  @Test
  void a_complete_deployment_says_so_like_this() {
    deploy();
    Json demo =
        await(apps + "/deployments/demo", d -> d.toString().contains("NewReplicaSetAvailable"))
            .body();
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
  void a_change_outside_of_the_template_restarts_no_pod_and_an_image_does() {
    deploy();
    Map<String, String> before = uids();
    api.merge(
        apps + "/deployments/demo",
        "{\"metadata\":{\"labels\":{\"x\":\"y\"}},\"spec\":{\"minReadySeconds\":1,"
            + "\"progressDeadlineSeconds\":700}}");
    await(apps + "/deployments/demo", ClusterConformance::isComplete);
    assertThat(uids()).isEqualTo(before);
    api.force(
        apps + "/deployments/demo",
        "me",
        workload("Deployment", "echo:2", "\"minReadySeconds\":0,", "beijing"));
    await(apps + "/deployments/demo", ClusterConformance::isComplete);
    await(pods, list -> list.get("items").items().size() == 2);
    assertThat(uids().values()).doesNotContainAnyElementsOf(before.values());
  }

  private static String deployment(String image, String annotations, String more) {
    return """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"demo"},"spec":{%s
        "selector":{"matchLabels":{"app":"echo"}},"template":{"metadata":{"labels":{"app":"echo"},
        "annotations":{%s}},"spec":{"terminationGracePeriodSeconds":0,
        "nodeSelector":{"location":"beijing"},"containers":[{"name":"echo","image":"%s"}]}}}}"""
        .formatted(more, annotations, image);
  }

  private static final String NEVER_READY = "\"unitgrid.dev/never-ready\":\"\"";

  private Json demo() {
    return api.get(apps + "/deployments/demo").body();
  }

  private void put(String body) {
    Reply applied = api.force(apps + "/deployments/demo", "me", body);
    assertThat(applied.status()).as(applied.message()).isBetween(200, 201);
  }

  private Json awaitDemo(Predicate<Json> condition) {
    return await(apps + "/deployments/demo", condition).body();
  }

  private static boolean isDone(Json demo) {
    return demo.get("metadata", "generation").equals(demo.get("status", "observedGeneration"))
        && says(demo, "Progressing", "True", "NewReplicaSetAvailable")
        && demo.get("status", "replicas").asLong(0) == demo.get("spec", "replicas").asLong(0)
        && demo.get("status", "updatedReplicas").equals(demo.get("status", "replicas"));
  }

  private String imageAndSizes() {
    TreeSet<String> sizes = new TreeSet<>();
    for (Json set : items(apps + "/replicasets")) {
      sizes.add(
          set.get("spec", "template", "spec", "containers").items().get(0).get("image").asString("")
              + "="
              + set.get("spec", "replicas").asLong(0));
    }
    return sizes.toString();
  }

  @Test
  void a_stuck_roll_out_keeps_what_it_must_and_times_out() {
    String numbers =
        "\"replicas\":4,\"progressDeadlineSeconds\":1,\"strategy\":{\"rollingUpdate\":"
            + "{\"maxSurge\":1,\"maxUnavailable\":1}},";
    put(deployment("echo:1", "", numbers));
    awaitDemo(DeploymentConformance::isDone);
    put(deployment("echo:2", NEVER_READY, numbers));
    Json stuck =
        awaitDemo(
            d ->
                says(d, "Progressing", "False", "ProgressDeadlineExceeded")
                    && d.get("status", "replicas").equals(Json.of(5)));
    assertThat(imageAndSizes()).isEqualTo("[echo:1=3, echo:2=2]");
    assertThat(condition(stuck, "Progressing").get("message").asString(""))
        .matches("ReplicaSet \"demo-[a-z0-9]+\" has timed out progressing.");
    assertThat(says(stuck, "Available", "True", "MinimumReplicasAvailable")).isTrue();
    Json status = stuck.get("status");
    assertThat(status.get("updatedReplicas")).isEqualTo(Json.of(2));
    assertThat(status.get("readyReplicas")).isEqualTo(Json.of(3));
    assertThat(status.get("availableReplicas")).isEqualTo(Json.of(3));
    assertThat(status.get("unavailableReplicas")).isEqualTo(Json.of(2));
    put(deployment("echo:3", "", numbers));
    awaitDemo(DeploymentConformance::isDone);
    assertThat(imageAndSizes()).isEqualTo("[echo:1=0, echo:2=0, echo:3=4]");
  }

  @Test
  void recreate_ends_the_old_before_it_begins_the_new() {
    String numbers =
        "\"replicas\":2,\"progressDeadlineSeconds\":1,\"strategy\":{\"type\":\"Recreate\","
            + "\"rollingUpdate\":null},";
    put(deployment("echo:1", "", numbers));
    awaitDemo(DeploymentConformance::isDone);
    put(deployment("echo:2", NEVER_READY, numbers));
    Json none =
        awaitDemo(
            d ->
                says(d, "Available", "False", "MinimumReplicasUnavailable")
                    && d.get("status", "updatedReplicas").asLong(0) == 2);
    assertThat(imageAndSizes()).isEqualTo("[echo:1=0, echo:2=2]");
    assertThat(none.get("status").has("availableReplicas")).isFalse();
    assertThat(condition(none, "Available").get("message"))
        .isEqualTo(Json.of("Deployment does not have minimum availability."));
  }

  @Test
  void a_paused_deployment_is_scaled_and_not_rolled_out() {
    put(deployment("echo:1", "", "\"replicas\":2,"));
    awaitDemo(DeploymentConformance::isDone);
    put(deployment("echo:2", "", "\"replicas\":3,\"paused\":true,"));
    Json paused =
        awaitDemo(
            d ->
                says(d, "Progressing", "Unknown", "DeploymentPaused")
                    && d.get("status", "readyReplicas").asLong(0) == 3);
    assertThat(imageAndSizes()).isEqualTo("[echo:1=3]");
    assertThat(condition(paused, "Progressing").get("message"))
        .isEqualTo(Json.of("Deployment is paused"));
    assertThat(paused.get("status").has("updatedReplicas")).isFalse();
    put(deployment("echo:2", "", "\"replicas\":3,\"paused\":false,"));
    awaitDemo(DeploymentConformance::isDone);
    assertThat(imageAndSizes()).isEqualTo("[echo:1=0, echo:2=3]");
  }

  @Test
  void revisions_count_up_and_old_sets_are_forgotten() {
    for (String image : List.of("echo:1", "echo:2", "echo:3")) {
      put(deployment(image, "", "\"replicas\":1,\"revisionHistoryLimit\":1,"));
      awaitDemo(d -> isDone(d) && revision(d).equals(image.substring(5)));
    }
    await(apps + "/replicasets", list -> list.get("items").items().size() == 2);
    assertThat(imageAndSizes()).isEqualTo("[echo:2=0, echo:3=1]");
    put(deployment("echo:2", "", "\"replicas\":1,\"revisionHistoryLimit\":1,"));
    awaitDemo(d -> isDone(d) && revision(d).equals("4"));
    Json back =
        items(apps + "/replicasets").stream()
            .filter(set -> set.get("spec", "replicas").asLong(0) == 1)
            .findFirst()
            .orElseThrow();
    Map<String, String> annotations = back.get("metadata", "annotations").asStrings();
    assertThat(annotations)
        .containsEntry("deployment.kubernetes.io/revision", "4")
        .containsEntry("deployment.kubernetes.io/revision-history", "2")
        .containsEntry("deployment.kubernetes.io/desired-replicas", "1")
        .containsEntry("deployment.kubernetes.io/max-replicas", "2");
  }

  private static String revision(Json demo) {
    return demo.get("metadata", "annotations", "deployment.kubernetes.io/revision").asString("");
  }

  @Test
  void a_pod_is_available_when_it_was_ready_for_long_enough() {
    put(deployment("echo:1", "", "\"replicas\":1,\"minReadySeconds\":2,"));
    Json ready = awaitDemo(d -> d.get("status", "readyReplicas").asLong(0) == 1);
    assertThat(ready.get("status").has("availableReplicas")).isFalse();
    assertThat(ready.get("status", "unavailableReplicas")).isEqualTo(Json.of(1));
    assertThat(awaitDemo(DeploymentConformance::isDone).get("status", "availableReplicas"))
        .isEqualTo(Json.of(1));
  }

  @Test
  void replicas_follow_the_scale() {
    put(deployment("echo:1", "", "\"replicas\":1,"));
    awaitDemo(DeploymentConformance::isDone);
    changed(apps + "/deployments/demo/scale", "{\"spec\":{\"replicas\":4}}");
    awaitDemo(d -> isDone(d) && d.get("status", "availableReplicas").asLong(0) == 4);
    changed(apps + "/deployments/demo/scale", "{\"spec\":{\"replicas\":0}}");
    Json none = awaitDemo(d -> !d.get("status").has("replicas"));
    assertThat(says(none, "Available", "True", "MinimumReplicasAvailable")).isTrue();
    assertThat(demo().get("status", "observedGeneration")).isEqualTo(Json.of(3));
  }

  @Test
  void a_pod_that_is_deleted_is_replaced() {
    put(deployment("echo:1", "", "\"replicas\":2,"));
    awaitDemo(DeploymentConformance::isDone);
    Map<String, String> before = uids();
    String victim = before.keySet().iterator().next();
    api.delete(pods + "/" + victim, "{}");
    await(pods, list -> !list.toString().contains("\"" + victim + "\""));
    awaitDemo(d -> d.get("status", "availableReplicas").asLong(0) == 2);
    assertThat(uids()).hasSize(2).doesNotContainKey(victim);
  }
}
