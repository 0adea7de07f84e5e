/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static dev.unitgrid.controllers.truth.TakeoverTest.managers;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** How children are created, changed, left alone and deleted. */
@RealControlPlane
class ChildWritesTest {
  private static final String RIVAL = "rival-operator";

  @Test
  @Rule(14)
  void a_child_is_created_by_one_post(RealWorld world) {
    settled(world, Manifest.deploymentGrid("demo", world.key()));
    world.apply(Manifest.statefulSetGrid("db", world.key()));
    world.apply(Manifest.serviceGrid("web", world.key()));
    world.settle(GridKind.STATEFUL_SET_GRID, "db");
    world.settle(GridKind.SERVICE_GRID, "web");
    assertThat(world.childWrites())
        .containsExactly(
            "POST 201 deployments",
            "POST 201 deployments",
            "POST 201 services",
            "POST 201 statefulsets",
            "POST 201 statefulsets");
    assertThat(managers(world.deployment("demo-beijing")))
        .containsExactly(FieldManagers.CHILDREN + "/Update");
  }

  @Test
  @Rule(14)
  void a_changed_value_costs_one_apply_a_unit(RealWorld world) {
    settled(world);
    world.forget();
    world.apply(Manifest.deploymentGrid("demo", world.key()).image("echo:2"));
    world.settle("demo");
    assertThat(world.childWrites())
        .containsExactly(
            "APPLY 200 deployments/demo-beijing", "APPLY 200 deployments/demo-guangzhou");
    assertThat(container(world).get("image").asString("")).isEqualTo("echo:2");
  }

  @Test
  @Rule({14, 15})
  void a_dropped_field_vanishes_although_it_still_belongs_to_the_post(RealWorld world) {
    settled(
        world,
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/template/minReadySeconds", "1")
            .containers("[{name: echo, image: 'echo:1', workingDir: /srv, env: [{name: A}]}]"));
    assertThat(managers(world.deployment("demo-beijing")))
        .containsExactly(FieldManagers.CHILDREN + "/Update");
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.settle("demo");
    assertThat(container(world).has("workingDir")).isFalse();
    assertThat(container(world).has("env")).isFalse();
    assertThat(world.deployment("demo-beijing").get("spec").has("minReadySeconds")).isFalse();
    assertThat(managers(world.deployment("demo-beijing")))
        .containsExactly(FieldManagers.CHILDREN + "/Apply");
    assertThat(world.childWrites())
        .contains(
            "PATCH 200 deployments/demo-beijing",
            "APPLY 200 deployments/demo-beijing",
            "PATCH 200 deployments/demo-guangzhou",
            "APPLY 200 deployments/demo-guangzhou")
        .hasSize(6);
  }

  @Test
  @Rule(14)
  void an_apply_resurrects_nothing_that_was_deleted_meanwhile(RealWorld world) {
    settled(world);
    String uid = uid(world.deployment("demo-beijing"));
    world.before(
        once(
            request -> isApplyTo(request, "demo-beijing"),
            () -> world.delete(ResourceType.DEPLOYMENT, "demo-beijing")));
    world.apply(Manifest.deploymentGrid("demo", world.key()).image("echo:2"));
    world.awaitObject(ResourceType.DEPLOYMENT, "demo-beijing", living -> !uid(living).equals(uid));
    world.settle("demo");
    assertThat(world.childWrites())
        .contains("APPLY 409 deployments/demo-beijing")
        .doesNotContain("APPLY 201 deployments/demo-beijing");
    assertThat(managers(world.deployment("demo-beijing")))
        .containsExactly(FieldManagers.CHILDREN + "/Update");
  }

  @Test
  @Rule(14)
  void a_create_that_lost_a_race_finds_its_own_child(RealWorld world) {
    world.before(
        once(
            request -> request.method().equals("POST") && isOf(request, "demo-beijing"),
            request -> world.api().send(request)));
    settled(world);
    assertThat(world.childWrites())
        .as("a former leader's create had its effect")
        .containsExactly("POST 201 deployments", "POST 409 deployments");
    assertThat(world.list(ResourceType.DEPLOYMENT)).hasSize(2);
  }

  private static boolean isOf(ApiRequest request, String child) {
    return request.path().endsWith("/deployments")
        && Json.parse(request.body()).get("metadata", "name").equals(Json.of(child));
  }

  @Test
  @Rule({12, 14})
  void an_apply_overwrites_no_foreign_successor(RealWorld world) {
    settled(world);
    Manifest foreign = foreignDeployment("demo-beijing");
    world.before(
        once(
            request -> isApplyTo(request, "demo-beijing"),
            () -> {
              world.delete(ResourceType.DEPLOYMENT, "demo-beijing");
              world.create(RealWorld.USER, foreign);
            }));
    world.apply(Manifest.deploymentGrid("demo", world.key()).image("echo:2"));
    assertThat(world.awaitCondition("demo", ConditionTypes.NAME_CONFLICT)).contains("demo-beijing");
    Json living = world.deployment("demo-beijing");
    assertThat(managers(living)).containsExactly(RealWorld.USER + "/Update");
    assertThat(living.get("metadata").has("ownerReferences")).isFalse();
  }

  @Test
  @Rule(14)
  void an_apply_that_meets_a_successor_of_its_child_is_planned_again_and_blames_no_field(
      RealWorld world) {
    settled(world);
    Json child = world.deployment("demo-beijing");
    world.before(
        once(
            request -> isApplyTo(request, "demo-beijing"),
            () -> {
              world.delete(ResourceType.DEPLOYMENT, "demo-beijing");
              world.create(FieldManagers.CHILDREN, successor(child));
            }));
    world.apply(Manifest.deploymentGrid("demo", world.key()).image("echo:2"));
    world.awaitObject(
        ResourceType.DEPLOYMENT, "demo-beijing", living -> image(living).equals("echo:2"));
    world.settle("demo");
    assertThat(world.childWrites())
        .contains("APPLY 422 deployments/demo-beijing", "APPLY 200 deployments/demo-beijing");
    assertThat(conditions(world)).doesNotContain(ConditionTypes.IMMUTABLE_FIELD);
  }

  /** The same child as a former leader would make it, with another uid. */
  private static Manifest successor(Json child) {
    Json metadata = child.get("metadata");
    for (String field : List.of("uid", "resourceVersion", "creationTimestamp", "managedFields")) {
      metadata = metadata.without(field);
    }
    return new Manifest(child.without("status").with("metadata", metadata));
  }

  /** The types of the conditions that the grid has or had. */
  private static List<String> conditions(RealWorld world) {
    return world.grid("demo").get("status", "conditions").items().stream()
        .map(condition -> condition.get("type").asString(""))
        .toList();
  }

  static Manifest foreignDeployment(String name) {
    return Manifest.of(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: NAME}
        spec:
          selector: {matchLabels: {app: foreign}}
          template:
            metadata: {labels: {app: foreign}}
            spec: {containers: [{name: foreign, image: 'foreign:1'}]}
        """
            .replace("NAME", name));
  }

  @Test
  @Rule(15)
  void a_number_that_the_template_does_not_name_is_an_autoscalers(RealWorld world) {
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key()).without("/spec/template/replicas");
    settled(world, manifest);
    world.scale(ResourceType.DEPLOYMENT, "demo-beijing", 3);
    world.apply(manifest.image("echo:2"));
    world.settle("demo");
    assertThat(replicas(world)).isEqualTo(3);
    world.apply(manifest.containers("[{name: echo, image: 'echo:2', workingDir: /srv}]"));
    world.settle("demo");
    assertThat(replicas(world)).isEqualTo(3);
    assertThat(owners(world.deployment("demo-beijing"), "f:replicas"))
        .containsExactly("autoscaler");
  }

  @Test
  @Rule(15)
  void a_number_that_the_template_stops_naming_is_handed_over(RealWorld world) {
    Manifest manifest = Manifest.deploymentGrid("demo", world.key());
    settled(world, manifest.with("/spec/template/replicas", "2"));
    world.apply(manifest.without("/spec/template/replicas"));
    world.settle("demo");
    assertThat(replicas(world)).isEqualTo(2);
    assertThat(owners(world.deployment("demo-beijing"), "f:replicas"))
        .containsExactly(FieldManagers.HANDOVER);
    world.scale(ResourceType.DEPLOYMENT, "demo-beijing", 4);
    world.apply(manifest.without("/spec/template/replicas").image("echo:2"));
    world.settle("demo");
    assertThat(replicas(world)).isEqualTo(4);
    world.restart();
    world.settle("demo");
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule(16)
  void a_restart_writes_nothing_whatever_others_and_the_server_made_of_the_children(
      RealWorld world) {
    world.beijingAndGuangzhou();
    List<Manifest> grids =
        List.of(
            selecting("scaled", world).without("/spec/template/replicas"),
            selecting("injected", world),
            selecting("restarted", world),
            selecting("zeros", world)
                .with("/spec/template/minReadySeconds", "0")
                .with("/spec/template/paused", "false")
                .with("/spec/template/strategy", "{rollingUpdate: {maxUnavailable: 0}}")
                .with("/spec/template/template/spec/hostNetwork", "false")
                .with("/spec/template/template/spec/volumes", "[{name: tmp, emptyDir: {}}]")
                .containers(
                    """
                    - name: echo
                      image: echo:1
                      args: []
                      stdin: false
                      env: [{name: EMPTY, value: ''}, {name: SET, value: x}]
                      resources: {limits: {cpu: 1000m, memory: 1024Mi}, requests: {cpu: 0.5}}
                      ports: [{containerPort: 80}]
                    """));
    grids.forEach(world::apply);
    world.start();
    grids.forEach(grid -> world.settle(grid.name()));
    world.scale(ResourceType.DEPLOYMENT, "scaled-beijing", 3);
    world.patch(
        "injector",
        ResourceType.DEPLOYMENT,
        "injected-beijing",
        "{spec: {template: {spec: {containers: [{name: proxy, image: 'proxy:1'}]}}}}");
    world.patch(
        "kubectl-rollout",
        ResourceType.DEPLOYMENT,
        "restarted-beijing",
        "{spec: {template: {metadata: {annotations: "
            + "{kubectl.kubernetes.io/restartedAt: '2026-01-01T00:00:00Z'}}}}}");
    grids.forEach(grid -> world.settle(grid.name()));
    assertThat(world.childWrites()).as("no write but the creations").hasSize(8);

    world.restart();
    grids.forEach(grid -> world.settle(grid.name()));
    assertThat(world.writes()).isEmpty();
    assertThat(world.deployment("scaled-beijing").get("spec", "replicas")).isEqualTo(Json.of(3));
    Json injected = world.deployment("injected-beijing").get("spec", "template", "spec");
    assertThat(injected.get("containers").items()).hasSize(2);
    Json restarted = world.deployment("restarted-beijing").get("spec", "template", "metadata");
    assertThat(restarted.get("annotations").asStrings())
        .containsKey("kubectl.kubernetes.io/restartedAt");
  }

  @Test
  @Rule(16)
  void a_restart_writes_nothing_to_stateful_sets_with_claims(RealWorld world) {
    world.beijingAndGuangzhou();
    world.volumesFor("data-demo-beijing-0", "data-demo-guangzhou-0");
    world.apply(
        Manifest.statefulSetGrid("demo", world.key())
            .with("/spec/template/volumeClaimTemplates", Manifest.CLAIMS)
            .with("/spec/template/updateStrategy", "{rollingUpdate: {partition: 0}}")
            .with("/spec/template/minReadySeconds", "0")
            .with("/spec/template/template/spec/terminationGracePeriodSeconds", "0")
            .containers(
                """
                - name: echo
                  image: echo:1
                  command: []
                  volumeMounts: [{name: data, mountPath: /data, readOnly: false}]
                """));
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    world.restart();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    assertThat(world.writes()).isEmpty();
  }

  @Test
  @Rule(16)
  void a_restart_writes_nothing_to_services_of_any_type(RealWorld world) {
    world.beijingAndGuangzhou();
    List<Manifest> grids =
        List.of(
            Manifest.serviceGrid("headless", world.key())
                .with("/spec/template/clusterIP", "None")
                .with("/spec/template/publishNotReadyAddresses", "true"),
            Manifest.serviceGrid("ports", world.key())
                .with("/spec/template/type", "NodePort")
                .with("/spec/template/sessionAffinity", "None")
                .with("/spec/template/externalIPs", "[]")
                .with(
                    "/spec/template/ports",
                    "[{name: a, port: 80, targetPort: web}, {name: b, port: 80, protocol: UDP}]"),
            Manifest.serviceGrid("balanced", world.key())
                .with("/spec/template/type", "LoadBalancer")
                .with("/spec/template/externalTrafficPolicy", "Local"),
            Manifest.serviceGrid("outside", world.key())
                .with("/spec/template", "{type: ExternalName, externalName: example.com}"));
    grids.forEach(world::apply);
    world.start();
    grids.forEach(grid -> world.settle(GridKind.SERVICE_GRID, grid.name()));
    world.restart();
    grids.forEach(grid -> world.settle(GridKind.SERVICE_GRID, grid.name()));
    assertThat(world.writes()).isEmpty();
  }

  private static Manifest selecting(String name, RealWorld world) {
    return Manifest.deploymentGrid(name, world.key())
        .with("/spec/template/selector", "{matchLabels: {app: " + name + "}}")
        .with("/spec/template/template/metadata/labels", "{app: " + name + "}");
  }

  @Test
  @Rule(16)
  void drift_is_repaired_also_where_no_generation_tells(RealWorld world) {
    settled(world, Manifest.deploymentGrid("demo", world.key()));
    world.apply(Manifest.serviceGrid("web", world.key()));
    world.settle(GridKind.SERVICE_GRID, "web");
    changeImage(world, "echo:evil");
    world.merge(
        RIVAL,
        ResourceType.SERVICE,
        "web-svc",
        "{metadata: {labels: {superedge.io/grid-uniq-key: null}, annotations: {topologyKeys:"
            + " '[]'}}, spec: {selector: {app: other}}}");
    world.awaitObject(
        ResourceType.DEPLOYMENT, "demo-beijing", living -> image(living).equals("echo:1"));
    Json service =
        world.awaitObject(
            ResourceType.SERVICE,
            "web-svc",
            living -> living.get("metadata", "labels").has("superedge.io/grid-uniq-key"));
    assertThat(service.get("metadata", "annotations").asStrings())
        .containsEntry("topologyKeys", "[\"" + world.key() + "\"]");
    assertThat(service.get("spec", "selector")).isEqualTo(Json.object("app", "demo"));
    world.settle(GridKind.SERVICE_GRID, "web");
  }

  @Test
  @Rule(16)
  void drift_while_nobody_watched_is_repaired_after_a_restart(RealWorld world) {
    settled(world);
    world.stop();
    changeImage(world, "echo:evil");
    world.start();
    world.settle("demo");
    assertThat(world.childWrites()).containsExactly("APPLY 200 deployments/demo-beijing");
    assertThat(container(world).get("image").asString("")).isEqualTo("echo:1");
  }

  @Test
  @Rule(16)
  void after_three_corrections_the_fourth_waits_and_the_rival_is_named(RealWorld world) {
    settled(world);
    for (int fight = 1; fight <= 3; fight++) {
      changeImage(world, "echo:evil-" + fight);
      world.awaitObject(
          ResourceType.DEPLOYMENT, "demo-beijing", living -> image(living).equals("echo:1"));
    }
    changeImage(world, "echo:evil-4");
    assertThat(world.awaitCondition("demo", ConditionTypes.CONTESTED))
        .contains(RIVAL, "demo-beijing");
    world.reconcile(GridKind.DEPLOYMENT_GRID, "demo");
    assertThat(image(world.deployment("demo-beijing"))).isEqualTo("echo:evil-4");
    world.advance(Duration.ofMinutes(11));
    world.reconcile(GridKind.DEPLOYMENT_GRID, "demo");
    world.settle("demo");
    assertThat(image(world.deployment("demo-beijing"))).isEqualTo("echo:1");
  }

  @Test
  @Rule(16)
  void an_autoscaler_beside_a_template_with_a_number_is_named_too(RealWorld world) {
    settled(world);
    for (int fight = 1; fight <= 3; fight++) {
      world.scale(ResourceType.DEPLOYMENT, "demo-beijing", 1 + fight);
      world.await("a correction", () -> replicas(world) == 1);
    }
    world.scale(ResourceType.DEPLOYMENT, "demo-beijing", 5);
    assertThat(world.awaitCondition("demo", ConditionTypes.CONTESTED))
        .contains("autoscaler keeps changing spec.replicas", "demo-beijing");
    assertThat(replicas(world)).isEqualTo(5);
  }

  private static void changeImage(RealWorld world, String image) {
    world.patch(
        RIVAL,
        ResourceType.DEPLOYMENT,
        "demo-beijing",
        "{spec: {template: {spec: {containers: [{name: echo, image: '" + image + "'}]}}}}");
  }

  @Test
  @Rule(17)
  void a_label_that_comes_back_between_plan_and_deletion_cancels_it(RealWorld world) {
    settled(
        world,
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/emptyUnitGracePeriodSeconds", "0"));
    String uid = uid(world.deployment("demo-beijing"));
    AtomicBoolean asked = new AtomicBoolean();
    world.before(
        once(
            request ->
                request.path().equals(ResourceType.NODE.path())
                    && request.query().getOrDefault("labelSelector", "").contains("beijing"),
            () -> {
              world.label("bj-1", world.key(), Json.of("beijing"));
              asked.set(true);
            }));
    world.unlabel("bj-1");
    world.await("the nodes are asked for before a deletion", asked::get);
    world.settle("demo");
    assertThat(uid(world.deployment("demo-beijing"))).isEqualTo(uid);
    assertThat(world.childWrites()).noneMatch(write -> write.startsWith("DELETE"));
    assertThat(world.deployment("demo-beijing").get("metadata", "annotations").asStrings())
        .doesNotContainKey("unitgrid.dev/empty-since");
  }

  @Test
  @Rule(17)
  void a_grid_that_changed_between_plan_and_deletion_cancels_it(RealWorld world) {
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key()).with("/spec/emptyUnitGracePeriodSeconds", "0");
    settled(world, manifest);
    AtomicBoolean asked = new AtomicBoolean();
    world.before(
        once(
            request ->
                request.method().equals("GET") && request.path().endsWith("/deploymentgrids/demo"),
            () -> {
              world.apply(manifest.with("/spec/emptyUnitPolicy", "Retain"));
              asked.set(true);
            }));
    world.unlabel("bj-1");
    world.await("the grid is asked for before a deletion", asked::get);
    world.settle("demo");
    assertThat(world.childWrites()).noneMatch(write -> write.startsWith("DELETE"));
    assertThat(world.find(ResourceType.DEPLOYMENT, "demo-beijing")).isPresent();
  }

  @Test
  @Rule(17)
  void a_child_that_changed_meanwhile_is_not_deleted_by_the_stale_plan(RealWorld world) {
    settled(
        world,
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/emptyUnitGracePeriodSeconds", "0"));
    world.before(
        once(
            request -> request.method().equals("DELETE"),
            () ->
                world.merge(
                    RealWorld.USER,
                    ResourceType.DEPLOYMENT,
                    "demo-beijing",
                    "{metadata: {annotations: {note: touched}}}")));
    world.unlabel("bj-1");
    world.awaitGone(ResourceType.DEPLOYMENT, "demo-beijing");
    assertThat(world.childWrites())
        .contains("DELETE 409 deployments/demo-beijing", "DELETE 200 deployments/demo-beijing");
    world.awaitNoPods("demo-beijing");
  }

  @Test
  @Rule(17)
  void claims_outlive_the_stateful_set_of_an_empty_unit(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(
        Manifest.statefulSetGrid("demo", world.key())
            .with("/spec/emptyUnitGracePeriodSeconds", "0")
            .with("/spec/template/volumeClaimTemplates", Manifest.CLAIMS));
    world.start();
    world.await(
        "claims",
        () -> world.names(ResourceType.PERSISTENT_VOLUME_CLAIM).contains("data-demo-beijing-0"));
    world.unlabel("bj-1");
    world.awaitGone(ResourceType.STATEFUL_SET, "demo-beijing");
    world.awaitNoPods("demo-beijing");
    Json claim = world.get(ResourceType.PERSISTENT_VOLUME_CLAIM, "data-demo-beijing-0");
    assertThat(claim.get("metadata").has("deletionTimestamp")).isFalse();
    assertThat(claim.get("metadata", "labels").asStrings())
        .containsEntry("unitgrid.dev/grid", "demo");
  }

  /** The site of the README with the grid {@code demo}, and an engine that has done its work. */
  private static void settled(RealWorld world) {
    settled(world, Manifest.deploymentGrid("demo", world.key()));
  }

  private static void settled(RealWorld world, Manifest grid) {
    world.beijingAndGuangzhou();
    world.apply(grid);
    world.start();
    world.settle(grid.name());
  }

  private static Consumer<ApiRequest> once(Predicate<ApiRequest> when, Runnable deed) {
    return once(when, request -> deed.run());
  }

  private static Consumer<ApiRequest> once(Predicate<ApiRequest> when, Consumer<ApiRequest> deed) {
    AtomicBoolean done = new AtomicBoolean();
    return request -> {
      if (when.test(request) && done.compareAndSet(false, true)) {
        deed.accept(request);
      }
    };
  }

  private static boolean isApplyTo(ApiRequest request, String name) {
    return request.contentType().equals(ApiRequest.APPLY_PATCH)
        && request.path().endsWith("/" + name);
  }

  private static String uid(Json object) {
    return object.get("metadata", "uid").asString("");
  }

  private static long replicas(RealWorld world) {
    return world.deployment("demo-beijing").get("spec", "replicas").asLong(-1);
  }

  private static Json container(RealWorld world) {
    return world
        .deployment("demo-beijing")
        .get("spec", "template", "spec", "containers")
        .items()
        .get(0);
  }

  private static String image(Json deployment) {
    return deployment
        .get("spec", "template", "spec", "containers")
        .items()
        .get(0)
        .get("image")
        .asString("");
  }

  /** The managers that own a field of the spec. */
  private static List<String> owners(Json object, String field) {
    return object.get("metadata", "managedFields").items().stream()
        .filter(entry -> entry.get("fieldsV1", "f:spec").has(field))
        .map(entry -> entry.get("manager").asString(""))
        .toList();
  }
}
