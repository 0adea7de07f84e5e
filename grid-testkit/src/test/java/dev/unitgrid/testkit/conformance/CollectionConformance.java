/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The garbage collector and the end of namespaces. */
abstract class CollectionConformance extends ClusterConformance {
  @Test
  void a_background_deletion_takes_the_pods_along() {
    deploy();
    api.delete(apps + "/deployments/demo", "{\"propagationPolicy\":\"Background\"}");
    await(pods, list -> list.get("items").items().isEmpty());
    await(apps + "/replicasets", list -> list.get("items").items().isEmpty());
  }

  @Test
  void a_foreground_deletion_ends_when_the_dependents_are_gone() {
    deploy();
    api.delete(apps + "/deployments/demo", "{\"propagationPolicy\":\"Foreground\"}");
    await(apps + "/deployments/demo", ClusterConformance::isGone);
    assertThat(api.get(apps + "/replicasets").body().get("items").items()).isEmpty();
  }

  @Test
  void an_object_whose_owner_is_absent_is_collected() {
    String maps = core + "/configmaps";
    api.post(
        maps,
        "{\"metadata\":{\"name\":\"a\",\"ownerReferences\":[{\"apiVersion\":\"apps/v1\","
            + "\"kind\":\"Deployment\",\"name\":\"gone\",\"uid\":\"no-such-uid\"}]}}");
    await(maps + "/a", ClusterConformance::isGone);
  }
}
