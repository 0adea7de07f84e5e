/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static dev.unitgrid.core.plan.World.aDeploymentGrid;
import static dev.unitgrid.core.plan.World.aServiceGrid;
import static dev.unitgrid.core.plan.World.aStatefulSetGrid;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.ImmutableObservedChild;
import dev.unitgrid.core.child.ObservedChild;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConvergenceTest {
  private static final List<String> REPLICAS = List.of("spec", "replicas");
  private static final List<String> IMAGES = List.of("spec", "template", "spec", "containers");

  private final World world = aDeploymentGrid().withUnits(2).settled();

  @Test
  @Rule(16)
  void what_others_add_is_not_ours_to_correct() {
    world
        .child("u0")
        .change(
            List.of("spec", "template", "metadata", "annotations"),
            Json.object("kubectl.kubernetes.io/restartedAt", "2026-11-24T09:00:00Z"));
    world.child("u0").change(List.of("metadata", "labels", "team"), Json.of("edge"));
    assertThat(world.plan().isEmpty()).isTrue();
    assertThat(world.restarted().plan().isEmpty()).isTrue();
  }

  @Test
  @Rule(16)
  void drift_is_corrected_by_one_apply_that_names_the_paths() {
    world.child("u0").change(REPLICAS, Json.of(9));
    assertThat(world.actionsOf("u0"))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Apply.class,
            apply -> {
              assertThat(apply.drift()).containsExactly("spec.replicas");
              assertThat(apply.restartsPods()).isFalse();
              assertThat(apply.reason()).isEqualTo("somebody changed spec.replicas");
            });
    assertThat(world.actionsOf("u1")).isEmpty();
    world.settled();
    assertThat(world.child("u0").replicas()).isEqualTo(2);
  }

  @Test
  @Rule(16)
  void drift_of_our_labels_and_annotations_is_corrected() {
    world.child("u0").remove(List.of("metadata", "labels", "superedge.io/grid-selector"));
    world.child("u1").remove(List.of("metadata", "annotations", Annotations.UNIT_KEY));
    int before = world.writes;
    world.settled();
    assertThat(world.writes - before).isEqualTo(2);
  }

  @Test
  @Rule(16)
  void what_the_api_server_answered_to_our_last_write_is_converged_whatever_it_says() {
    ObservedChild stubborn =
        ImmutableObservedChild.builder()
            .from(changedReplicas())
            .lastWriteDigest(changedReplicas().digest())
            .build();
    assertThat(planOf(stubborn).actions()).isEmpty();
    ObservedChild changedSince =
        ImmutableObservedChild.copyOf(stubborn).withLastWriteDigest("another");
    assertThat(planOf(changedSince).actions()).hasSize(1);
  }

  @Test
  @Rule(16)
  void what_was_verified_is_not_looked_at_again_until_grid_or_child_change() {
    ObservedChild verified =
        ImmutableObservedChild.copyOf(world.child("u0").observed())
            .withVerified(planOf(world.child("u0").observed()).verified().orElseThrow());
    UnitPlan again = planOf(verified);
    assertThat(again.converged()).isTrue();
    assertThat(again.rendered()).isEmpty();
    assertThat(again.verified()).isEqualTo(verified.verified());
    world.image("echo:2");
    assertThat(planOf(verified).actions()).hasSize(1);
  }

  @Test
  @Rule({8, 16})
  void a_verified_childs_notes_are_not_forgotten() {
    World merged = aDeploymentGrid();
    merged.spec =
        merged.spec.withAt(
            List.of("template", "template", "spec", "nodeSelector"), Json.object("location", "x"));
    merged.withUnits(1).settled();
    assertThat(merged.plan().units().get(0).rendered()).isEmpty();
    assertThat(merged.condition(ConditionTypes.TEMPLATE_NORMALIZED)).isPresent();
  }

  private ObservedChild changedReplicas() {
    LiveChild live = world.child("u0");
    LiveChild changed = new LiveChild(live.type, live.name, live.uid, Json.emptyObject());
    changed.object = live.object.withAt(REPLICAS, Json.of(9));
    return changed.observed();
  }

  private UnitPlan planOf(ObservedChild child) {
    Observed observed =
        ImmutableObserved.copyOf(world.observed())
            .withChildren(child, world.child("u1").observed());
    return GridPlanner.plan(observed).units().get(0);
  }

  @Test
  @Rule(16)
  void the_fourth_correction_within_ten_minutes_waits_and_names_the_other_writer() {
    for (int i = 0; i < 3; i++) {
      world.later(60).child("u0").change(REPLICAS, Json.of(9));
      world.child("u0").otherManagers.add("kube-controller-manager");
      world.settled();
    }
    world.later(60).child("u0").change(REPLICAS, Json.of(7));
    assertThat(world.actionsOf("u0")).isEmpty();
    Condition contested = world.condition(ConditionTypes.CONTESTED).orElseThrow();
    assertThat(contested.message())
        .isEqualTo(
            "unit u0: kube-controller-manager keeps changing spec.replicas of Deployment demo-u0;"
                + " it is corrected every ten minutes only, until one of the two stops");
    assertThat(world.plan().nextCheckAt()).contains(World.START.plusSeconds(180 + 600));
    world.later(539);
    assertThat(world.actionsOf("u0")).isEmpty();
    world.later(1);
    assertThat(world.actionsOf("u0")).hasSize(1);
    assertThat(world.condition(ConditionTypes.CONTESTED)).isEmpty();
    world.settled().later(1).child("u0").change(REPLICAS, Json.of(9));
    assertThat(world.actionsOf("u0")).as("still once in ten minutes").isEmpty();
  }

  @Test
  @Rule(16)
  void corrections_of_other_paths_are_no_contest() {
    world.child("u0").change(REPLICAS, Json.of(9));
    world.settled().child("u0").change(REPLICAS, Json.of(9));
    world
        .settled()
        .child("u0")
        .change(List.of("spec", "template", "spec", "nodeSelector"), Json.emptyObject());
    world.settled().child("u0").change(REPLICAS, Json.of(9));
    assertThat(world.actionsOf("u0")).hasSize(1);
  }

  @Test
  @Rule(16)
  void corrections_of_long_ago_are_no_contest() {
    for (int i = 0; i < 6; i++) {
      world.child("u0").change(REPLICAS, Json.of(9));
      assertThat(world.actionsOf("u0")).hasSize(1);
      world.settled().later(300);
    }
  }

  @Test
  @Rule(16)
  void a_change_of_the_grid_is_followed_even_in_a_contest() {
    for (int i = 0; i < 3; i++) {
      world.child("u0").change(REPLICAS, Json.of(9));
      world.settled();
    }
    world.child("u0").change(REPLICAS, Json.of(9));
    assertThat(world.actionsOf("u0")).isEmpty();
    world.image("echo:2");
    assertThat(world.actionsOf("u0")).hasSize(1);
  }

  @Test
  @Rule({16, 19})
  void a_controller_that_overwrites_the_whole_child_is_contested_too() {
    for (int i = 0; i < 3; i++) {
      overwriteAsSuperEdgeWould();
      assertThat(world.actionsOf("u0")).isNotEmpty();
      world.settled().later(1);
    }
    overwriteAsSuperEdgeWould();
    assertThat(world.actionsOf("u0")).isEmpty();
    assertThat(world.condition(ConditionTypes.CONTESTED)).isPresent();
  }

  private void overwriteAsSuperEdgeWould() {
    world.child("u0").remove(List.of("metadata", "annotations"));
  }

  @Test
  @Rule(15)
  void replicas_that_the_template_does_not_name_are_left_to_whoever_changes_them() {
    World free = freeOfReplicas().settled();
    free.child("u0").change(REPLICAS, Json.of(6));
    assertThat(free.plan().isEmpty()).isTrue();
    free.image("echo:2").settled();
    assertThat(free.child("u0").replicas()).isEqualTo(6);
  }

  @Test
  @Rule(15)
  void a_number_that_the_template_stops_naming_is_handed_over_first() {
    world.spec = world.spec.withoutAt(List.of("template", "replicas"));
    assertThat(world.actionsOf("u0"))
        .extracting(Object::getClass)
        .containsExactly(
            Action.MergeOwnership.class, Action.HandOverReplicas.class, Action.Apply.class);
    assertThat(((Action.HandOverReplicas) world.actionsOf("u0").get(1)).replicas()).isEqualTo(2);
    world.settled();
    assertThat(world.child("u0").replicas()).isEqualTo(2);
  }

  @Test
  @Rule(15)
  void one_replica_needs_no_handing_over() {
    World free = freeOfReplicas().settled();
    assertThat(free.child("u0").ownsReplicas).isTrue();
    free.image("echo:2");
    assertThat(free.actionsOf("u0")).hasOnlyElementsOfType(Action.Apply.class);
  }

  private static World freeOfReplicas() {
    World free = aDeploymentGrid();
    free.spec = free.spec.withoutAt(List.of("template", "replicas"));
    return free.withUnits(1);
  }

  @Test
  @Rule(14)
  void a_changed_value_needs_no_merge_of_ownership() {
    world.image("echo:2");
    assertThat(world.actionsOf("u0"))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Apply.class,
            apply -> {
              assertThat(apply.target().uid()).isEqualTo(world.child("u0").uid);
              assertThat(apply.drift()).isEmpty();
              assertThat(apply.restartsPods()).isTrue();
              assertThat(apply.reason()).isEqualTo("the grid changed");
            });
  }

  @Test
  @Rule(14)
  void changed_fields_are_merged_once() {
    world.spec = world.spec.withAt(List.of("template", "minReadySeconds"), Json.of(7));
    assertThat(world.actionsOf("u0").get(0))
        .isInstanceOfSatisfying(
            Action.MergeOwnership.class,
            merge -> assertThat(merge.managers()).containsExactly("unitgrid"));
    world.settled();
    world.spec = world.spec.withAt(List.of("template", "revisionHistoryLimit"), Json.of(7));
    assertThat(world.actionsOf("u0")).hasOnlyElementsOfType(Action.Apply.class);
  }

  @Test
  @Rule(14)
  void a_change_outside_the_pod_template_is_in_place() {
    world.labels.put("team", "edge");
    assertThat(((Action.Apply) last(world.actionsOf("u0"))).restartsPods()).isFalse();
  }

  @Test
  @Rule({14, 16})
  void what_the_api_server_fills_in_is_no_field_that_vanishes() {
    LiveChild child = world.child("u0");
    child.change(
        IMAGES,
        Json.array(
            Json.object(
                "name", "echo",
                "image", "echo:1",
                "imagePullPolicy", "IfNotPresent",
                "terminationMessagePath", "/dev/termination-log")));
    child.change(List.of("spec", "template", "spec", "dnsPolicy"), Json.of("ClusterFirst"));
    world.labels.put("team", "edge");
    assertThat(((Action.Apply) last(world.actionsOf("u0"))).restartsPods()).isFalse();
    child.change(List.of("spec", "template", "spec", "hostname"), Json.of("injected"));
    assertThat(((Action.Apply) last(world.actionsOf("u0"))).restartsPods()).isTrue();
  }

  @Test
  @Rule(14)
  void a_field_that_vanishes_from_the_pod_template_restarts_pods() {
    World named = aDeploymentGrid();
    named.spec =
        named.spec.withAt(
            List.of("template", "template", "spec", "priorityClassName"), Json.of("edge"));
    named.withUnits(1).settled();
    named.spec = named.spec.withoutAt(List.of("template", "template", "spec", "priorityClassName"));
    assertThat(((Action.Apply) last(named.actionsOf("u0"))).restartsPods()).isTrue();
  }

  @Test
  @Rule({11, 19})
  void a_child_of_superedge_is_taken_over_with_its_fields_and_restarts_nothing() {
    World taken = superEdges();
    List<Action> actions = taken.actionsOf("beijing");
    assertThat(actions)
        .extracting(Object::getClass)
        .containsExactly(Action.MergeOwnership.class, Action.Apply.class);
    assertThat(((Action.MergeOwnership) actions.get(0)).managers())
        .containsExactly("unitgrid", "application-grid-controller");
    Action.Apply apply = (Action.Apply) actions.get(1);
    assertThat(apply.restartsPods()).isFalse();
    assertThat(apply.reason()).isEqualTo("it is taken over");
    Json pods = taken.child("beijing").object.get("spec", "template");
    taken.settled();
    assertThat(taken.child("beijing").object.get("spec", "template")).isEqualTo(pods);
    assertThat(taken.condition(ConditionTypes.SHARED_SELECTOR)).isPresent();
    taken.restarted();
    assertThat(taken.plan().isEmpty()).isTrue();
  }

  @Test
  @Rule(19)
  void the_names_of_managers_to_take_over_from_are_the_users_to_say() {
    World taken = superEdges();
    taken.child("beijing").otherManagers.clear();
    taken.child("beijing").otherManagers.add("our-fork");
    assertThat(taken.actionsOf("beijing")).hasOnlyElementsOfType(Action.Apply.class);
    Observed told =
        ImmutableObserved.copyOf(taken.observed())
            .withTakeoverManagers(ImmutableSet.of("our-fork"));
    assertThat(GridPlanner.plan(told).units().get(0).actions())
        .first()
        .isInstanceOf(Action.MergeOwnership.class);
  }

  @Test
  @Rule({15, 19})
  void a_number_that_superedge_wrote_and_nobody_names_any_more_is_handed_over() {
    World taken = superEdges();
    taken.spec = taken.spec.withoutAt(List.of("template", "replicas"));
    assertThat(taken.actionsOf("beijing"))
        .extracting(Object::getClass)
        .containsExactly(
            Action.MergeOwnership.class, Action.HandOverReplicas.class, Action.Apply.class);
    taken.settled();
    assertThat(taken.child("beijing").replicas()).isEqualTo(2);
  }

  @Test
  @Rule(11)
  void a_child_whose_name_and_node_selector_disagree_stays_as_it_is() {
    World taken = superEdges();
    taken
        .child("beijing")
        .change(
            List.of("spec", "template", "spec", "nodeSelector", "location"), Json.of("shanghai"));
    assertThat(taken.plan().isEmpty()).isTrue();
    assertThat(taken.condition(ConditionTypes.UNIT_MISMATCH).orElseThrow().message())
        .startsWith("unit beijing: Deployment demo-beijing selects nodes of location=shanghai");
  }

  @Test
  @Rule(11)
  void a_mismatched_child_whose_name_nobody_wants_is_reported_and_kept() {
    World taken = superEdges();
    taken.nodes.clear();
    taken.withNodes("guangzhou", "gz-1");
    taken
        .child("beijing")
        .change(List.of("spec", "template", "spec", "nodeSelector"), Json.emptyObject());
    taken.settled();
    assertThat(taken.lives("beijing")).isTrue();
    assertThat(taken.condition(ConditionTypes.UNIT_MISMATCH).orElseThrow().message())
        .startsWith("Deployment demo-beijing has no node selector for location");
  }

  static World superEdges() {
    World world = aDeploymentGrid().withNodes("beijing", "bj-1");
    Json spec =
        world
            .spec
            .get("template")
            .withAt(List.of("template", "spec", "nodeSelector"), Json.object("location", "beijing"))
            .withAt(
                List.of("template", "metadata", "labels", Labels.SUPEREDGE_TEMPLATE_HASH),
                Json.of("7c6f"));
    world.add(
        LiveChild.superEdges(
            ResourceType.DEPLOYMENT,
            "demo-beijing",
            "old-uid",
            Json.object(
                "metadata",
                Json.object(
                    "labels",
                    Json.object(
                        "superedge.io/grid-selector", "demo",
                        "superedge.io/grid-uniq-key", "location"),
                    "ownerReferences",
                    Json.array(
                        Json.object(
                            "apiVersion",
                            "superedge.io/v1",
                            "kind",
                            "DeploymentGrid",
                            "name",
                            "demo",
                            "uid",
                            world.gridUid,
                            "controller",
                            true,
                            "blockOwnerDeletion",
                            true))),
                "spec",
                spec)));
    return world.running();
  }

  @Test
  @Rule(18)
  void a_changed_selector_waits_with_the_whole_change() {
    world.image("echo:2");
    world.spec =
        world.spec.withAt(List.of("template", "selector", "matchLabels", "tier"), Json.of("web"));
    assertThat(world.plan().isEmpty()).isTrue();
    assertThat(world.condition(ConditionTypes.IMMUTABLE_FIELD).orElseThrow().message())
        .contains("spec.selector of Deployment demo-u0 cannot be changed")
        .contains(Annotations.RECREATE + "=" + world.child("u0").uid);
    assertThat(world.condition(ConditionTypes.READY).orElseThrow().isTrue()).isFalse();
  }

  @Test
  @Rule(18)
  void a_child_is_recreated_only_when_it_is_annotated_with_its_uid() {
    world.spec =
        world.spec.withAt(List.of("template", "selector", "matchLabels", "tier"), Json.of("web"));
    for (String wrong : List.of("true", world.child("u1").uid)) {
      world
          .child("u0")
          .change(List.of("metadata", "annotations", Annotations.RECREATE), Json.of(wrong));
      assertThat(world.actionsOf("u0")).as(wrong).isEmpty();
    }
    String old = allowRecreation(world, "u0");
    assertThat(world.actionsOf("u0"))
        .containsExactly(
            new Action.Delete(
                Targets.of(world.child("u0").observed()),
                Optional.empty(),
                false,
                "it is to be recreated, as its annotation says"));
    world.once();
    assertThat(world.lives("u0")).isFalse();
    world.settled();
    assertThat(world.child("u0").uid).isNotEqualTo(old);
    assertThat(world.gridStatus().recentlyDeleted()).isEmpty();
  }

  @Test
  @Rule({2, 18})
  void nothing_is_recreated_while_versions_ran_backwards() {
    world.spec =
        world.spec.withAt(List.of("template", "selector", "matchLabels", "tier"), Json.of("web"));
    allowRecreation(world, "u0");
    world.deletionsTrusted = false;
    assertThat(world.actionsOf("u0")).isEmpty();
    assertThat(world.condition(ConditionTypes.IMMUTABLE_FIELD)).isPresent();
  }

  @Test
  @Rule(18)
  void the_pods_of_a_stateful_set_whose_selector_stays_live_on() {
    World sets = aStatefulSetGrid().withUnits(1).settled();
    sets.spec = sets.spec.withAt(List.of("template", "serviceName"), Json.of("other"));
    assertThat(sets.condition(ConditionTypes.IMMUTABLE_FIELD).orElseThrow().message())
        .contains("spec.serviceName of StatefulSet demo-u0");
    allowRecreation(sets, "u0");
    assertThat(((Action.Delete) sets.actionsOf("u0").get(0)).orphan()).isTrue();
    sets.spec =
        sets.spec.withAt(List.of("template", "selector", "matchLabels", "tier"), Json.of("web"));
    assertThat(((Action.Delete) sets.actionsOf("u0").get(0)).orphan()).isFalse();
  }

  @Test
  @Rule(18)
  void claim_templates_and_the_management_policy_of_a_stateful_set_are_immutable() {
    World sets = aStatefulSetGrid().withUnits(1).settled();
    Json plain = sets.spec;
    sets.child("u0").change(List.of("spec", "podManagementPolicy"), Json.of("OrderedReady"));
    sets.spec = plain.withAt(List.of("template", "podManagementPolicy"), Json.of("OrderedReady"));
    assertThat(sets.condition(ConditionTypes.IMMUTABLE_FIELD)).isEmpty();
    sets.spec = plain.withAt(List.of("template", "podManagementPolicy"), Json.of("Parallel"));
    assertThat(sets.condition(ConditionTypes.IMMUTABLE_FIELD)).isPresent();
    sets.spec =
        plain.withAt(
            List.of("template", "volumeClaimTemplates"),
            Json.array(Json.object("metadata", Json.object("name", "data"))));
    assertThat(sets.condition(ConditionTypes.IMMUTABLE_FIELD).orElseThrow().message())
        .contains("spec.volumeClaimTemplates");
    sets.spec = plain.withAt(List.of("template", "volumeClaimTemplates"), Json.emptyArray());
    assertThat(sets.condition(ConditionTypes.IMMUTABLE_FIELD)).isEmpty();
  }

  @Test
  @Rule(18)
  void a_service_keeps_its_address_or_its_lack_of_one() {
    World services = aServiceGrid().withUnits(1).settled();
    Json plain = services.spec;
    Json headless = plain.withAt(List.of("template", "clusterIP"), Json.of("None"));
    services.child("svc").change(List.of("spec", "clusterIP"), Json.of("10.0.0.7"));
    assertThat(services.plan().isEmpty()).isTrue();
    services.spec = headless;
    assertThat(services.plan().isEmpty()).isTrue();
    assertThat(services.condition(ConditionTypes.IMMUTABLE_FIELD).orElseThrow().message())
        .contains("spec.clusterIP of Service demo-svc");
    services.child("svc").change(List.of("spec", "clusterIP"), Json.of("None"));
    assertThat(services.condition(ConditionTypes.IMMUTABLE_FIELD)).isEmpty();
    services.settled().spec = plain;
    assertThat(services.plan().isEmpty()).isTrue();
    assertThat(services.condition(ConditionTypes.IMMUTABLE_FIELD)).isPresent();
    services.spec = plain.withAt(List.of("template", "type"), Json.of("ExternalName"));
    assertThat(services.condition(ConditionTypes.IMMUTABLE_FIELD)).isEmpty();
  }

  @Test
  @Rule({18, 26})
  void a_refusal_that_only_the_api_server_knew_about_shows_its_words_and_the_way_out() {
    world.image("echo:2");
    String hash =
        ((Action.Apply) world.actionsOf("u0").get(0))
            .body()
            .get("metadata", "annotations", Annotations.HASH)
            .asString("");
    world.failures.put(
        "u0",
        new Observed.WriteFailure(
            world.now,
            hash,
            422,
            ConditionTypes.IMMUTABLE_FIELD,
            "spec.x: field is immutable",
            world.now.plusSeconds(60)));
    assertThat(world.actionsOf("u0")).isEmpty();
    assertThat(world.condition(ConditionTypes.IMMUTABLE_FIELD).orElseThrow().message())
        .isEqualTo(
            "unit u0: spec.x: field is immutable; to have it recreated, annotate it with "
                + "unitgrid.dev/recreate="
                + world.child("u0").uid);
    assertThat(world.actionsOf("u1")).as("others go on").hasSize(1);
    Observed.WriteFailure refusal = world.failures.get("u0");
    world.failures.put(
        "u0",
        new Observed.WriteFailure(
            world.now, hash, 500, ConditionTypes.WRITE_FAILED, "busy", world.now));
    allowRecreation(world, "u0");
    assertThat(world.actionsOf("u0")).as("no refusal").hasOnlyElementsOfType(Action.Apply.class);
    world.failures.put("u0", refusal);
    allowRecreation(world, "u0");
    assertThat(world.actionsOf("u0")).hasOnlyElementsOfType(Action.Delete.class).hasSize(1);
    world.image("echo:3");
    assertThat(world.actionsOf("u0")).as("another hash").hasOnlyElementsOfType(Action.Apply.class);
    assertThat(world.condition(ConditionTypes.IMMUTABLE_FIELD)).isEmpty();
  }

  @Test
  @Rule(16)
  void a_child_that_is_being_deleted_is_waited_for() {
    world.image("echo:2").child("u0").deleting = true;
    assertThat(world.actionsOf("u0")).isEmpty();
    assertThat(world.gridStatus().worstUnits())
        .extracting(unit -> unit.unit() + " " + unit.reason())
        .contains("u0 Deleting");
    assertThat(world.actionsOf("u1")).hasSize(1);
  }

  private static String allowRecreation(World world, String unit) {
    LiveChild child = world.child(unit);
    child.change(List.of("metadata", "annotations", Annotations.RECREATE), Json.of(child.uid));
    return child.uid;
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }
}
