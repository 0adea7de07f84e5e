/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rule(12)
class NameConflictsTest {
  private final World world = aDeploymentGrid().withUnits(2);

  @Test
  void a_foreign_object_is_never_touched_and_the_other_units_go_on() {
    hold("demo-u0", Json.emptyObject());
    world.settled();
    assertThat(world.children.get("demo-u0").uid).isEqualTo("foreign");
    assertThat(world.lives("u1")).isTrue();
    assertThat(message())
        .isEqualTo(
            "unit u0: the name demo-u0 is held by a Deployment without a controller: rename this"
                + " grid, or delete that object");
    assertThat(world.gridStatus().readyUnits()).isEqualTo(1);
    world.children.remove("demo-u0");
    world.settled();
    assertThat(world.condition(ConditionTypes.NAME_CONFLICT)).isEmpty();
    assertThat(world.gridStatus().readyUnits()).isEqualTo(2);
  }

  @Test
  void it_says_which_controller_holds_a_name() {
    hold("demo-u0", controlledBy("HelmRelease", "shop", "uid-x"));
    assertThat(message()).contains("is held by HelmRelease shop: rename this grid");
  }

  @Test
  void the_child_of_a_deleted_grid_of_this_name_is_waited_for() {
    hold("demo-u0", controlledBy("DeploymentGrid", "demo", "former-uid"));
    assertThat(message())
        .contains("a child of a deleted grid of this name, which the garbage collector removes");
  }

  @Test
  void a_child_of_another_grid_or_of_another_kind_of_this_name_is_held() {
    hold("demo-u0", controlledBy("DeploymentGrid", "other", "other-uid"));
    assertThat(message()).contains("is held by DeploymentGrid other: rename this grid");
    hold("demo-u0", controlledBy("StatefulSetGrid", "demo", "other-uid"));
    assertThat(message()).contains("is held by StatefulSetGrid demo: rename this grid");
  }

  @Test
  void a_holder_that_is_being_deleted_is_waited_for() {
    hold("demo-u0", Json.emptyObject()).deleting = true;
    assertThat(message()).contains("a Deployment that is being deleted: it is waited for");
  }

  @Test
  void an_orphan_of_ours_is_adopted_only_when_the_grid_says_so() {
    orphanOf("u0");
    world.settled();
    assertThat(world.child("u0").object.get("metadata", "ownerReferences").items()).isEmpty();
    assertThat(message())
        .contains("an orphaned Deployment of this grid: annotate the grid with unitgrid.dev/adopt");
    world.annotated(Annotations.ADOPT, "everything");
    assertThat(world.actionsOf("u0")).isEmpty();
    world.annotated(Annotations.ADOPT, "orphans");
    assertThat(world.actionsOf("u0"))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Adopt.class,
            adopt -> {
              assertThat(adopt.owner().get("uid")).isEqualTo(Json.of("grid-uid"));
              assertThat(adopt.target().uid()).isEqualTo(world.child("u0").uid);
            });
    String uid = world.child("u0").uid;
    world.settled();
    assertThat(world.child("u0").uid).isEqualTo(uid);
    assertThat(world.gridStatus().readyUnits()).isEqualTo(2);
  }

  @Test
  void the_orphan_of_another_unit_is_not_adopted_for_this_one() {
    orphanOf("u1");
    world.annotated(Annotations.ADOPT, "orphans");
    assertThat(world.actionsOf("u0")).hasOnlyElementsOfType(Action.Create.class).hasSize(1);
    assertThat(world.actionsOf("u1")).hasOnlyElementsOfType(Action.Adopt.class).hasSize(1);
  }

  @Test
  void an_orphan_that_is_going_is_not_adopted() {
    orphanOf("u0").deleting = true;
    world.annotated(Annotations.ADOPT, "orphans");
    assertThat(world.actionsOf("u0")).isEmpty();
  }

  @Test
  void of_two_orphans_the_one_with_the_right_name_comes_home() {
    orphanOf("u0");
    Json same = world.children.get("demo-u0").object;
    for (String name : List.of("demo-a", "demo-z")) {
      world.add(new LiveChild(ResourceType.DEPLOYMENT, name, "uid-of-" + name, same));
    }
    world.annotated(Annotations.ADOPT, "orphans");
    assertThat(((Action.Adopt) world.actionsOf("u0").get(0)).target().name()).isEqualTo("demo-u0");
    world.children.remove("demo-u0");
    assertThat(((Action.Adopt) world.actionsOf("u0").get(0)).target().name()).isEqualTo("demo-a");
  }

  @Test
  void a_second_child_of_a_unit_is_shown_and_kept() {
    world.settled();
    Json same = world.child("u0").object;
    world.add(new LiveChild(ResourceType.DEPLOYMENT, "demo-zz", "second", same));
    world.settled();
    assertThat(world.children).containsKeys("demo-u0", "demo-zz");
    assertThat(message())
        .isEqualTo("unit u0: Deployment demo-zz is another child of this unit: delete it");
    assertThat(world.condition(ConditionTypes.DEGRADED).orElseThrow().isTrue()).isFalse();
  }

  @Test
  void a_name_that_another_unit_of_this_grid_holds_is_a_conflict() {
    world.settled();
    LiveChild renamed =
        new LiveChild(ResourceType.DEPLOYMENT, "demo-u0", "other", world.child("u0").object);
    renamed.object =
        renamed.object.withAt(List.of("metadata", "annotations", Annotations.UNIT), Json.of("u9"));
    world.children.put("demo-u0", renamed);
    assertThat(message()).contains("is held by this grid's child of the unit u9");
  }

  private String message() {
    return world.condition(ConditionTypes.NAME_CONFLICT).orElseThrow().message();
  }

  private LiveChild hold(String name, Json metadata) {
    return world.add(
        new LiveChild(
            ResourceType.DEPLOYMENT,
            name,
            "foreign",
            Json.object("metadata", metadata, "spec", World.deploymentTemplate(1, "theirs:1"))));
  }

  private static Json controlledBy(String kind, String name, String uid) {
    return Json.object(
        "ownerReferences",
        Json.array(
            Json.object(
                "apiVersion",
                kind.equals("DeploymentGrid") ? "superedge.io/v1" : "example.org/v1",
                "kind",
                kind,
                "name",
                name,
                "uid",
                uid,
                "controller",
                true)));
  }

  private LiveChild orphanOf(String unit) {
    World other = aDeploymentGrid().withUnits(2).settled();
    LiveChild orphan = other.child(unit);
    orphan.remove(List.of("metadata", "ownerReferences"));
    return world.add(new LiveChild(orphan.type, orphan.name, "orphan-of-" + unit, orphan.object));
  }
}
