/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private final SimulatedWorld world = SimulatedWorld.ofTwoUnits(1);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  @Rule({10, 14})
  void every_unit_gets_its_workload_by_one_create() {
    world.cluster.apply(Manifests.walkthrough("deploymentgrid.yaml"));
    world.start();
    world.runUntil(() -> world.isReady("deploymentgrid-demo"));
    assertThat(world.deployments())
        .containsExactly("deploymentgrid-demo-beijing", "deploymentgrid-demo-guangzhou");
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 2));
  }

  @Test
  @Rule(16)
  void a_converged_grid_causes_no_write() {
    converged();
    world.run(Duration.ofHours(2));
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule(14)
  void a_changed_image_is_one_apply_for_each_unit_and_no_other_write_to_children() {
    converged();
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:2"));
    world.settle();
    assertThat(world.isReady("demo")).isTrue();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("APPLY deployments.apps 200", 2));
    assertThat(image("demo-beijing")).isEqualTo("echo:2");
    assertThat(image("demo-guangzhou")).isEqualTo("echo:2");
  }

  @Test
  @Rule({1, 3})
  void a_node_in_a_new_unit_is_one_create_for_each_grid_of_the_key_and_only_those_are_planned() {
    world.cluster.apply(Manifests.deploymentGrid("other", "echo:1"));
    world.cluster.apply(
        Manifests.deploymentGrid("elsewhere", "echo:1")
            .replace("gridUniqKey: location", "gridUniqKey: zone"));
    converged();
    world.cluster.nodes("location=shanghai", "sh-1");
    world.settle();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 2));
    assertThat(world.planned).containsExactly("demo", "other");
  }

  @Test
  @Rule(1)
  void heartbeats_and_cordons_plan_nothing() {
    converged();
    for (int beat = 0; beat < 6; beat++) {
      world.cluster.mergeStatus(
          ResourceType.NODE,
          "",
          "bj-1",
          Json.parse(
              "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\","
                  + "\"lastHeartbeatTime\":\"2026-01-01T00:00:0"
                  + beat
                  + "Z\"}]}}"));
      world.run(Duration.ofSeconds(10));
    }
    world.cluster.merge(
        ResourceType.NODE, "", "bj-1", Json.parse("{\"spec\":{\"unschedulable\":true}}"));
    world.settle();
    assertThat(world.planned).isEmpty();
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule(16)
  void a_drifted_field_is_corrected_by_one_apply() {
    converged();
    world.cluster.merge(
        ResourceType.DEPLOYMENT,
        "default",
        "demo-beijing",
        Json.parse("{\"metadata\":{\"labels\":{\"superedge.io/grid-uniq-key\":\"else\"}}}"));
    world.settle();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("APPLY deployments.apps 200", 1));
    assertThat(
            world
                .deployment("demo-beijing")
                .get("metadata", "labels", "superedge.io/grid-uniq-key"))
        .isEqualTo(Json.of("location"));
  }

  @Test
  @Rule(14)
  void a_child_that_lost_its_label_is_found_by_its_name_and_mended() {
    converged();
    world.cluster.merge(
        ResourceType.DEPLOYMENT,
        "default",
        "demo-beijing",
        Json.parse("{\"metadata\":{\"labels\":{\"superedge.io/grid-selector\":null}}}"));
    String uid = uid("demo-beijing");
    world.settle();
    assertThat(uid("demo-beijing")).isEqualTo(uid);
    assertThat(
            world
                .deployment("demo-beijing")
                .get("metadata", "labels", "superedge.io/grid-selector"))
        .isEqualTo(Json.of("demo"));
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(14)
  void a_deleted_child_is_made_again() {
    converged();
    world.cluster.delete(ResourceType.DEPLOYMENT, "default", "demo-beijing");
    world.settle();
    assertThat(world.childWriteCounts()).isEqualTo(Map.of("CREATE deployments.apps 201", 1));
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(15)
  void a_field_that_the_template_drops_vanishes_from_the_child() {
    String named = Manifests.deploymentGrid("demo", "echo:1");
    world.cluster.apply(named.replace("replicas: 1", "replicas: 1\n    minReadySeconds: 7"));
    world.start();
    world.settle();
    assertThat(world.deployment("demo-beijing").get("spec", "minReadySeconds"))
        .isEqualTo(Json.of(7));
    world.forget();
    world.cluster.apply(named);
    world.settle();
    assertThat(world.deployment("demo-beijing").get("spec").has("minReadySeconds")).isFalse();
    assertThat(world.childWriteCounts())
        .isEqualTo(Map.of("APPLY deployments.apps 200", 2, "PATCH deployments.apps 200", 2));
  }

  @Test
  @Rule(12)
  void a_foreign_object_in_a_name_is_a_conflict_that_names_it_and_is_never_touched() {
    world.cluster.create(foreignDeployment("demo-beijing"));
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    String before = world.deployment("demo-beijing").canonical();
    world.start();
    world.settle();
    assertThat(world.condition("demo", "NameConflict")).isEqualTo("True");
    assertThat(SimulatedWorld.condition(world.grid("demo"), "NameConflict").toString())
        .contains("demo-beijing");
    assertThat(world.deployments()).contains("demo-guangzhou");
    assertThat(world.deployment("demo-beijing").get("spec"))
        .isEqualTo(Json.parse(before).get("spec"));
    world.cluster.delete(ResourceType.DEPLOYMENT, "default", "demo-beijing");
    world.run(Duration.ofMinutes(5));
    assertThat(world.isReady("demo")).isTrue();
  }

  @Test
  @Rule(12)
  void a_stateful_set_that_would_mount_another_grids_volumes_is_not_created() {
    world.cluster.create(
        """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: data-db-beijing-0
          namespace: default
          labels:
            unitgrid.dev/grid: former
        spec:
          accessModes: [ReadWriteOnce]
          resources:
            requests:
              storage: 1Gi
        """);
    world.cluster.apply(Manifests.statefulSetGrid("db", "echo:1"));
    world.start();
    world.settle();
    Json grid = world.cluster.get(GridKind.STATEFUL_SET_GRID.type(), "default", "db");
    assertThat(SimulatedWorld.condition(grid, "NameConflict").get("message").asString(""))
        .contains("data-db-beijing-0")
        .contains("former");
    assertThat(world.cluster.names(ResourceType.STATEFUL_SET, "default"))
        .containsExactly("db-guangzhou");
  }

  @Test
  @Rule(19)
  void a_paused_grid_is_not_written_to_its_children() {
    world.cluster.apply(
        Manifests.deploymentGrid("demo", "echo:1")
            .replace(
                "  namespace: default",
                "  namespace: default\n  annotations:\n    unitgrid.dev/paused: \"true\""));
    world.start();
    world.settle();
    assertThat(world.childWrites()).isEmpty();
    assertThat(world.condition("demo", "Paused")).isEqualTo("True");
  }

  @Test
  @Rule(23)
  void a_deleted_grid_takes_its_children_along() {
    converged();
    world.cluster.delete(GridKind.DEPLOYMENT_GRID.type(), "default", "demo");
    world.settle();
    assertThat(world.deployments()).isEmpty();
    assertThat(world.childWrites()).isEmpty();
  }

  @Test
  void a_dry_run_tells_its_plans_and_writes_nothing() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start(
        world
            .engine()
            .leadership(Deployed.LEADERSHIP)
            .dryRun((grid, observed, plan) -> world.planned.add(plan.units().size() + " units")));
    world.settle();
    assertThat(world.planned).containsExactly("2 units");
    assertThat(world.writes()).isEmpty();
  }

  private String uid(String deployment) {
    return world.deployment(deployment).get("metadata", "uid").asString("");
  }

  private String image(String deployment) {
    return world
        .deployment(deployment)
        .get("spec", "template", "spec")
        .get("containers")
        .items()
        .get(0)
        .get("image")
        .asString("");
  }

  /** The grid demo has converged, and what happened before is forgotten. */
  private void converged() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.start();
    world.runUntil(() -> world.isReady("demo"));
    world.run(Duration.ofMinutes(3));
    world.forget();
  }

  private static String foreignDeployment(String name) {
    return """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: NAME
          namespace: default
        spec:
          selector:
            matchLabels:
              app: foreign
          template:
            metadata:
              labels:
                app: foreign
            spec:
              containers:
              - name: c
                image: foreign:1
        """
        .replace("NAME", name);
  }
}
