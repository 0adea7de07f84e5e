/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Changes that the API server refuses for as long as the object lives. */
@Rule(18)
@RealControlPlane
class ImmutableFieldsTest {
  @Test
  void the_whole_change_waits_and_the_condition_names_the_field(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest = Manifest.statefulSetGrid("demo", world.key());
    world.apply(manifest);
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    world.forget();
    Json before = world.statefulSet("demo-beijing").get("spec");
    world.apply(
        manifest.image("echo:2").with("/spec/template/volumeClaimTemplates", Manifest.CLAIMS));
    assertThat(immutable(GridKind.STATEFUL_SET_GRID, world))
        .contains("spec.volumeClaimTemplates", "the whole change waits", Annotations.RECREATE);
    assertThat(world.statefulSet("demo-beijing").get("spec")).isEqualTo(before);
    assertThat(world.childWrites()).isEmpty();
    world.apply(manifest);
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
  }

  private static String immutable(GridKind kind, RealWorld world) {
    return world.awaitCondition(kind, "demo", ConditionTypes.IMMUTABLE_FIELD);
  }

  @Test
  void a_recreated_stateful_set_finds_its_pods_again(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.statefulSetGrid("demo", world.key()).with("/spec/template/replicas", "2");
    world.apply(manifest);
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    Map<String, String> pods = world.pods();
    assertThat(pods).hasSize(4);
    world.apply(manifest.with("/spec/template/serviceName", "other-svc"));
    assertThat(immutable(GridKind.STATEFUL_SET_GRID, world)).contains("spec.serviceName");
    for (String child : new String[] {"demo-beijing", "demo-guangzhou"}) {
      allowRecreation(world, ResourceType.STATEFUL_SET, child);
    }
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    assertThat(world.statefulSet("demo-beijing").get("spec", "serviceName"))
        .isEqualTo(Json.of("other-svc"));
    assertThat(world.pods()).isEqualTo(pods);
  }

  @Test
  void other_claim_templates_are_for_the_next_pods_of_a_recreated_stateful_set(RealWorld world) {
    world.nodes("beijing", "bj-1");
    world.volumesFor("data-demo-beijing-0", "data-demo-beijing-1");
    Manifest manifest =
        Manifest.statefulSetGrid("demo", world.key())
            .with("/spec/template/volumeClaimTemplates", Manifest.CLAIMS);
    world.apply(manifest);
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    Map<String, String> pods = world.pods();
    world.apply(
        manifest
            .with("/spec/template/replicas", "2")
            .with(
                "/spec/template/volumeClaimTemplates",
                Manifest.CLAIMS.replace("name: data", "name: data, labels: {tier: fast}")));
    assertThat(immutable(GridKind.STATEFUL_SET_GRID, world)).contains("spec.volumeClaimTemplates");
    assertThat(world.pods()).as("the whole change waits").isEqualTo(pods);
    allowRecreation(world, ResourceType.STATEFUL_SET, "demo-beijing");
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    assertThat(world.pods()).hasSize(2).containsAllEntriesOf(pods);
    assertThat(
            world
                .get(ResourceType.PERSISTENT_VOLUME_CLAIM, "data-demo-beijing-1")
                .get("metadata", "labels")
                .asStrings())
        .containsEntry("tier", "fast");
  }

  @Test
  void another_uid_in_the_annotation_recreates_nothing(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest = Manifest.deploymentGrid("demo", world.key());
    world.apply(manifest);
    world.start();
    world.settle("demo");
    String uid = world.deployment("demo-beijing").get("metadata", "uid").asString("");
    world.merge(
        RealWorld.USER,
        ResourceType.DEPLOYMENT,
        "demo-beijing",
        "{metadata: {annotations: {unitgrid.dev/recreate: 'true'}}}");
    world.apply(
        manifest
            .with("/spec/template/selector/matchLabels", "{app: new}")
            .with("/spec/template/template/metadata/labels", "{app: new}"));
    assertThat(immutable(GridKind.DEPLOYMENT_GRID, world)).contains("spec.selector");
    world.reconcile(GridKind.DEPLOYMENT_GRID, "demo");
    assertThat(world.deployment("demo-beijing").get("metadata", "uid").asString("")).isEqualTo(uid);

    allowRecreation(world, ResourceType.DEPLOYMENT, "demo-beijing");
    world.awaitObject(
        ResourceType.DEPLOYMENT,
        "demo-beijing",
        living ->
            living.get("spec", "selector", "matchLabels", "app").equals(Json.of("new"))
                && RealWorld.isRolledOut(living));
    assertThat(world.deployment("demo-guangzhou").get("spec", "selector", "matchLabels", "app"))
        .as("each child is asked about by itself")
        .isEqualTo(Json.of("demo"));
  }

  @Test
  void a_service_turns_headless_only_by_recreation(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest = Manifest.serviceGrid("demo", world.key());
    world.apply(manifest);
    world.start();
    world.settle(GridKind.SERVICE_GRID, "demo");
    world.apply(manifest.with("/spec/template/clusterIP", "None"));
    assertThat(immutable(GridKind.SERVICE_GRID, world)).contains("spec.clusterIP");
    allowRecreation(world, ResourceType.SERVICE, "demo-svc");
    world.settle(GridKind.SERVICE_GRID, "demo");
    assertThat(world.get(ResourceType.SERVICE, "demo-svc").get("spec", "clusterIP"))
        .isEqualTo(Json.of("None"));

    world.apply(manifest);
    assertThat(immutable(GridKind.SERVICE_GRID, world)).contains("spec.clusterIP");
    allowRecreation(world, ResourceType.SERVICE, "demo-svc");
    world.settle(GridKind.SERVICE_GRID, "demo");
    assertThat(world.get(ResourceType.SERVICE, "demo-svc").get("spec", "clusterIP"))
        .isNotEqualTo(Json.of("None"));
  }

  static void allowRecreation(RealWorld world, ResourceType type, String child) {
    String uid = world.get(type, child).get("metadata", "uid").asString("");
    world.merge(
        RealWorld.USER,
        type,
        child,
        "{metadata: {annotations: {unitgrid.dev/recreate: " + uid + "}}}");
    world.await(
        "another " + child,
        () ->
            world
                .find(type, child)
                .filter(living -> !living.get("metadata", "uid").asString("").equals(uid))
                .isPresent());
  }
}
