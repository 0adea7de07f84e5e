/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Finalizers;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Manifests;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.core.federation.TargetNamespaces;
import dev.unitgrid.runtime.time.Scheduler;
import dev.unitgrid.testkit.LinkCut;
import dev.unitgrid.testkit.RecordedRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Parent and children with the rights of {@code deploy}, in virtual time. */
class FederationTest {
  private static final ResourceType GRID = GridKind.DEPLOYMENT_GRID.type();
  private static final String DEMO = "deploymentgrid-demo";

  private static SimulatedFederation demo() {
    SimulatedFederation federation = SimulatedFederation.running(7, "cluster-a", "cluster-b");
    federation.parent.apply(SimulatedFederation.federated());
    federation.runUntil(() -> federation.isReady(DEMO));
    return federation;
  }

  @Test
  @Rule({34, 37})
  void each_child_makes_the_workloads_of_its_units_and_the_parent_shows_them_all() {
    try (SimulatedFederation federation = demo()) {
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      assertThat(federation.deployments("cluster-b")).containsExactly(DEMO + "-zone2");
      assertThat(federation.parent.names(ResourceType.DEPLOYMENT, "default")).isEmpty();
      assertThat(federation.parent.names(ResourceType.DEPLOYMENT, "cluster-a")).isEmpty();
      Json states = federation.source(DEMO).get("status", "states");
      assertThat(states.get("zone1", "readyReplicas")).isEqualTo(Json.of(2));
      assertThat(states.get("zone2", "readyReplicas")).isEqualTo(Json.of(3));
      assertThat(states.get("zone1", "conditions").items())
          .anyMatch(condition -> condition.get("type").equals(Json.of("Available")));
      List<Json> clusters = federation.source(DEMO).get("status", "clusters").items();
      assertThat(clusters)
          .extracting(cluster -> cluster.get("name").asString(""))
          .containsExactly("cluster-a", "cluster-b");
      assertThat(clusters).allMatch(cluster -> cluster.get("reachable").asBoolean(false));
      assertThat(clusters).allMatch(cluster -> cluster.get("observedGeneration").asLong(0) == 1);
      assertThat(federation.parent.requests()).noneMatch(request -> request.status() == 403);
      federation
          .children
          .values()
          .forEach(
              child -> assertThat(child.requests()).noneMatch(request -> request.status() == 403));
    }
  }

  @Test
  @Rule(34)
  void nothing_is_written_while_nothing_changes() {
    try (SimulatedFederation federation = demo()) {
      federation.settle();
      federation.forgetRequests();
      federation.run(Duration.ofHours(1));
      assertThat(federation.writes()).isEmpty();
    }
  }

  @Test
  @Rule(34)
  void a_change_is_one_write_for_each_copy() {
    try (SimulatedFederation federation = demo()) {
      federation.settle();
      federation.forgetRequests();
      federation.parent.merge(
          GRID, "default", DEMO, Json.parse("{\"spec\":{\"emptyUnitGracePeriodSeconds\":60}}"));
      federation.settle();
      assertThat(copyWrites(federation)).hasSize(2).allMatch(request -> request.status() == 200);
      for (String cluster : List.of("cluster-a", "cluster-b")) {
        assertThat(
                SimulatedFederation.writes(federation.child(cluster)).stream()
                    .filter(request -> request.subresource().isEmpty()))
            .hasSize(1);
      }
      assertThat(federation.source(DEMO).get("status", "observedGeneration")).isEqualTo(Json.of(2));
    }
  }

  private static List<RecordedRequest> copyWrites(SimulatedFederation federation) {
    return SimulatedFederation.writes(federation.parent).stream()
        .filter(request -> request.user().equals(SimulatedFederation.ENGINE))
        .filter(request -> request.subresource().isEmpty())
        .filter(request -> request.resource().startsWith("deploymentgrids"))
        .toList();
  }

  @Test
  @Rule(34)
  void a_copy_that_was_edited_by_hand_is_put_back() {
    try (SimulatedFederation federation = demo()) {
      Json before = federation.copy("cluster-a", DEMO);
      federation.parent.merge(
          GRID,
          "cluster-a",
          DEMO,
          Json.parse(
              "{\"metadata\":{\"labels\":{\""
                  + Labels.DIS
                  + "\":null}},"
                  + "\"spec\":{\"emptyUnitGracePeriodSeconds\":1}}"));
      federation.settle();
      Json after = federation.copy("cluster-a", DEMO);
      assertThat(after.get("spec")).isEqualTo(before.get("spec"));
      assertThat(after.get("metadata", "labels")).isEqualTo(before.get("metadata", "labels"));
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      assertThat(federation.parent.names(ResourceType.DEPLOYMENT, "cluster-a")).isEmpty();
    }
  }

  @Test
  @Rule(35)
  void a_deleted_source_takes_all_its_workloads_along() {
    try (SimulatedFederation federation = demo()) {
      federation.parent.delete(GRID, "default", DEMO);
      federation.settle();
      assertThat(federation.copies("cluster-a")).isEmpty();
      assertThat(federation.copies("cluster-b")).isEmpty();
      assertThat(federation.deployments("cluster-a")).isEmpty();
      assertThat(federation.deployments("cluster-b")).isEmpty();
    }
  }

  @Test
  @Rule(35)
  void a_child_that_was_away_during_a_deletion_cleans_up_on_its_return() {
    try (SimulatedFederation federation = demo()) {
      federation.stopChild("cluster-a");
      federation.parent.delete(GRID, "default", DEMO);
      federation.settle();
      assertThat(federation.copies("cluster-a")).containsExactly(DEMO);
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      assertThat(federation.deployments("cluster-b")).isEmpty();
      federation.startChild("cluster-a");
      federation.settle();
      assertThat(federation.copies("cluster-a")).isEmpty();
      assertThat(federation.grids("cluster-a")).isEmpty();
      assertThat(federation.deployments("cluster-a")).isEmpty();
    }
  }

  @Test
  @Rule(35)
  void a_copy_that_a_hand_deletes_comes_back_and_no_workload_goes() {
    try (SimulatedFederation federation = demo()) {
      String uid = deploymentUid(federation);
      federation.parent.delete(GRID, "cluster-a", DEMO);
      federation.settle();
      assertThat(federation.copies("cluster-a")).containsExactly(DEMO);
      assertThat(deploymentUid(federation)).isEqualTo(uid);
      assertThat(local(federation).get("metadata", "annotations").has(Annotations.ORPHANED_SINCE))
          .isFalse();
      assertThat(federation.isReady(DEMO)).isTrue();
    }
  }

  private static String deploymentUid(SimulatedFederation federation) {
    return federation
        .child("cluster-a")
        .get(ResourceType.DEPLOYMENT, "default", DEMO + "-zone1")
        .get("metadata", "uid")
        .asString("");
  }

  private static Json local(SimulatedFederation federation) {
    return federation.child("cluster-a").get(GRID, "default", DEMO);
  }

  @Test
  @Rule(35)
  void the_parent_killed_for_good_leaves_all_workloads_as_they_are() {
    try (SimulatedFederation federation = demo()) {
      federation.stopParent();
      LinkCut cut = federation.parent.faults().cutLinkSilently();
      federation.run(Duration.ofHours(2));
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      assertThat(federation.deployments("cluster-b")).containsExactly(DEMO + "-zone2");
      federation.child("cluster-a").nodes("zone=zone3", "node-3");
      federation.settle();
      assertThat(federation.deployments("cluster-a"))
          .containsExactly(DEMO + "-zone1", DEMO + "-zone3");
      cut.close();
    }
  }

  @Test
  @Rule(35)
  void a_namespace_whose_child_is_gone_for_ever_is_released() {
    try (SimulatedFederation federation = demo()) {
      federation.stopChild("cluster-a");
      federation.parent.delete(ResourceType.NAMESPACE, "", "cluster-a");
      federation.run(Duration.ofMinutes(4));
      assertThat(federation.parent.find(ResourceType.NAMESPACE, "", "cluster-a")).isPresent();
      assertThat(federation.copy("cluster-a", DEMO).get("metadata", "finalizers").items())
          .contains(Json.of(Finalizers.CHILD));
      federation.run(Duration.ofMinutes(3));
      assertThat(federation.parent.find(ResourceType.NAMESPACE, "", "cluster-a")).isEmpty();
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      federation.settle();
      assertThat(SimulatedFederation.states(federation.source(DEMO))).containsExactly("zone2");
      assertThat(federation.isReady(DEMO)).isTrue();
    }
  }

  @Test
  @Rule(35)
  void a_child_whose_namespace_is_deleted_keeps_its_workloads_as_orphans() {
    try (SimulatedFederation federation = demo()) {
      federation.parent.delete(ResourceType.NAMESPACE, "", "cluster-a");
      federation.run(Duration.ofMinutes(10));
      assertThat(federation.parent.find(ResourceType.NAMESPACE, "", "cluster-a")).isEmpty();
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      assertThat(SimulatedFederation.holds(local(federation), "Orphaned")).isTrue();
    }
  }

  @Test
  @Rule(36)
  void a_silent_cluster_is_unreachable_and_its_states_stay() {
    try (SimulatedFederation federation = demo()) {
      LinkCut cut =
          federation.parent.faults().cutLinkSilently(SimulatedFederation.childUser("cluster-a"));
      federation.run(Duration.ofMinutes(3));
      Json source = federation.source(DEMO);
      assertThat(SimulatedFederation.holds(source, "Unreachable")).isTrue();
      assertThat(SimulatedFederation.condition(source, "Ready").get("status"))
          .isEqualTo(Json.of("Unknown"));
      assertThat(SimulatedFederation.states(source)).containsExactly("zone1", "zone2");
      assertThat(source.get("status", "states", "zone1").has("unreachableSince")).isTrue();
      federation.parent.merge(
          GRID, "default", DEMO, Json.parse("{\"spec\":{\"emptyUnitGracePeriodSeconds\":60}}"));
      federation.settle();
      assertThat(federation.source(DEMO).get("status", "observedGeneration")).isEqualTo(Json.of(2));
      cut.close();
      federation.run(Duration.ofMinutes(5));
      assertThat(federation.isReady(DEMO)).isTrue();
      assertThat(SimulatedFederation.holds(federation.source(DEMO), "Unreachable")).isFalse();
      assertThat(local(federation).get("spec", "emptyUnitGracePeriodSeconds"))
          .isEqualTo(Json.of(60));
    }
  }

  @Test
  @Rule(36)
  void a_second_cluster_on_one_namespace_stands_down_and_the_grids_say_so() {
    try (SimulatedFederation federation = demo()) {
      federation.stopChild("cluster-b");
      federation.startChild("cluster-b", federation.childBuilder("cluster-b", "cluster-a"));
      federation.run(Duration.ofMinutes(3));
      assertThat(federation.childOf("cluster-b").isClusterHeld()).isFalse();
      assertThat(federation.childOf("cluster-b").health().problems())
          .anyMatch(problem -> problem.contains("give it a namespace of its own"));
      assertThat(federation.childOf("cluster-a").isClusterHeld()).isTrue();
      assertThat(SimulatedFederation.holds(federation.source(DEMO), "ClusterContested")).isTrue();
      assertThat(federation.deployments("cluster-b")).containsExactly(DEMO + "-zone2");
      federation.stopChild("cluster-b");
      federation.run(Duration.ofMinutes(7));
      assertThat(SimulatedFederation.holds(federation.source(DEMO), "ClusterContested")).isFalse();
    }
  }

  @Test
  @Rule(36)
  void a_cluster_whose_controller_restarts_keeps_its_namespace_beside_one_that_wants_it() {
    try (SimulatedFederation federation = demo()) {
      federation.stopChild("cluster-b");
      federation.startChild("cluster-b", federation.childBuilder("cluster-b", "cluster-a"));
      federation.run(Duration.ofMinutes(3));
      federation.stopChild("cluster-a");
      federation.run(Duration.ofMinutes(15));
      assertThat(federation.childOf("cluster-b").isClusterHeld()).isFalse();
      federation.startChild("cluster-a");
      federation.run(Duration.ofSeconds(30));
      assertThat(federation.childOf("cluster-a").isClusterHeld()).isTrue();
      assertThat(federation.childOf("cluster-b").isClusterHeld()).isFalse();
    }
  }

  @Test
  @Rule(36)
  void a_cluster_that_takes_the_place_of_a_lost_one_has_its_namespace_once_the_lease_is_deleted() {
    try (SimulatedFederation federation = demo()) {
      federation.stopChild("cluster-a");
      federation.stopChild("cluster-b");
      federation.startChild("cluster-b", federation.childBuilder("cluster-b", "cluster-a"));
      federation.run(Duration.ofMinutes(3));
      assertThat(federation.childOf("cluster-b").health().problems())
          .anyMatch(problem -> problem.contains("delete the Lease unitgrid-child"));
      federation.parent.delete(ResourceType.LEASE, "cluster-a", FederationParent.LEASE);
      federation.run(Duration.ofSeconds(90));
      assertThat(federation.childOf("cluster-b").isClusterHeld()).isTrue();
    }
  }

  @Test
  @Rule(37)
  void the_parent_runs_its_own_units_unless_it_is_told_not_to() {
    try (SimulatedFederation federation = demo()) {
      federation.parent.nodes("zone=zone0", "parent-node");
      federation.settle();
      assertThat(federation.parent.names(ResourceType.DEPLOYMENT, "default"))
          .containsExactly(DEMO + "-zone0");
      assertThat(SimulatedFederation.states(federation.source(DEMO)))
          .containsExactly("zone0", "zone1", "zone2");
      federation.stopParent();
      federation.startParent(federation.parentBuilder().parentRunsWorkloads(false));
      federation.settle();
      assertThat(federation.parent.names(ResourceType.DEPLOYMENT, "default"))
          .containsExactly(DEMO + "-zone0");
      assertThat(SimulatedFederation.states(federation.source(DEMO)))
          .containsExactly("zone1", "zone2");
    }
  }

  @Test
  @Rule(37)
  void a_recreated_source_waits_for_the_release_of_the_old_copy() {
    try (SimulatedFederation federation = demo()) {
      federation.stopChild("cluster-a");
      federation.parent.delete(GRID, "default", DEMO);
      federation.settle();
      federation.parent.apply(SimulatedFederation.federated());
      federation.settle();
      assertThat(SimulatedFederation.holds(federation.source(DEMO), "WaitingForRelease")).isTrue();
      federation.startChild("cluster-a");
      federation.runUntil(() -> federation.isReady(DEMO));
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      federation.settle();
      assertThat(SimulatedFederation.holds(federation.source(DEMO), "WaitingForRelease")).isFalse();
    }
  }

  @Test
  @Rule({34, 37})
  void a_foreign_grid_in_the_place_is_a_conflict_until_it_goes() {
    try (SimulatedFederation federation =
        SimulatedFederation.running(3, "cluster-a", "cluster-b")) {
      String foreign = Manifests.deploymentGrid("demo", "foreign:1");
      federation.child("cluster-a").apply(foreign);
      federation.parent.apply(SimulatedFederation.grid("demo", "echo:1"));
      federation.settle();
      assertThat(SimulatedFederation.holds(federation.source("demo"), "NameConflict")).isTrue();
      assertThat(
              SimulatedFederation.condition(federation.source("demo"), "NameConflict")
                  .get("message")
                  .asString(""))
          .contains("cluster-a", "delete or rename");
      assertThat(federation.deployments("cluster-b")).containsExactly("demo-zone2");
      federation.forgetRequests();
      federation.run(Duration.ofMinutes(10));
      assertThat(federation.writes()).isEmpty();
      federation.child("cluster-a").delete(GRID, "default", "demo");
      federation.runUntil(() -> federation.isReady("demo"));
      assertThat(federation.deployments("cluster-a")).containsExactly("demo-zone1");
    }
  }

  @Test
  @Rule(37)
  void a_missing_target_namespace_is_a_condition_until_it_is_there_and_others_go_on() {
    try (SimulatedFederation federation = SimulatedFederation.running(4, "cluster-a")) {
      federation.parent.apply("{apiVersion: v1, kind: Namespace, metadata: {name: edge}}");
      federation.parent.apply(
          SimulatedFederation.grid("far", "echo:1")
              .replace("namespace: default", "namespace: edge"));
      federation.parent.apply(SimulatedFederation.grid("near", "echo:1"));
      federation.settle();
      Json far = federation.parent.get(GRID, "edge", "far");
      assertThat(SimulatedFederation.condition(far, "TargetNamespace").get("message").asString(""))
          .contains("edge", "--create-namespaces");
      assertThat(federation.deployments("cluster-a")).containsExactly("near-zone1");
      federation
          .child("cluster-a")
          .apply("{apiVersion: v1, kind: Namespace, metadata: {name: edge}}");
      federation.run(Duration.ofMinutes(10));
      assertThat(federation.child("cluster-a").names(ResourceType.DEPLOYMENT, "edge"))
          .containsExactly("far-zone1");
      federation.settle();
      assertThat(
              SimulatedFederation.holds(
                  federation.parent.get(GRID, "edge", "far"), "TargetNamespace"))
          .isFalse();
    }
  }

  @Test
  @Rule(37)
  void a_missing_target_namespace_is_made_where_that_is_wanted() {
    try (SimulatedFederation federation = new SimulatedFederation(5, "cluster-a")) {
      federation.child("cluster-a").nodes("zone=zone1", "node-1");
      federation.startParent();
      federation.startChild(
          "cluster-a", federation.childBuilder("cluster-a", "cluster-a").createNamespaces(true));
      federation.parent.apply("{apiVersion: v1, kind: Namespace, metadata: {name: edge}}");
      federation.parent.apply(
          SimulatedFederation.grid("far", "echo:1")
              .replace("namespace: default", "namespace: edge"));
      federation.settle();
      assertThat(federation.child("cluster-a").names(ResourceType.DEPLOYMENT, "edge"))
          .containsExactly("far-zone1");
    }
  }

  @Test
  @Rule(34)
  void a_grid_that_lost_its_labels_is_found_by_its_place() {
    try (SimulatedFederation federation = demo()) {
      federation
          .child("cluster-a")
          .merge(
              GRID,
              "default",
              DEMO,
              Json.parse("{\"metadata\":{\"labels\":{\"" + Labels.TARGET_NAMESPACE + "\":null}}}"));
      federation.settle();
      assertThat(local(federation).get("metadata", "labels", Labels.TARGET_NAMESPACE))
          .isEqualTo(Json.of("default"));
      federation.stopChild("cluster-a");
      federation
          .child("cluster-a")
          .merge(
              GRID,
              "default",
              DEMO,
              Json.parse("{\"metadata\":{\"labels\":{\"" + Labels.TARGET_NAMESPACE + "\":null}}}"));
      federation.parent.delete(GRID, "default", DEMO);
      federation.startChild("cluster-a");
      federation.settle();
      assertThat(federation.grids("cluster-a")).isEmpty();
      assertThat(federation.copies("cluster-a")).isEmpty();
    }
  }

  @Test
  @Rule(34)
  void grids_of_two_namespaces_that_meet_in_a_name_both_arrive() {
    try (SimulatedFederation federation = SimulatedFederation.running(6, "cluster-a")) {
      federation
          .child("cluster-a")
          .apply("{apiVersion: v1, kind: Namespace, metadata: {name: edge}}");
      federation.parent.apply("{apiVersion: v1, kind: Namespace, metadata: {name: edge}}");
      federation.parent.apply(SimulatedFederation.grid("demo", "echo:1"));
      federation.parent.apply(
          SimulatedFederation.grid("demo", "echo:2")
              .replace("namespace: default", "namespace: edge"));
      federation.settle();
      assertThat(federation.copies("cluster-a")).hasSize(2).contains("demo");
      assertThat(federation.deployments("cluster-a")).containsExactly("demo-zone1");
      assertThat(federation.child("cluster-a").names(ResourceType.DEPLOYMENT, "edge"))
          .containsExactly("demo-zone1");
      federation.parent.delete(GRID, "default", "demo");
      federation.settle();
      assertThat(federation.deployments("cluster-a")).isEmpty();
      assertThat(federation.child("cluster-a").names(ResourceType.DEPLOYMENT, "edge"))
          .containsExactly("demo-zone1");
    }
  }

  @Test
  @Rule(34)
  void all_three_kinds_are_carried() {
    try (SimulatedFederation federation = SimulatedFederation.running(8, "cluster-a")) {
      federation.parent.apply(SimulatedFederation.fed(Manifests.statefulSetGrid("set", "echo:1")));
      federation.parent.apply(SimulatedFederation.fed(Manifests.serviceGrid("web")));
      federation.settle();
      assertThat(federation.child("cluster-a").names(ResourceType.STATEFUL_SET, "default"))
          .containsExactly("set-zone1");
      assertThat(federation.child("cluster-a").names(ResourceType.SERVICE, "default"))
          .contains("web-svc");
      Json set = federation.parent.get(GridKind.STATEFUL_SET_GRID.type(), "default", "set");
      assertThat(set.get("status", "states", "zone1").has("readyReplicas")).isTrue();
    }
  }

  @Test
  @Rule({34, 35})
  void superedges_grids_and_copies_are_taken_over_without_a_restart() {
    try (SimulatedFederation federation = new SimulatedFederation(9, "cluster-a")) {
      federation.child("cluster-a").nodes("zone=zone1", "node-1");
      String marks =
          "  labels: {"
              + Labels.DIS
              + ": \"yes\", "
              + Labels.TARGET_NAMESPACE
              + ": default, "
              + Labels.FED
              + ": \"yes\"}\n";
      String theirs =
          Manifests.deploymentGrid("demo", "echo:1")
              .replace("gridUniqKey: location", "gridUniqKey: zone");
      federation.parent.apply(
          theirs.replaceFirst("  namespace: default\n", "  namespace: cluster-a\n" + marks));
      federation
          .child("cluster-a")
          .apply(theirs.replaceFirst("  namespace: default\n", "  namespace: default\n" + marks));
      federation.parent.apply(SimulatedFederation.grid("demo", "echo:1"));
      federation.startParent();
      federation.startChild("cluster-a");
      federation.settle();
      assertThat(federation.deployments("cluster-a")).containsExactly("demo-zone1");
      assertThat(federation.copies("cluster-a")).containsExactly("demo");
      Json local = federation.child("cluster-a").get(GRID, "default", "demo");
      assertThat(local.get("metadata", "labels").asStrings()).doesNotContainKey(Labels.DIS);
      assertThat(federation.isReady("demo")).isTrue();
      federation.parent.delete(GRID, "default", "demo");
      federation.settle();
      assertThat(federation.grids("cluster-a")).isEmpty();
    }
  }

  @Test
  void unused_templates_are_pruned_once_and_nobody_fights_about_them() {
    try (SimulatedFederation federation = demo()) {
      federation.parent.merge(
          GRID,
          "default",
          DEMO,
          Json.parse(
              "{\"spec\":{\"autoDeleteUnusedTemplate\":true,\"templatePool\":{\"unused\":"
                  + federation.source(DEMO).get("spec", "template")
                  + "}}}"));
      federation.settle();
      federation.forgetRequests();
      federation.run(Duration.ofMinutes(10));
      assertThat(federation.writes()).isEmpty();
      assertThat(local(federation).get("spec", "templatePool").fields())
          .doesNotContainKey("unused");
    }
  }

  @Test
  @Rule(26)
  void a_process_that_does_not_lead_writes_nothing() {
    try (SimulatedFederation federation = SimulatedFederation.running(11, "cluster-a")) {
      federation.stopParent();
      federation.startParent(
          federation
              .parentBuilder()
              .engine(engine -> engine.leadership(dev.unitgrid.controllers.Leadership.external())));
      federation.parent.apply(SimulatedFederation.grid("demo", "echo:1"));
      federation.settle();
      assertThat(federation.copies("cluster-a")).isEmpty();
      assertThat(federation.source("demo").get("status").isNull()).isTrue();
    }
  }

  @Test
  void a_node_that_is_the_first_of_its_key_brings_the_grid() {
    try (SimulatedFederation federation = demo()) {
      federation.parent.apply(
          SimulatedFederation.grid("late", "echo:1")
              .replace("gridUniqKey: zone", "gridUniqKey: rack"));
      federation.settle();
      assertThat(federation.grids("cluster-a")).containsExactly(DEMO);
      assertThat(federation.isReady("late")).isTrue();
      federation.child("cluster-a").label("node-1", Map.of("rack", "r1"));
      federation.settle();
      assertThat(federation.deployments("cluster-a")).contains("late-r1");
      assertThat(SimulatedFederation.states(federation.source("late"))).containsExactly("r1");
    }
  }

  @Test
  @Rule(36)
  void a_childs_clock_that_is_hours_wrong_changes_nothing() {
    try (SimulatedFederation federation = new SimulatedFederation(12, "cluster-a", "cluster-b")) {
      federation.startParent();
      for (String cluster : List.of("cluster-a", "cluster-b")) {
        Duration skew = Duration.ofHours(cluster.equals("cluster-a") ? -5 : 5);
        federation.child(cluster).nodes("zone=zone-" + cluster, "node-1");
        federation.startChild(
            cluster,
            federation
                .childBuilder(cluster, cluster)
                .scheduler(new SkewedScheduler(federation.simulation.scheduler(), skew)));
      }
      federation.parent.apply(SimulatedFederation.grid("demo", "echo:1"));
      federation.runUntil(() -> federation.isReady("demo"));
      federation.run(Duration.ofMinutes(10));
      assertThat(SimulatedFederation.holds(federation.source("demo"), "Unreachable")).isFalse();
      federation.forgetRequests();
      federation.run(Duration.ofMinutes(10));
      assertThat(federation.writes()).isEmpty();
    }
  }

  @Test
  @Rule(35)
  void an_expired_token_is_a_sentence_and_a_new_one_goes_on_where_it_was() {
    try (SimulatedFederation federation = demo()) {
      String user = SimulatedFederation.childUser("cluster-a");
      federation.parent.faults().onAll().byUser(user).status(401);
      federation.parent.faults().resetWatches("deploymentgrids.superedge.io");
      federation.parent.merge(
          GRID, "default", DEMO, Json.parse("{\"spec\":{\"emptyUnitGracePeriodSeconds\":60}}"));
      federation.run(Duration.ofMinutes(5));
      assertThat(federation.childOf("cluster-a").health().problems())
          .anyMatch(problem -> problem.contains("401"));
      assertThat(federation.deployments("cluster-a")).containsExactly(DEMO + "-zone1");
      assertThat(federation.copy("cluster-b", DEMO).get("status", "observedGeneration"))
          .isEqualTo(Json.of(2));
      federation.parent.faults().clear();
      federation.run(Duration.ofMinutes(6));
      assertThat(federation.isReady(DEMO)).isTrue();
      assertThat(federation.childOf("cluster-a").health().problems()).isEmpty();
    }
  }

  @Test
  @Rule(37)
  void a_target_namespace_that_is_not_allowed_is_a_condition_and_others_go_on() {
    try (SimulatedFederation federation = new SimulatedFederation(13, "cluster-a")) {
      federation.child("cluster-a").nodes("zone=zone1", "node-1");
      federation.startParent();
      federation.startChild(
          "cluster-a",
          federation
              .childBuilder("cluster-a", "cluster-a")
              .targetNamespaces(TargetNamespaces.only(List.of("default"))));
      federation.parent.apply(SimulatedFederation.grid("near", "echo:1"));
      federation.parent.apply(
          SimulatedFederation.grid("system", "echo:1")
              .replace("namespace: default", "namespace: kube-system"));
      federation.settle();
      assertThat(federation.deployments("cluster-a")).containsExactly("near-zone1");
      assertThat(federation.child("cluster-a").list(GRID, "kube-system")).isEmpty();
      Json refused = federation.parent.get(GRID, "kube-system", "system");
      assertThat(
              SimulatedFederation.condition(refused, "TargetNamespace").get("message").asString(""))
          .contains("kube-system", "--target-namespaces");
    }
  }

  /** The scheduler of a process whose wall clock is wrong. */
  private record SkewedScheduler(Scheduler real, Duration skew) implements Scheduler {
    @Override
    public Clock clock() {
      return Clock.offset(real.clock(), skew);
    }

    @Override
    public void execute(Runnable task) {
      real.execute(task);
    }

    @Override
    public Task schedule(Duration delay, Runnable task) {
      return real.schedule(delay, task);
    }
  }
}
