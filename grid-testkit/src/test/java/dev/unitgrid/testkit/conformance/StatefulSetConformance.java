/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.Map;
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
}
