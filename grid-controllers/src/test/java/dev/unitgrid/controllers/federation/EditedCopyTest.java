/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Manifests;
import dev.unitgrid.controllers.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hands do to copies and to the namespaces of clusters. */
class EditedCopyTest {
  private static final ResourceType GRID = GridKind.DEPLOYMENT_GRID.type();
  private static final String OTHER = "{apiVersion: v1, kind: Namespace, metadata: {name: other}}";

  private static SimulatedFederation demo() {
    SimulatedFederation federation = SimulatedFederation.running(21, "cluster-a", "cluster-b");
    federation.child("cluster-a").apply(OTHER);
    federation.parent.apply(OTHER);
    federation.parent.apply(SimulatedFederation.grid("demo", "echo:1"));
    federation.runUntil(() -> federation.isReady("demo"));
    return federation;
  }

  private static Json deployment(SimulatedFederation federation) {
    return federation
        .child("cluster-a")
        .get(ResourceType.DEPLOYMENT, "default", "demo-zone1")
        .get("metadata", "uid");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'annotations': {'unitgrid.dev/source-uid': 'other'}}",
        "{'annotations': {'unitgrid.dev/source-name': 'other'}}",
        "{'annotations': {'unitgrid.dev/source-name': 'near'}}",
        "{'annotations': {'unitgrid.dev/source-namespace': 'other'}}",
        "{'annotations': {'unitgrid.dev/source-seal': 'other'}}",
        "{'annotations': {'unitgrid.dev/delete-intent': 'other'}}",
        "{'annotations': null}",
        "{'labels': {'superedge.io/target-namespace': 'other'}}",
        "{'labels': {'superedge.io/dis': 'no', 'superedge.io/fed': 'no'}}",
        "{'labels': null, 'annotations': null}",
      })
  @Rule({34, 35})
  void whatever_a_hand_makes_of_its_marks_they_are_put_back_and_no_workload_goes(String metadata) {
    try (SimulatedFederation federation = demo()) {
      federation.parent.apply(SimulatedFederation.grid("near", "echo:1"));
      federation.settle();
      Json workload = deployment(federation);
      Json copy = federation.copy("cluster-a", "demo");
      federation.forgetRequests();
      federation.parent.merge(
          GRID,
          "cluster-a",
          "demo",
          Json.object("metadata", Json.parse(metadata.replace('\'', '"'))));
      federation.settle();
      Json after = federation.copy("cluster-a", "demo");
      for (String part : new String[] {"uid", "labels", "annotations", "finalizers"}) {
        assertThat(after.get("metadata", part)).isEqualTo(copy.get("metadata", part));
      }
      assertThat(deployment(federation)).isEqualTo(workload);
      assertThat(federation.child("cluster-a").names(GRID, "other")).isEmpty();
      assertThat(federation.parent.names(GRID, "cluster-a")).containsExactly("demo", "near");
      assertThat(federation.isReady("demo")).isTrue();
      assertThat(copyWrites(federation)).isOne();
    }
  }

  private static long copyWrites(SimulatedFederation federation) {
    return SimulatedFederation.writes(federation.parent).stream()
        .filter(request -> request.user().equals(SimulatedFederation.ENGINE))
        .filter(request -> request.subresource().isEmpty())
        .count();
  }

  @Test
  @Rule(34)
  void marks_that_were_edited_while_the_parent_was_away_are_put_back_on_its_return() {
    try (SimulatedFederation federation = demo()) {
      Json workload = deployment(federation);
      federation.stopParent();
      federation.parent.merge(
          GRID,
          "cluster-a",
          "demo",
          Json.parse("{\"metadata\":{\"annotations\":{\"unitgrid.dev/source-name\":\"other\"}}}"));
      federation.settle();
      assertThat(SimulatedFederation.holds(federation.copy("cluster-a", "demo"), "InvalidCopy"))
          .isTrue();
      federation.startParent();
      federation.settle();
      assertThat(deployment(federation)).isEqualTo(workload);
      assertThat(federation.isReady("demo")).isTrue();
    }
  }

  @Test
  @Rule(34)
  void a_grid_in_a_cluster_namespace_that_bears_no_mark_is_nobodys_copy() {
    try (SimulatedFederation federation = demo()) {
      federation.parent.apply(
          Manifests.deploymentGrid("foreign", "echo:1")
              .replace("namespace: default", "namespace: cluster-a"));
      federation.settle();
      federation.forgetRequests();
      federation.run(Duration.ofMinutes(10));
      assertThat(federation.writes()).isEmpty();
      assertThat(SimulatedFederation.holds(federation.copy("cluster-a", "foreign"), "InvalidCopy"))
          .isFalse();
      assertThat(federation.grids("cluster-a")).containsExactly("demo");
    }
  }

  @Test
  @Rule(34)
  void the_label_of_a_cluster_on_the_grids_own_namespace_deletes_nothing_and_says_so() {
    try (SimulatedFederation federation = demo()) {
      Json workload = deployment(federation);
      labelDefault(federation, "\"x\"");
      federation.settle();
      assertThat(deployment(federation)).isEqualTo(workload);
      assertThat(SimulatedFederation.holds(federation.source("demo"), "InClusterNamespace"))
          .isTrue();
      assertThat(SimulatedFederation.states(federation.source("demo")))
          .containsExactly("zone1", "zone2");
      labelDefault(federation, "null");
      federation.settle();
      assertThat(deployment(federation)).isEqualTo(workload);
      assertThat(federation.isReady("demo")).isTrue();
      assertThat(SimulatedFederation.holds(federation.source("demo"), "InClusterNamespace"))
          .isFalse();
    }
  }

  private static void labelDefault(SimulatedFederation federation, String value) {
    federation.parent.merge(
        ResourceType.NAMESPACE,
        "",
        "default",
        Json.parse(
            "{\"metadata\":{\"labels\":{\"clusters.clusternet.io/cluster-id\":" + value + "}}}"));
  }
}
