/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import static dev.unitgrid.controllers.truth.RealWorld.condition;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.controllers.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What goes when nodes, keys or grids go. */
@RealControlPlane
class EmptyUnitsTest {
  @Test
  @Rule(20)
  void a_unit_that_lost_its_last_node_keeps_its_child_for_the_grace_period(RealWorld world) {
    world.nodes("beijing", "bj-1", "bj-2");
    world.nodes("guangzhou", "gz-1");
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.start();
    world.settle("demo");
    String uid = uid(world.deployment("demo-beijing"));
    world.unlabel("bj-1");
    world.settle("demo");
    assertThat(emptySince(world.deployment("demo-beijing"))).as("one node is left").isEmpty();

    world.unlabel("bj-2");
    Json marked =
        world.awaitObject(
            ResourceType.DEPLOYMENT, "demo-beijing", child -> !emptySince(child).isEmpty());
    assertThat(Instant.parse(emptySince(marked)))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    assertThat(world.grid("demo").get("status", "emptyUnits").asLong(-1)).isIn(0L, 1L);
    world.label("bj-2", world.key(), Json.of("beijing"));
    world.awaitObject(
        ResourceType.DEPLOYMENT, "demo-beijing", child -> emptySince(child).isEmpty());

    world.unlabel("bj-2");
    world.awaitObject(
        ResourceType.DEPLOYMENT, "demo-beijing", child -> !emptySince(child).isEmpty());
    world.advance(Duration.ofSeconds(240));
    reconcile(world);
    assertThat(uid(world.deployment("demo-beijing"))).isEqualTo(uid);
    world.advance(Duration.ofSeconds(61));
    reconcile(world);
    world.awaitGone(ResourceType.DEPLOYMENT, "demo-beijing");
    world.awaitNoPods("demo-beijing");
    assertThat(world.grid("demo").get("status", "recentlyDeleted").items()).hasSize(1);
  }

  private static String emptySince(Json child) {
    return child.get("metadata", "annotations", Annotations.EMPTY_SINCE).asString("");
  }

  @Test
  @Rule(20)
  void a_unit_scaled_to_zero_comes_back_with_the_number_it_had(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(
        Manifest.deploymentGrid("demo", world.key())
            .without("/spec/template/replicas")
            .with("/spec/emptyUnitPolicy", "ScaleToZero")
            .with("/spec/emptyUnitGracePeriodSeconds", "0"));
    world.start();
    world.settle("demo");
    world.scale(ResourceType.DEPLOYMENT, "demo-beijing", 2);
    world.settle("demo");
    world.unlabel("bj-1");
    Json zero = world.awaitObject(ResourceType.DEPLOYMENT, "demo-beijing", child -> is(child, 0));
    assertThat(zero.get("metadata", "annotations").asStrings())
        .containsEntry(Annotations.REPLICAS_BEFORE, "2");
    world.awaitNoPods("demo-beijing");

    world.label("bj-1", world.key(), Json.of("beijing"));
    world.awaitObject(ResourceType.DEPLOYMENT, "demo-beijing", child -> is(child, 2));
    world.settle("demo");
    assertThat(world.deployment("demo-beijing").get("metadata", "annotations").asStrings())
        .doesNotContainKeys(Annotations.REPLICAS_BEFORE, Annotations.EMPTY_SINCE);
    world.restart();
    world.settle("demo");
    assertThat(world.writes()).isEmpty();
    assertThat(is(world.deployment("demo-beijing"), 2)).isTrue();
  }

  @Test
  @Rule(20)
  void a_unit_scaled_to_zero_comes_back_with_the_templates_number(RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest =
        Manifest.statefulSetGrid("demo", world.key())
            .with("/spec/template/replicas", "2")
            .with("/spec/emptyUnitPolicy", "ScaleToZero")
            .with("/spec/emptyUnitGracePeriodSeconds", "0");
    world.apply(manifest);
    world.start();
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    world.unlabel("bj-1");
    world.awaitObject(ResourceType.STATEFUL_SET, "demo-beijing", child -> is(child, 0));
    world.apply(manifest.with("/spec/template/replicas", "3"));
    world.label("bj-1", world.key(), Json.of("beijing"));
    world.settle(GridKind.STATEFUL_SET_GRID, "demo");
    assertThat(is(world.statefulSet("demo-beijing"), 3)).isTrue();
  }

  private static boolean is(Json child, long replicas) {
    return child.get("spec", "replicas").asLong(-1) == replicas;
  }

  @Test
  @Rule(20)
  void a_retained_child_stays_for_ever(RealWorld world) {
    world.beijingAndGuangzhou();
    world.apply(
        Manifest.deploymentGrid("demo", world.key()).with("/spec/emptyUnitPolicy", "Retain"));
    world.start();
    world.settle("demo");
    Map<String, String> pods = world.pods();
    world.unlabel("bj-1");
    world.awaitObject(
        ResourceType.DEPLOYMENT, "demo-beijing", child -> !emptySince(child).isEmpty());
    world.advance(Duration.ofDays(3));
    reconcile(world);
    reconcile(world);
    assertThat(world.childWrites()).noneMatch(write -> write.startsWith("DELETE"));
    assertThat(world.pods()).isEqualTo(pods);
  }

  @Test
  @Rule(21)
  void the_brake_lets_a_third_go_in_a_day_and_the_rest_only_by_its_digest(RealWorld world) {
    Manifest manifest = lostSites(world);
    String message = world.awaitCondition("demo", ConditionTypes.DELETION_BLOCKED);
    world.await("one child is gone", () -> world.list(ResourceType.DEPLOYMENT).size() == 3);
    reconcile(world);
    world.restart();
    reconcile(world);
    reconcile(world);
    assertThat(world.list(ResourceType.DEPLOYMENT))
        .as("a restart remembers what went, by the status")
        .hasSize(3);

    world.apply(manifest.annotated(Annotations.ALLOW_DELETION, "true"));
    reconcile(world);
    reconcile(world);
    assertThat(world.list(ResourceType.DEPLOYMENT)).hasSize(3);

    message = world.awaitCondition("demo", ConditionTypes.DELETION_BLOCKED);
    Matcher digest = Pattern.compile(Annotations.ALLOW_DELETION + "=(\\S+)").matcher(message);
    assertThat(digest.find()).isTrue();
    world.apply(manifest.annotated(Annotations.ALLOW_DELETION, digest.group(1)));
    world.await("the others are gone", () -> world.list(ResourceType.DEPLOYMENT).isEmpty());
  }

  @Test
  @Rule(21)
  void the_day_after_another_one_goes_and_never_the_last(RealWorld world) {
    lostSites(world);
    for (int left = 3; left >= 1; left--) {
      int expected = left;
      world.await(
          left + " children are left",
          () -> {
            reconcile(world);
            return world.list(ResourceType.DEPLOYMENT).size() == expected;
          });
      reconcile(world);
      assertThat(world.list(ResourceType.DEPLOYMENT)).hasSize(left);
      world.advance(Duration.ofHours(25));
    }
    reconcile(world);
    reconcile(world);
    assertThat(world.list(ResourceType.DEPLOYMENT)).hasSize(1);
    assertThat(
            condition(world.grid("demo"), ConditionTypes.DELETION_BLOCKED)
                .get("status")
                .asString(""))
        .isEqualTo("True");
  }

  @Test
  @Rule(21)
  void nothing_more_goes_when_the_nodes_return(RealWorld world) {
    lostSites(world);
    world.await("one child is gone", () -> world.list(ResourceType.DEPLOYMENT).size() == 3);
    for (String node : List.of("n1", "n2", "n3", "n4")) {
      world.label(node, world.key(), Json.of("site-" + node));
    }
    world.settle("demo");
    assertThat(world.list(ResourceType.DEPLOYMENT)).hasSize(4);
    assertThat(condition(world.grid("demo"), ConditionTypes.DELETION_BLOCKED).isNull()).isTrue();
  }

  /** Four sites lose their labels one by one, without grace. */
  private static Manifest lostSites(RealWorld world) {
    List<String> nodes = List.of("n1", "n2", "n3", "n4");
    nodes.forEach(node -> world.nodes("site-" + node, node));
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key()).with("/spec/emptyUnitGracePeriodSeconds", "0");
    world.apply(manifest);
    world.start();
    world.settle("demo");
    nodes.forEach(world::unlabel);
    return manifest;
  }

  @Test
  @Rule(22)
  void children_of_an_earlier_key_go_after_those_of_the_new_one_on_their_nodes_are_available(
      RealWorld world) {
    world.beijingAndGuangzhou();
    Manifest manifest = Manifest.deploymentGrid("demo", world.key());
    world.apply(manifest);
    world.start();
    world.settle("demo");
    Json beijing = world.deployment("demo-beijing");
    String region = world.key() + "-region";

    world.apply(manifest.with("/spec/gridUniqKey", region));
    assertThat(blockedBy(world)).contains("no node that is selected carries the label " + region);
    assertThat(world.pods()).hasSize(2);

    world.label("bj-1", region, Json.of("beijing"));
    world.label("gz-1", region, Json.of("south"));
    world.settle("demo");
    world.awaitGone(ResourceType.DEPLOYMENT, "demo-guangzhou");
    assertThat(world.names(ResourceType.DEPLOYMENT))
        .containsExactlyInAnyOrder("demo-beijing", "demo-south");
    Json changed = world.deployment("demo-beijing");
    assertThat(uid(changed)).as("equal names change in place").isEqualTo(uid(beijing));
    assertThat(changed.get("spec", "template", "spec", "nodeSelector"))
        .isEqualTo(Json.object(region, "beijing"));
    assertThat(changed.get("metadata", "annotations").asStrings())
        .containsEntry(Annotations.UNIT_KEY, region);
  }

  private static String blockedBy(RealWorld world) {
    return world.awaitCondition("demo", ConditionTypes.KEY_CHANGE_BLOCKED);
  }

  @Test
  @Rule(22)
  void a_host_port_that_blocks_a_key_change_is_released_by_the_user(RealWorld world) {
    world.nodes("beijing", "bj-1");
    Manifest manifest =
        Manifest.deploymentGrid("demo", world.key())
            .with("/spec/template/progressDeadlineSeconds", "300")
            .containers(
                "[{name: echo, image: 'echo:1', ports: [{containerPort: 80, hostPort: 80}]}]");
    world.apply(manifest);
    world.start();
    world.settle("demo");
    String uid = uid(world.deployment("demo-beijing"));
    String region = world.key() + "-region";
    world.label("bj-1", region, Json.of("north"));
    Manifest changed = manifest.with("/spec/gridUniqKey", region);
    world.apply(changed);
    world.awaitObject(
        GridKind.DEPLOYMENT_GRID.type(),
        "demo",
        grid -> !condition(grid, ConditionTypes.KEY_CHANGE_BLOCKED).isNull());
    world.advance(Duration.ofSeconds(301));
    reconcile(world);
    assertThat(blockedBy(world))
        .contains("demo-beijing", "demo-north", Annotations.RELEASE + "=" + uid);
    assertThat(uid(world.deployment("demo-beijing"))).isEqualTo(uid);

    world.apply(changed.annotated(Annotations.RELEASE, uid));
    world.awaitGone(ResourceType.DEPLOYMENT, "demo-beijing");
    world.settle("demo");
    assertThat(world.names(ResourceType.DEPLOYMENT)).containsExactly("demo-north");
  }

  @Test
  @Rule(23)
  void a_deleted_grid_takes_all_its_children_along_past_grace_and_brake(RealWorld world) {
    List.of("n1", "n2", "n3", "n4").forEach(node -> world.nodes("site-" + node, node));
    world.apply(Manifest.deploymentGrid("demo", world.key()));
    world.apply(Manifest.serviceGrid("web", world.key()));
    world.start();
    world.settle("demo");
    world.settle(GridKind.SERVICE_GRID, "web");
    world.forget();
    world.delete(GridKind.DEPLOYMENT_GRID.type(), "demo");
    world.delete(GridKind.SERVICE_GRID.type(), "web");
    world.await(
        "nothing is left",
        () ->
            world.list(ResourceType.DEPLOYMENT).isEmpty()
                && world.list(ResourceType.SERVICE).isEmpty()
                && world.pods().isEmpty());
    assertThat(world.childWrites()).as("the garbage collector does it").isEmpty();
  }

  private static void reconcile(RealWorld world) {
    world.reconcile(GridKind.DEPLOYMENT_GRID, "demo");
  }

  private static String uid(Json object) {
    return object.get("metadata", "uid").asString("");
  }
}
