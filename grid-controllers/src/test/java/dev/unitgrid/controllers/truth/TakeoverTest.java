/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static dev.unitgrid.controllers.truth.RealWorld.USER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Children as SuperEdge's controller leaves them are taken over as they run. */
@Rule(19)
@RealControlPlane
class TakeoverTest {
  private static final String SUPEREDGE = "application-grid-controller";

  @Test
  void a_taken_over_deployment_keeps_its_pods_and_its_fields_become_ours(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key())
            .containers("[{name: echo, image: 'echo:1', workingDir: /srv}]");
    leave(world, manifest, "beijing", "guangzhou");
    Map<String, String> pods = world.pods();
    Json specification = world.deployment("demo-beijing").get("spec");

    world.start();
    world.settle("demo");
    assertThat(world.pods()).hasSize(2).isEqualTo(pods);
    assertThat(world.deployment("demo-beijing").get("spec")).isEqualTo(specification);
    assertThat(managers(world.deployment("demo-beijing")))
        .containsExactly(FieldManagers.CHILDREN + "/Apply");
    assertThat(world.deployment("demo-beijing").get("metadata", "annotations").asStrings())
        .containsEntry(Annotations.GRID, "demo")
        .containsEntry(Annotations.UNIT, "beijing")
        .containsEntry(Annotations.UNIT_KEY, world.key());

    world.restart();
    world.settle("demo");
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule(14)
  void a_field_that_is_removed_after_the_takeover_vanishes(RealWorld world) {
    world.beijingAndGuangzhou();
    leave(
        world,
        Manifest.deploymentGrid("demo", world.key())
            .containers("[{name: echo, image: 'echo:1', workingDir: /srv}]"),
        "beijing");
    world.start();
    world.settle("demo");
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.settle("demo");
    Json container =
        world
            .deployment("demo-beijing")
            .get("spec", "template", "spec", "containers")
            .items()
            .get(0);
    assertThat(container.has("workingDir")).isFalse();
  }

  @Test
  void a_field_removed_in_the_very_takeover_vanishes(RealWorld world) {
    world.beijingAndGuangzhou();
    leave(
        world,
        Manifest.deploymentGrid("demo", world.key())
            .containers("[{name: echo, image: 'echo:1', workingDir: /srv}]"),
        "beijing");
    world.apply(Manifest.deploymentGrid("demo", world.key()).image("echo:2"));
    world.start();
    world.settle("demo");
    Json template = world.deployment("demo-beijing").get("spec", "template");
    Json container = template.get("spec", "containers").items().get(0);
    assertThat(container.has("workingDir")).isFalse();
    assertThat(container.get("image").asString("")).isEqualTo("echo:2");
    assertThat(template.get("metadata", "labels").asStrings())
        .as("its template changed, so its pods are new: they carry their unit now")
        .containsEntry(Labels.UNIT, "beijing")
        .doesNotContainKey(Labels.SUPEREDGE_TEMPLATE_HASH);
  }

  @Test
  @Rule({7, 19})
  void a_template_with_a_field_that_the_api_server_dropped_restarts_no_pod(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/template/template/spec/selector", "{k8s-app: dns}");
    leave(world, manifest, "beijing", "guangzhou");
    Map<String, String> pods = world.pods();
    world.start();
    world.settle("demo");
    assertThat(world.pods()).hasSize(2).isEqualTo(pods);
    world.restart();
    world.settle("demo");
    assertThat(world.writes()).isEmpty();
    world.apply(manifest.image("echo:2"));
    world.settle("demo");
    assertThat(world.childWrites())
        .containsExactly(
            "APPLY 200 deployments/demo-beijing", "APPLY 200 deployments/demo-guangzhou");
  }

  @Test
  void a_template_whose_node_selector_superedge_replaced_restarts_no_pod(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/template/template/spec/nodeSelector", "{kubernetes.io/os: linux}");
    leave(world, manifest, "beijing", "guangzhou");
    Map<String, String> pods = world.pods();
    world.start();
    world.settle("demo");
    assertThat(world.pods()).hasSize(2).isEqualTo(pods);
    world.restart();
    world.settle("demo");
    assertThat(world.writes()).isEmpty();
    world.apply(
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/template/template/spec/nodeSelector", "{kubernetes.io/os: linux}")
            .image("echo:2"));
    world.settle("demo");
    assertThat(world.deployment("demo-beijing").get("spec", "template", "spec", "nodeSelector"))
        .as("with the next change of the template, the user's selector counts")
        .isEqualTo(Json.object("kubernetes.io/os", "linux", world.key(), "beijing"));
  }

  @Test
  @Rule({11, 19})
  void children_of_an_older_superedge_carry_no_label_of_their_key(RealWorld world) {
    world.beijingAndGuangzhou();
    leave(world, Manifest.deploymentGrid("demo", world.key()), "beijing", "guangzhou");
    for (String child : List.of("demo-beijing", "demo-guangzhou")) {
      world.merge(
          SUPEREDGE,
          ResourceType.DEPLOYMENT,
          child,
          "{metadata: {labels: {superedge.io/grid-uniq-key: null}}}");
    }
    Map<String, String> pods = world.pods();
    world.start();
    world.settle("demo");
    assertThat(world.pods()).hasSize(2).isEqualTo(pods);
    assertThat(world.list(ResourceType.DEPLOYMENT))
        .hasSize(2)
        .allSatisfy(
            child ->
                assertThat(child.get("metadata", "labels").asStrings())
                    .containsEntry(Labels.GRID_UNIQ_KEY, world.key()));
  }

  @Test
  void a_grid_change_outside_the_pod_template_restarts_no_pod_either(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest = Manifest.deploymentGrid("demo", world.key());
    leave(world, manifest, "beijing", "guangzhou");
    Map<String, String> pods = world.pods();
    world.start();
    world.settle("demo");
    world.apply(
        manifest.with("/spec/template/replicas", "2").with("/spec/template/minReadySeconds", "1"));
    world.settle("demo");
    assertThat(world.pods()).hasSize(4).containsAllEntriesOf(pods);
  }

  @Test
  @Rule({13, 19})
  void the_selector_stays_as_superedge_made_it_and_the_grid_says_that_it_is_shared(
      RealWorld world) {
    world.beijingAndGuangzhou();
    leave(world, Manifest.deploymentGrid("demo", world.key()), "beijing");
    world.start();
    world.settle("demo");
    assertThat(world.awaitCondition("demo", ConditionTypes.SHARED_SELECTOR))
        .contains("demo-beijing")
        .doesNotContain("demo-guangzhou");
    assertThat(selector(world.deployment("demo-beijing"))).containsOnlyKeys("app");
    assertThat(selector(world.deployment("demo-guangzhou")))
        .containsOnlyKeys("app", Labels.GRID, Labels.UNIT);
  }

  @Test
  void a_taken_over_stateful_set_and_service_live_on(RealWorld world) {
    world.beijingAndGuangzhou();
    leave(world, Manifest.statefulSetGrid("demo", world.key()), "beijing", "guangzhou");
    leaveService(world, Manifest.serviceGrid("web", world.key()));
    Map<String, String> pods = world.pods();
    Json service = world.get(ResourceType.SERVICE, "web-svc");
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    world.settle(GridKind.SERVICE_GRID, "web");
    assertThat(world.pods()).containsOnlyKeys("demo-beijing-0", "demo-guangzhou-0").isEqualTo(pods);
    Json after = world.get(ResourceType.SERVICE, "web-svc");
    assertThat(after.get("metadata", "uid")).isEqualTo(service.get("metadata", "uid"));
    assertThat(after.get("spec", "clusterIP")).isEqualTo(service.get("spec", "clusterIP"));
    assertThat(managers(after)).containsExactly(FieldManagers.CHILDREN + "/Apply");
    world.restart();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    world.settle(GridKind.SERVICE_GRID, "web");
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule(15)
  void a_number_that_an_autoscaler_set_survives_the_takeover(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key()).without("/spec/template/replicas");
    leave(world, manifest, "beijing");
    world.scale(ResourceType.DEPLOYMENT, "demo-beijing", 3);
    world.await("three pods", () -> world.pods().size() == 3);
    Map<String, String> pods = world.pods();
    world.start();
    world.settle("demo");
    assertThat(world.deployment("demo-beijing").get("spec", "replicas")).isEqualTo(Json.of(3));
    assertThat(world.pods()).containsAllEntriesOf(pods);
  }

  @Test
  @Rule(8)
  void duplicates_of_a_taken_over_child_wait_for_the_next_change_of_its_template(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key())
            .containers(
                "[{name: echo, image: 'echo:1', env: [{name: A, value: '1'}, {name: A, value:"
                    + " '2'}]}]");
    leave(world, manifest, "beijing");
    Map<String, String> pods = world.pods();
    world.start();
    assertThat(world.awaitCondition("demo", ConditionTypes.TEMPLATE_NORMALIZED))
        .contains("demo-beijing", "until its template changes");
    world.settle("demo");
    assertThat(world.pods()).containsAllEntriesOf(pods);
    world.apply(
        manifest.containers(
            "[{name: echo, image: 'echo:2', env: [{name: A, value: '1'}, {name: A, value:"
                + " '2'}]}]"));
    world.settle("demo");
    assertThat(
            world
                .deployment("demo-beijing")
                .get("spec", "template", "spec", "containers")
                .items()
                .get(0)
                .get("env"))
        .isEqualTo(Manifest.json("[{name: A, value: '2'}]"));
  }

  @Test
  @Rule(11)
  void a_child_of_superedge_whose_name_and_node_selector_disagree_is_left_alone(RealWorld world) {
    world.beijingAndGuangzhou();
    leave(world, Manifest.deploymentGrid("demo", world.key()), "beijing");
    world.patch(
        USER,
        ResourceType.DEPLOYMENT,
        "demo-beijing",
        "{spec: {template: {spec: {nodeSelector: {" + world.key() + ": elsewhere}}}}}");
    Json spec = world.deployment("demo-beijing").get("spec");
    world.start();
    assertThat(world.awaitCondition("demo", ConditionTypes.UNIT_MISMATCH))
        .contains("demo-beijing", "elsewhere");
    world.awaitObject(ResourceType.DEPLOYMENT, "demo-guangzhou", RealWorld::isRolledOut);
    assertThat(world.deployment("demo-beijing").get("spec")).isEqualTo(spec);
  }

  @Test
  void a_paused_grid_is_reported_on_and_not_written_to(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key()).annotated(Annotations.PAUSED, "true");
    leave(world, manifest, "beijing");
    world.start();
    world.awaitCondition("demo", ConditionTypes.PAUSED);
    world.reconcile(GridKind.DEPLOYMENT_GRID, "demo");
    assertThat(world.childWrites()).isEmpty();
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.settle("demo");
    assertThat(world.childWrites())
        .contains("POST 201 deployments", "APPLY 200 deployments/demo-beijing");
  }

  // ------------------------------------------------------------ what SuperEdge leaves

  /** The grid, and its children by SuperEdge's client; they roll out. */
  static void leave(RealWorld world, Manifest manifest, String... units) {
    Json grid = world.apply(manifest);
    for (String unit : units) {
      world.create(SUPEREDGE, child(world, grid, unit));
    }
    for (String unit : units) {
      world.awaitObject(childType(grid), manifest.name() + "-" + unit, RealWorld::isRolledOut);
    }
  }

  private static ResourceType childType(Json grid) {
    return grid.get("kind").asString("").equals("DeploymentGrid")
        ? ResourceType.DEPLOYMENT
        : ResourceType.STATEFUL_SET;
  }

  /** SuperEdge writes the whole node selector anew, and a hash of the template into the pods. */
  private static Manifest child(RealWorld world, Json grid, String unit) {
    Json spec =
        grid.get("spec", "template")
            .withAt(List.of("template", "spec", "nodeSelector"), Json.object(world.key(), unit))
            .withAt(
                List.of("template", "metadata", "labels", Labels.SUPEREDGE_TEMPLATE_HASH),
                Json.of("6f7d8c9b5"));
    return owned(world, grid, childType(grid), unit, spec, Json.emptyObject());
  }

  static void leaveService(RealWorld world, Manifest manifest) {
    Json grid = world.apply(manifest);
    world.create(
        SUPEREDGE,
        owned(
            world,
            grid,
            ResourceType.SERVICE,
            "svc",
            grid.get("spec", "template"),
            Json.object(Annotations.TOPOLOGY_KEYS, "[\"" + world.key() + "\"]")));
  }

  private static Manifest owned(
      RealWorld world, Json grid, ResourceType type, String suffix, Json spec, Json annotations) {
    Json name = grid.get("metadata", "name");
    Json owner =
        Json.object(
            "apiVersion",
            "superedge.io/v1",
            "kind",
            grid.get("kind"),
            "name",
            name,
            "uid",
            grid.get("metadata", "uid"),
            "controller",
            true,
            "blockOwnerDeletion",
            true);
    Json labels = Json.object(Labels.GRID_SELECTOR, name, Labels.GRID_UNIQ_KEY, world.key());
    return new Manifest(
        Json.object(
            "apiVersion", type.apiVersion(),
            "kind", type.kind(),
            "metadata",
                Json.object(
                    "name",
                    name.asString("") + "-" + suffix,
                    "labels",
                    labels,
                    "annotations",
                    annotations,
                    "ownerReferences",
                    Json.array(owner)),
            "spec", spec));
  }

  private static Map<String, String> selector(Json workload) {
    return workload.get("spec", "selector", "matchLabels").asStrings();
  }

  /** Who owns fields of the object itself, other than its controllers. */
  static Stream<String> managers(Json object) {
    return object.get("metadata", "managedFields").items().stream()
        .filter(entry -> !entry.has("subresource"))
        .map(entry -> entry.get("manager").asString("") + "/" + entry.get("operation").asString(""))
        .filter(manager -> !manager.startsWith("kube-controller-manager"))
        .sorted();
  }
}
