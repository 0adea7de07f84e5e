/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.Test;

/** Where pods go, and why they go nowhere. */
abstract class SchedulingConformance extends ClusterConformance {
  @Test
  void its_pods_run_on_the_nodes_that_the_selector_names() {
    deploy();
    for (Json pod : items(pods)) {
      assertThat(pod.get("spec", "nodeName").asString("")).startsWith("bj-");
      assertThat(pod.get("metadata", "name").asString("")).matches("demo-[a-z0-9]+-[a-z0-9]{5}");
      assertThat(pod.get("metadata", "labels").has("pod-template-hash")).isTrue();
      assertThat(pod.get("status", "podIP").asString("")).startsWith("10.244.");
    }
  }

  @Test
  void a_pod_without_a_matching_node_is_pending() {
    api.post(apps + "/deployments", workload("Deployment", "echo:1", "", "nowhere"));
    Reply list = await(pods, found -> found.toString().contains("\"Unschedulable\""));
    for (Json pod : list.body().get("items").items()) {
      assertThat(pod.get("status", "phase")).isEqualTo(Json.of("Pending"));
    }
  }
}
