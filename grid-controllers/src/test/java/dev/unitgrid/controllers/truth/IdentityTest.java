/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static dev.unitgrid.controllers.truth.TakeoverTest.managers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Names of children, and whose they are. */
@RealControlPlane
class IdentityTest {
  @Test
  @Rule(11)
  void names_and_keys_that_are_no_label_values_are_kept_in_full_as_annotations(RealWorld world) {
    String key = "topology.example.com/zone-" + world.namespace();
    world.nodesOf(key, "beijing", "bj-1");
    String name = "a-grid-whose-name-is-longer-than-the-sixty-three-characters-of-a-label";
    world.apply(Manifest.deploymentGrid(name, key));
    world.start();
    world.settle(name);
    Json child = world.deployment(name + "-beijing");
    assertThat(child.get("metadata", "annotations").asStrings())
        .containsEntry(Annotations.GRID, name)
        .containsEntry(Annotations.UNIT_KEY, key)
        .containsEntry(Annotations.UNIT, "beijing");
    Map<String, String> labels = child.get("metadata", "labels").asStrings();
    assertThat(labels.get(Labels.GRID_SELECTOR)).startsWith("a-grid-whose-").hasSize(63);
    assertThat(labels.get(Labels.GRID_UNIQ_KEY)).startsWith("topology.example.com-zone-");
    assertThat(child.get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(Json.object(key, "beijing"));
    world.restart();
    world.settle(name);
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule({10, 13})
  void a_stateful_set_whose_plain_name_would_not_do_for_its_pods_has_a_hashed_one(RealWorld world) {
    world.nodes("the-unit-of-the-north.example", "bj-1");
    world.nodes("short", "gz-1");
    String name = "a-stateful-grid-with-a-rather-long-name";
    world.apply(Manifest.statefulSetGrid(name, world.key()));
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, name);
    List<String> names = world.names(ResourceType.STATEFUL_SET);
    assertThat(names)
        .hasSize(2)
        .contains(name + "-short")
        .anyMatch(
            hashed ->
                hashed.matches("a-stateful-grid-with-a-rather-long-name-[a-z2-7]{8}")
                    || hashed.matches("a-stateful-grid-with-a-rather-long-[a-z-]*[a-z2-7]{8}"));
    assertThat(world.pods()).hasSize(2);
  }

  @Test
  @Rule({12, 14})
  void a_foreign_object_in_a_name_is_reported_and_never_touched(RealWorld world) {
    world.beijingAndGuangzhou();
    Json foreign = world.create(RealWorld.USER, ChildWritesTest.foreignDeployment("demo-beijing"));
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.start();
    assertThat(world.awaitCondition("demo", ConditionTypes.NAME_CONFLICT))
        .contains("beijing", "demo-beijing", "without a controller");
    world.awaitObject(ResourceType.DEPLOYMENT, "demo-guangzhou", RealWorld::isRolledOut);
    Json living = world.deployment("demo-beijing");
    assertThat(living.get("spec")).isEqualTo(foreign.get("spec"));
    assertThat(managers(living)).containsExactly(RealWorld.USER + "/Update");

    world.delete(ResourceType.DEPLOYMENT, "demo-beijing");
    world.advance(Duration.ofMinutes(2));
    world.reconcile(GridKind.DEPLOYMENT_GRID, "demo");
    world.settle("demo");
    assertThat(managers(world.deployment("demo-beijing"))).containsExactly("unitgrid/Update");
  }

  @Test
  @Rule({12, 17})
  void a_stateful_set_that_would_mount_another_grids_claims_is_not_created(RealWorld world) {
    String other = world.key() + "-other";
    world.nodesOf(other, "north-1", "n-1");
    Manifest former =
        Manifest.statefulSetGrid("demo", other)
            .with("/spec/template/volumeClaimTemplates", Manifest.CLAIMS);
    world.apply(former);
    world.start();
    world.await(
        "claims",
        () -> world.names(ResourceType.PERSISTENT_VOLUME_CLAIM).contains("data-demo-north-1-0"));
    world.delete(GridKind.STATEFUL_SET_GRID.type(), "demo");
    world.awaitGone(ResourceType.STATEFUL_SET, "demo-north-1");
    world.awaitNoPods("demo-north-1");

    world.nodes("1", "gz-1");
    world.apply(
        Manifest.statefulSetGrid("demo-north", world.key())
            .with("/spec/template/volumeClaimTemplates", Manifest.CLAIMS));
    assertThat(
            world.awaitCondition(
                GridKind.STATEFUL_SET_GRID, "demo-north", ConditionTypes.NAME_CONFLICT))
        .contains("data-demo-north-1-0", "belongs to the grid demo");
    assertThat(world.list(ResourceType.STATEFUL_SET)).isEmpty();
    assertThat(world.names(ResourceType.PERSISTENT_VOLUME_CLAIM))
        .containsExactly("data-demo-north-1-0");
  }

  @Test
  @Rule(12)
  void of_two_grids_whose_children_meet_in_a_name_the_longer_one_has_it(RealWorld world) {
    world.nodes("b-c", "bj-1");
    world.nodes("c", "gz-1");
    world.apply(named("demo", world));
    world.apply(named("demo-b", world));
    world.start();
    world.settle("demo");
    world.settle("demo-b");
    assertThat(world.names(ResourceType.DEPLOYMENT))
        .hasSize(4)
        .contains("demo-c", "demo-b-b-c", "demo-b-c")
        .anyMatch(name -> name.matches("demo-b-c-[a-z2-7]{8}"));
    assertThat(world.deployment("demo-b-c").get("metadata", "annotations").asStrings())
        .containsEntry(Annotations.GRID, "demo-b")
        .containsEntry(Annotations.UNIT, "c");
    assertThat(world.childWrites()).hasSize(4).containsOnly("POST 201 deployments");
  }

  private static Manifest named(String name, RealWorld world) {
    return Manifest.deploymentGrid(name, world.key());
  }

  @Test
  @Rule(12)
  void orphans_are_adopted_only_when_the_grid_says_so(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest = Manifest.deploymentGrid("demo", world.key());
    world.apply(manifest);
    world.start();
    world.settle("demo");
    Map<String, String> pods = world.pods();
    String uid = world.deployment("demo-beijing").get("metadata", "uid").asString("");
    world.deleteOrphaning(GridKind.DEPLOYMENT_GRID.type(), "demo");
    world.awaitGone(GridKind.DEPLOYMENT_GRID.type(), "demo");

    world.apply(manifest);
    assertThat(world.awaitCondition("demo", ConditionTypes.NAME_CONFLICT))
        .contains("demo-beijing", Annotations.ADOPT + "=orphans");
    assertThat(world.deployment("demo-beijing").get("metadata").has("ownerReferences")).isFalse();

    world.apply(manifest.annotated(Annotations.ADOPT, "orphans"));
    world.settle("demo");
    Json adopted = world.deployment("demo-beijing");
    assertThat(adopted.get("metadata", "uid").asString("")).isEqualTo(uid);
    assertThat(adopted.get("metadata", "ownerReferences").items()).hasSize(1);
    assertThat(world.pods()).isEqualTo(pods);
  }

  @Test
  @Rule(13)
  void pods_carry_their_unit_and_children_the_grids_labels_but_those_of_tools(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(
        Manifest.deploymentGrid("demo", world.key())
            .with(
                "/metadata/labels",
                """
                team: edge
                applyset.kubernetes.io/part-of: applyset-1
                argocd.argoproj.io/instance: demo
                kustomize.toolkit.fluxcd.io/name: demo
                kapp.k14s.io/app: '1'
                superedge.io/fed: 'yes'
                """));
    world.start();
    world.settle("demo");
    Json child = world.deployment("demo-beijing");
    assertThat(child.get("metadata", "labels").asStrings())
        .containsOnlyKeys("team", Labels.GRID_SELECTOR, Labels.GRID_UNIQ_KEY);
    assertThat(child.get("spec", "selector", "matchLabels").asStrings())
        .containsEntry(Labels.GRID, "demo")
        .containsEntry(Labels.UNIT, "beijing");
    assertThat(world.list(RealWorld.POD))
        .allSatisfy(
            pod ->
                assertThat(pod.get("metadata", "labels").asStrings())
                    .containsEntry(Labels.GRID, "demo")
                    .containsKey(Labels.UNIT));
  }

  @Test
  @Rule(13)
  void stateful_sets_of_one_template_do_not_take_each_others_pods(RealWorld world) {
    world.nodes("1", "bj-1");
    world.nodes("1-0", "gz-1");
    world.apply(Manifest.statefulSetGrid("demo", world.key()));
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    assertThat(world.list(RealWorld.POD))
        .hasSize(2)
        .allSatisfy(
            pod ->
                assertThat(pod.get("metadata", "name").asString(""))
                    .isEqualTo(
                        pod.get("metadata", "ownerReferences")
                                .items()
                                .get(0)
                                .get("name")
                                .asString("")
                            + "-0"));
  }
}
