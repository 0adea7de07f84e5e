/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import java.util.Map;
import java.util.TreeMap;
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
}
