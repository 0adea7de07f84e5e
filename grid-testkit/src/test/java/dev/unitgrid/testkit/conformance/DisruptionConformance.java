/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import org.junit.jupiter.api.Test;

/** Evictions, and the budgets that allow them. */
abstract class DisruptionConformance extends ClusterConformance {
  private void budget(String limit) {
    created(
        budgets(),
        "{\"metadata\":{\"name\":\"safe\"},\"spec\":{"
            + limit
            + ",\"selector\":{\"matchLabels\":{\"app\":\"echo\"}}}}");
  }

  private String budgets() {
    return "/apis/policy/v1/namespaces/" + namespace + "/poddisruptionbudgets";
  }

  private Json awaitAllowed(long allowed, long healthy) {
    return await(
            budgets() + "/safe",
            budget ->
                budget
                        .get("metadata", "generation")
                        .equals(budget.get("status", "observedGeneration"))
                    && budget.get("status", "disruptionsAllowed").asLong(-1) == allowed
                    && budget.get("status", "currentHealthy").asLong(-1) == healthy)
        .body();
  }

  private Reply evict(String pod) {
    return api.post(
        pods + "/" + pod + "/eviction",
        "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\""
            + pod
            + "\"}}");
  }

  @Test
  void a_budget_that_is_spent_refuses_an_eviction() {
    deploy();
    budget("\"minAvailable\":2");
    Json budget = awaitAllowed(0, 2);
    assertThat(says(budget, "DisruptionAllowed", "False", "InsufficientPods")).isTrue();
    String pod = uids().keySet().iterator().next();
    Reply refused = evict(pod);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.reason()).isEqualTo("TooManyRequests");
    assertThat(refused.message())
        .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
    assertThat(refused.body().get("details"))
        .isEqualTo(
            Json.parse(
                """
                {"causes":[{"reason":"DisruptionBudget","message":
                "The disruption budget safe needs 2 healthy pods and has 2 currently"}]}"""));
    assertThat(uids()).containsKey(pod);
  }

  @Test
  void a_budget_with_room_lets_one_go_and_recovers() {
    deploy();
    budget("\"maxUnavailable\":1");
    Json budget = awaitAllowed(1, 2);
    assertThat(says(budget, "DisruptionAllowed", "True", "SufficientPods")).isTrue();
    assertThat(budget.get("status", "desiredHealthy")).isEqualTo(Json.of(1));
    assertThat(budget.get("status", "expectedPods")).isEqualTo(Json.of(2));
    String pod = uids().keySet().iterator().next();
    Reply evicted = evict(pod);
    assertThat(evicted.status()).isEqualTo(201);
    assertThat(evicted.body().get("status")).isEqualTo(Json.of("Success"));
    await(pods, list -> !list.toString().contains("\"" + pod + "\""));
    awaitAllowed(1, 2);
    assertThat(uids()).hasSize(2);
  }

  @Test
  void a_pod_without_a_budget_may_be_evicted() {
    deploy();
    String pod = uids().keySet().iterator().next();
    assertThat(evict(pod).status()).isEqualTo(201);
    await(pods + "/" + pod, ClusterConformance::isGone);
    assertThat(evict("nobody").status()).isEqualTo(404);
  }
}
