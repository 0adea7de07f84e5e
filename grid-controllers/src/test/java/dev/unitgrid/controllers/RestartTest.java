/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.testkit.Verb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Rule(16)
class RestartTest {
  private final SimulatedWorld world = SimulatedWorld.ofTwoUnits(1);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void a_restart_writes_nothing_when_nothing_drifted() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    world.cluster.apply(Manifests.statefulSetGrid("db", "echo:1"));
    world.cluster.apply(Manifests.serviceGrid("web"));
    restartWritesNothing();
  }

  @Test
  void a_restart_leaves_a_scaled_workload_alone_whose_template_names_no_replicas() {
    world.cluster.apply(
        Manifests.deploymentGrid("demo", "echo:1").replace("    replicas: 1\n", ""));
    GridEngine engine = world.start();
    world.settle();
    world.cluster.merge(
        ResourceType.DEPLOYMENT,
        "default",
        "demo-beijing",
        Json.parse("{\"spec\":{\"replicas\":5}}"));
    world.settle();
    assertThat(world.childWriteCounts()).containsOnlyKeys("CREATE deployments.apps 201");
    engine.close();
    restartWritesNothing();
    assertThat(world.deployment("demo-beijing").get("spec", "replicas")).isEqualTo(Json.of(5));
  }

  @Test
  @Rule(26)
  void a_restart_does_not_call_a_grid_mended_that_still_fails() {
    world.cluster.faults().on(Verb.CREATE, "deployments.apps").status(422);
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    GridEngine engine = world.start();
    world.settle();
    assertThat(world.condition("demo", "Degraded")).isEqualTo("True");
    engine.close();
    Json before = world.grid("demo").get("status", "conditions");
    world.forget();
    world.start();
    world.settle();
    assertThat(world.grid("demo").get("status", "conditions")).isEqualTo(before);
  }

  @Test
  void a_restart_leaves_an_injected_sidecar_alone() {
    world.cluster.apply(Manifests.deploymentGrid("demo", "echo:1"));
    GridEngine engine = world.start();
    world.settle();
    Json template = world.deployment("demo-beijing").get("spec", "template", "spec");
    List<Json> containers = new ArrayList<>(template.get("containers").items());
    containers.add(Json.parse("{\"name\":\"sidecar\",\"image\":\"proxy:1\"}"));
    world.cluster.merge(
        ResourceType.DEPLOYMENT,
        "default",
        "demo-beijing",
        Json.object(
            "spec",
            Json.object(
                "template",
                Json.object("spec", Json.object("containers", Json.array(containers))))));
    engine.close();
    restartWritesNothing();
    assertThat(
            world
                .deployment("demo-beijing")
                .get("spec", "template", "spec")
                .get("containers")
                .items())
        .hasSize(2);
  }

  @Test
  void a_restart_takes_zero_values_for_what_the_server_made_of_them() {
    world.cluster.apply(
        Manifests.deploymentGrid("demo", "echo:1")
            .replace(
                "        - name: echo\n",
                "        - name: echo\n          args: []\n          env:\n"
                    + "          - name: EMPTY\n            value: \"\"\n"
                    + "          resources:\n            limits:\n              cpu: 1000m\n")
            .replace(
                "    replicas: 1\n",
                "    replicas: 1\n    minReadySeconds: 0\n    paused: false\n"));
    restartWritesNothing();
  }

  @Test
  @Rule(19)
  void a_restart_leaves_children_alone_that_were_taken_over() {
    world.cluster.apply(Manifests.walkthrough("deploymentgrid.yaml"));
    leaveBySuperEdge("deploymentgrid-demo", "beijing");
    leaveBySuperEdge("deploymentgrid-demo", "guangzhou");
    world.settle();
    List<String> pods = podUids();
    assertThat(pods).hasSize(4);
    restartWritesNothing();
    assertThat(podUids()).isEqualTo(pods);
    assertThat(world.isReady("deploymentgrid-demo")).isTrue();
  }

  private void restartWritesNothing() {
    GridEngine engine = world.start();
    world.run(Duration.ofMinutes(5));
    engine.close();
    world.forget();
    world.start();
    world.run(Duration.ofMinutes(5));
    assertThat(world.writes()).isEmpty();
  }

  private List<String> podUids() {
    return world.cluster.list(new ResourceType("", "v1", "Pod", "pods", true), "default").stream()
        .map(pod -> pod.get("metadata", "uid").asString(""))
        .sorted()
        .toList();
  }

  /** A child as SuperEdge's controller makes it: created by its client, with its labels. */
  private void leaveBySuperEdge(String gridName, String unit) {
    Json grid = world.cluster.get(GridKind.DEPLOYMENT_GRID.type(), "default", gridName);
    Json template = grid.get("spec", "template");
    Json pod = template.get("template");
    Json spec = pod.get("spec").withAt(List.of("nodeSelector", "location"), Json.of(unit));
    Json labelled =
        pod.with("spec", spec)
            .withAt(
                List.of("metadata", "labels", Labels.SUPEREDGE_TEMPLATE_HASH), Json.of("5d8f9"));
    Json child =
        Json.object(
            "apiVersion",
            "apps/v1",
            "kind",
            "Deployment",
            "metadata",
            Json.object(
                "name",
                gridName + "-" + unit,
                "namespace",
                "default",
                "labels",
                Json.object(
                    "superedge.io/grid-selector",
                    gridName,
                    "superedge.io/grid-uniq-key",
                    "location"),
                "ownerReferences",
                Json.array(
                    Json.object(
                        "apiVersion",
                        "superedge.io/v1",
                        "kind",
                        "DeploymentGrid",
                        "name",
                        gridName,
                        "uid",
                        grid.get("metadata", "uid"),
                        "controller",
                        true,
                        "blockOwnerDeletion",
                        true))),
            "spec",
            template.with("template", labelled));
    var answer =
        world
            .cluster
            .transport()
            .send(
                ApiRequest.post(ResourceType.DEPLOYMENT.path("default"), child.toBytes())
                    .query("fieldManager", "application-grid-controller"));
    world.runUntil(answer::isDone);
    assertThat(answer.join().status()).isEqualTo(201);
  }
}
