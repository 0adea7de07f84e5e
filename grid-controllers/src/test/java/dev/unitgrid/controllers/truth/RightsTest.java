/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static dev.unitgrid.api.GridKind.DEPLOYMENT_GRID;
import static dev.unitgrid.api.GridKind.SERVICE_GRID;
import static dev.unitgrid.api.GridKind.STATEFUL_SET_GRID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.GridEngine;
import dev.unitgrid.controllers.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The controller's Role is enough, and not a verb too much. */
@Tag("control-plane")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RightsTest {
  /** Only an admission plugin asks for it, on behalf of a create: no request shows it. */
  private static final Set<String> ASKED_BY_ADMISSION =
      Set.of(
          "update superedge.io/deploymentgrids/finalizers",
          "update superedge.io/statefulsetgrids/finalizers",
          "update superedge.io/servicegrids/finalizers");

  private final DeployedPlane deployed = DeployedPlane.startStrict();
  private List<AuditLog.Entry> everything = List.of();

  @BeforeAll
  void do_everything_once() throws Exception {
    try (RealWorld world = deployed.world()) {
      world.beijingAndGuangzhou();
      leaveChildrenOfSuperEdge(world);
      world.start();
      settle(world, "left");
      create(world);
      prune(world);
      change(world);
      drift(world);
      recreate(world);
      adopt(world);
      lose(world, "bj-1");
      deployed.retire(world);
    }
    everything = deployed.audit().entries();
  }

  private static void leaveChildrenOfSuperEdge(RealWorld world) {
    for (Manifest grid : grids(world, "left")) {
      if (grid.name().endsWith("-svc")) {
        TakeoverTest.leaveService(world, grid);
      } else {
        TakeoverTest.leave(world, grid, "beijing", "guangzhou");
      }
    }
  }

  /** One of each kind. */
  private static List<Manifest> grids(RealWorld world, String name) {
    return List.of(
        Manifest.deploymentGrid(name + "-dep", world.key()),
        Manifest.statefulSetGrid(name + "-set", world.key()),
        Manifest.serviceGrid(name + "-svc", world.key()));
  }

  private static void settle(RealWorld world, String name) {
    world.settle(DEPLOYMENT_GRID, name + "-dep");
    world.settle(STATEFUL_SET_GRID, name + "-set");
    world.settle(SERVICE_GRID, name + "-svc");
  }

  private static void create(RealWorld world) {
    world.volumesFor("data-new-set-beijing-0", "data-new-set-guangzhou-0");
    for (Manifest grid : created(world)) {
      world.apply(grid);
    }
    settle(world, "new");
  }

  private static List<Manifest> created(RealWorld world) {
    List<Manifest> grids = grids(world, "new");
    return List.of(
        grids.get(0),
        grids.get(1).with("/spec/template/volumeClaimTemplates", Manifest.CLAIMS),
        grids.get(2));
  }

  /** Entries of an apply would stay (RULE 6), so this is somebody who updates. */
  private static void prune(RealWorld world) {
    for (Manifest grid : created(world).subList(0, 2)) {
      GridKind kind = grid.name().endsWith("-dep") ? DEPLOYMENT_GRID : STATEFUL_SET_GRID;
      Json template = grid.json().get("spec", "template");
      Json spec =
          Json.object("templatePool", Json.object("unused", template))
              .with("autoDeleteUnusedTemplate", Json.of(true));
      world
          .api()
          .merge("console", kind.type(), world.namespace(), grid.name(), Json.object("spec", spec));
      world.awaitObject(
          kind.type(), grid.name(), found -> !found.get("spec", "templatePool").has("unused"));
    }
  }

  private static void change(RealWorld world) {
    List<Manifest> grids = created(world);
    world.apply(grids.get(0).image("echo:2"));
    world.apply(grids.get(1).image("echo:2"));
    world.apply(grids.get(2).with("/spec/template/ports", "[{port: 81, targetPort: 8080}]"));
    settle(world, "new");
  }

  private static void drift(RealWorld world) {
    world.scale(ResourceType.DEPLOYMENT, "new-dep-beijing", 2);
    world.awaitObject(
        ResourceType.DEPLOYMENT,
        "new-dep-beijing",
        child -> child.get("spec", "replicas").equals(Json.of(1)));
    settle(world, "new");
  }

  private static void recreate(RealWorld world) {
    world.apply(created(world).get(2).with("/spec/template/clusterIP", "None"));
    world.awaitCondition(SERVICE_GRID, "new-svc", ConditionTypes.IMMUTABLE_FIELD);
    ImmutableFieldsTest.allowRecreation(world, ResourceType.SERVICE, "new-svc-svc");
    settle(world, "new");
  }

  private static void adopt(RealWorld world) {
    world.deleteOrphaning(DEPLOYMENT_GRID.type(), "new-dep");
    world.awaitGone(DEPLOYMENT_GRID.type(), "new-dep");
    world.apply(created(world).get(0).image("echo:2").annotated(Annotations.ADOPT, "orphans"));
    settle(world, "new");
  }

  private static void lose(RealWorld world, String node) {
    world.unlabel(node);
    awaitMarked(world, ResourceType.DEPLOYMENT, "new-dep-beijing");
    awaitMarked(world, ResourceType.STATEFUL_SET, "new-set-beijing");
    world.advance(Duration.ofSeconds(301));
    world.reconcile(DEPLOYMENT_GRID, "new-dep");
    world.reconcile(STATEFUL_SET_GRID, "new-set");
    world.awaitGone(ResourceType.DEPLOYMENT, "new-dep-beijing");
    world.awaitGone(ResourceType.STATEFUL_SET, "new-set-beijing");
  }

  private static void awaitMarked(RealWorld world, ResourceType type, String child) {
    world.awaitObject(
        type, child, found -> found.get("metadata", "annotations").has(Annotations.EMPTY_SINCE));
  }

  @AfterAll
  void close() {
    deployed.close();
  }

  @Test
  void nothing_that_the_engine_does_is_forbidden() {
    assertThat(everything).isNotEmpty().noneMatch(entry -> entry.code() == 403);
  }

  @Test
  void every_verb_of_the_role_is_used_and_no_other() {
    Set<String> allowed = new TreeSet<>();
    DeployedPlane.objects("role").forEach(role -> allowed.addAll(RoleRules.deeds(role)));
    Set<String> needed = new TreeSet<>(ASKED_BY_ADMISSION);
    everything.forEach(entry -> needed.add(entry.deed()));
    assertThat(allowed).isEqualTo(needed);
  }

  @Test
  @Rule(26)
  void of_all_leases_only_its_own_is_touched() {
    assertThat(everything)
        .filteredOn(entry -> entry.isTo("coordination.k8s.io/leases"))
        .extracting(AuditLog.Entry::verb)
        .contains("get", "create", "update");
    assertThat(everything)
        .filteredOn(entry -> entry.isTo("coordination.k8s.io/leases"))
        .allMatch(entry -> entry.namespace().equals(DeployedPlane.NAMESPACE))
        .allMatch(entry -> Set.of(DeployedPlane.NAME, "").contains(entry.name()));
  }

  @Test
  void the_deployment_names_the_account_and_the_lease_that_the_roles_are_for() {
    Json pod = DeployedPlane.objects("deployment").get(0).get("spec", "template", "spec");
    assertThat(pod.get("serviceAccountName").asString("")).isEqualTo(DeployedPlane.NAME);
    assertThat(pod.get("containers").items().get(0).get("args").items())
        .contains(
            Json.of("--leader-elect"),
            Json.of("--lease=" + DeployedPlane.NAMESPACE + "/" + DeployedPlane.NAME));
  }

  @Test
  @Rule(26)
  void without_update_of_finalizers_a_create_is_refused_where_the_admission_plugin_asks_for_it()
      throws Exception {
    deployed.forbid("update", GridKind.GROUP, "deploymentgrids/finalizers");
    try (RealWorld world = deployed.world()) {
      world.beijingAndGuangzhou();
      world.apply(Manifest.deploymentGrid("demo", world.key()));
      world.apply(Manifest.serviceGrid("web", world.key()));
      world.start();
      assertThat(world.awaitCondition("demo", ConditionTypes.WRITE_FAILED))
          .contains("forbidden", "cannot set blockOwnerDeletion");
      world.settle(SERVICE_GRID, "web");
      assertThat(world.list(ResourceType.DEPLOYMENT)).isEmpty();
      assertThat(refused(world)).containsOnly("create apps/deployments");

      deployed.allow("update", GridKind.GROUP, "deploymentgrids/finalizers");
      world.settle("demo");
      assertThat(world.list(ResourceType.DEPLOYMENT)).hasSize(2);
      deployed.retire(world);
    }
  }

  @Test
  @Rule(26)
  void without_patch_of_deployments_a_change_waits_and_the_grid_says_what_is_forbidden()
      throws Exception {
    try (RealWorld world = deployed.world()) {
      world.beijingAndGuangzhou();
      world.apply(Manifest.deploymentGrid("demo", world.key()));
      GridEngine engine = world.start();
      world.settle("demo");
      deployed.forbid("patch", "apps", "deployments");
      world.apply(Manifest.deploymentGrid("demo", world.key()).image("echo:2"));
      assertThat(world.awaitCondition("demo", ConditionTypes.WRITE_FAILED))
          .contains("cannot patch resource \"deployments\"");
      assertThat(image(world)).isEqualTo("echo:1");
      assertThat(engine.health().isReady()).isFalse();
      assertThat(engine.health().problems())
          .singleElement()
          .asString()
          .contains("cannot patch resource \"deployments\"");
      assertThat(refused(world)).containsOnly("patch apps/deployments");

      deployed.allow("patch", "apps", "deployments");
      world.settle("demo");
      assertThat(image(world)).isEqualTo("echo:2");
      assertThat(engine.health().isReady()).isTrue();
      deployed.retire(world);
    }
  }

  private Set<String> refused(RealWorld world) {
    Set<String> refused = new TreeSet<>();
    deployed.audit().entries().stream()
        .filter(entry -> entry.namespace().equals(world.namespace()))
        .filter(entry -> entry.code() == 403)
        .forEach(entry -> refused.add(entry.deed()));
    return refused;
  }

  private static String image(RealWorld world) {
    return world
        .deployment("demo-beijing")
        .get("spec", "template", "spec", "containers")
        .items()
        .get(0)
        .get("image")
        .asString("");
  }
}
