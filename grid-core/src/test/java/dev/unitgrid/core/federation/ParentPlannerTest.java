/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParentPlannerTest {
  private static final Json SOURCE = Fed.source();

  private static ParentPlan plan(Json source, ClusterView... clusters) {
    return ParentPlanner.plan(Fed.sourceObserved(source).addAllClusters(List.of(clusters)).build());
  }

  private static ParentPlan planWithoutSource(ClusterView... clusters) {
    return ParentPlanner.plan(
        Fed.observed("default", "demo").addAllClusters(List.of(clusters)).build());
  }

  private static List<String> problems(ParentPlan plan) {
    return plan.problems().stream().map(Problem::condition).toList();
  }

  @Test
  @Rule(34)
  void each_cluster_namespace_gets_a_copy_with_the_grids_labels_and_the_marks_of_its_source() {
    ParentPlan plan = plan(SOURCE, Fed.cluster("cluster-b"), Fed.cluster("cluster-a"));
    assertThat(plan.actions())
        .extracting(ParentAction::cluster)
        .containsExactly("cluster-a", "cluster-b");
    Json body = ((ParentAction.Create) plan.actions().get(0)).wish().body();
    assertThat(body.get("metadata", "name")).isEqualTo(Json.of("demo"));
    assertThat(body.get("metadata", "namespace")).isEqualTo(Json.of("cluster-a"));
    assertThat(body.get("metadata", "labels"))
        .isEqualTo(
            Json.strings(
                Map.of(
                    "app",
                    "echo",
                    Labels.FED,
                    "yes",
                    Labels.DIS,
                    "yes",
                    Labels.TARGET_NAMESPACE,
                    "default")));
    assertThat(body.get("metadata", "annotations"))
        .isEqualTo(
            Json.strings(
                Map.of(
                    Annotations.SOURCE_NAMESPACE, "default",
                    Annotations.SOURCE_NAME, "demo",
                    Annotations.SOURCE_UID, Fed.SOURCE_UID,
                    Annotations.SOURCE_SEAL, Fed.grid(SOURCE).seal(),
                    Annotations.SOURCE_GENERATION, "3")));
    assertThat(body.get("metadata").has("ownerReferences")).isFalse();
    assertThat(body.get("spec")).isEqualTo(SOURCE.get("spec"));
    assertThat(body.get("kind")).isEqualTo(Json.of("DeploymentGrid"));
  }

  @Test
  void labels_by_which_tools_prune_are_not_copied() {
    Json labelled = Fed.labelled(SOURCE, "applyset.kubernetes.io/part-of", "x");
    assertThat(Fed.copy("cluster-a", labelled)).isEqualTo(Fed.copy("cluster-a", SOURCE));
  }

  @Test
  void a_copy_that_reads_as_its_source_is_left_alone() {
    ParentPlan plan = plan(SOURCE, Fed.cluster("cluster-a", Fed.copy("cluster-a", SOURCE)));
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.problems()).isEmpty();
    assertThat(plan.nextCheckAt()).isEmpty();
  }

  @Test
  @Rule(34)
  void a_copy_that_was_edited_by_hand_is_put_back_in_one_write() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    Json edited =
        Fed.annotated(
            Fed.labelled(
                Fed.unlabelled(copy, Labels.DIS).withAt(List.of("spec", "more"), Json.of(1)),
                "foreign",
                "label"),
            "foreign",
            "annotation");
    ParentPlan plan = plan(SOURCE, Fed.cluster("cluster-a", edited));
    assertThat(plan.actions()).hasSize(1);
    ParentAction.Change change = (ParentAction.Change) plan.actions().get(0);
    assertThat(Fed.patched(edited, change.wish().patchOf(change.live())))
        .isEqualTo(Fed.annotated(copy, "foreign", "annotation"));
  }

  @Test
  void a_patch_says_only_what_differs() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    Json newer = SOURCE.withAt(List.of("metadata", "generation"), Json.of(4));
    ParentAction.Change change =
        (ParentAction.Change) plan(newer, Fed.cluster("cluster-a", copy)).actions().get(0);
    assertThat(change.wish().patchOf(change.live()).items())
        .extracting(operation -> operation.get("path").asString(""))
        .containsExactly("/metadata/uid", "/metadata/annotations/unitgrid.dev~1source-generation");
  }

  @Test
  void a_copy_without_any_annotation_gets_them_all_at_once() {
    Json bare = Fed.copy("cluster-a", SOURCE).withoutAt(List.of("metadata", "annotations"));
    ParentAction.Change change =
        (ParentAction.Change) plan(SOURCE, Fed.cluster("cluster-a", bare)).actions().get(0);
    assertThat(Fed.patched(bare, change.wish().patchOf(change.live())))
        .isEqualTo(Fed.copy("cluster-a", SOURCE));
  }

  @Test
  void what_a_webhook_makes_of_a_copy_is_not_fought() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    Json mutated = Fed.labelled(copy, "webhook", "was-here");
    ParentAction.Change change =
        (ParentAction.Change) plan(SOURCE, Fed.cluster("cluster-a", mutated)).actions().get(0);
    ImmutableObservedSource.Builder answered =
        Fed.sourceObserved(SOURCE)
            .putAnswered(Fed.COPY_UID, change.wish().answeredWith(change.live()));
    assertThat(
            ParentPlanner.plan(answered.addClusters(Fed.cluster("cluster-a", mutated)).build())
                .actions())
        .isEmpty();
    Json driftedMore = Fed.labelled(mutated, "hand", "was-here");
    assertThat(
            ParentPlanner.plan(
                    Fed.sourceObserved(SOURCE)
                        .putAnswered(Fed.COPY_UID, change.wish().answeredWith(change.live()))
                        .addClusters(Fed.cluster("cluster-a", driftedMore))
                        .build())
                .actions())
        .hasSize(1);
  }

  @Test
  @Rule(34)
  void what_users_tell_a_grid_by_annotations_is_told_to_its_copies_and_taken_back() {
    Json paused = Fed.annotated(SOURCE, Annotations.PAUSED, "true");
    Json copy = Fed.copy("cluster-a", paused);
    assertThat(copy.get("metadata", "annotations", Annotations.PAUSED)).isEqualTo(Json.of("true"));
    ParentAction.Change change =
        (ParentAction.Change) plan(SOURCE, Fed.cluster("cluster-a", copy)).actions().get(0);
    assertThat(Fed.patched(copy, change.wish().patchOf(change.live())))
        .isEqualTo(Fed.copy("cluster-a", SOURCE));
  }

  @Test
  @Rule(35)
  void a_copy_without_its_source_gets_the_delete_intent_before_it_is_deleted() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    assertThat(planWithoutSource(Fed.cluster("cluster-a", copy)).actions())
        .containsExactly(new ParentAction.IntendDeletion(Fed.grid(copy)));
    Json intended = Fed.intended(copy);
    assertThat(planWithoutSource(Fed.cluster("cluster-a", intended)).actions())
        .containsExactly(new ParentAction.Delete(Fed.grid(intended)));
    assertThat(planWithoutSource(Fed.cluster("cluster-a", Fed.deleting(intended))).actions())
        .isEmpty();
  }

  @Test
  @Rule(35)
  void a_copy_that_a_hand_deleted_gets_the_intent_when_its_source_is_deleted_later() {
    Json deleting = Fed.deleting(Fed.held(Fed.copy("cluster-a", SOURCE)));
    assertThat(planWithoutSource(Fed.cluster("cluster-a", deleting)).actions())
        .containsExactly(new ParentAction.IntendDeletion(Fed.grid(deleting)));
  }

  @Test
  @Rule(35)
  void an_intent_for_another_copy_is_none() {
    Json copy =
        Fed.annotated(Fed.copy("cluster-a", SOURCE), Annotations.DELETE_INTENT, "former-copy");
    assertThat(planWithoutSource(Fed.cluster("cluster-a", copy)).actions())
        .containsExactly(new ParentAction.IntendDeletion(Fed.grid(copy)));
  }

  @Test
  void a_source_that_is_being_deleted_takes_its_copies_along() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    assertThat(plan(Fed.deleting(SOURCE), Fed.cluster("cluster-a", copy)).actions())
        .containsExactly(new ParentAction.IntendDeletion(Fed.grid(copy)));
    assertThat(plan(Fed.deleting(SOURCE), Fed.cluster("cluster-a")).actions()).isEmpty();
  }

  @Test
  void an_intent_is_taken_back_when_the_grid_is_wanted_again() {
    Json intended = Fed.intended(Fed.copy("cluster-a", SOURCE));
    ParentAction.Change change =
        (ParentAction.Change) plan(SOURCE, Fed.cluster("cluster-a", intended)).actions().get(0);
    assertThat(Fed.patched(intended, change.wish().patchOf(change.live())))
        .isEqualTo(Fed.copy("cluster-a", SOURCE));
  }

  @Test
  @Rule({2, 34})
  void nothing_is_swept_before_the_lists_are_complete() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    Json other = copy.withAt(List.of("metadata", "name"), Json.of("demo-2"));
    ImmutableObservedSource.Builder untrusted =
        Fed.observed("default", "demo")
            .deletionsTrusted(false)
            .addClusters(Fed.cluster("cluster-a", copy, other))
            .addClusters(Fed.cluster("cluster-b", Fed.intended(copy)));
    assertThat(ParentPlanner.plan(untrusted.build()).actions()).isEmpty();
    assertThat(ParentPlanner.plan(untrusted.source(Fed.grid(SOURCE)).build()).actions())
        .noneMatch(ParentAction.Delete.class::isInstance);
  }

  @Test
  @Rule({2, 24})
  void what_waits_for_complete_lists_is_looked_at_again() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    Json other = copy.withAt(List.of("metadata", "name"), Json.of("demo-2"));
    ImmutableObservedSource.Builder untrusted =
        Fed.observed("default", "demo").deletionsTrusted(false);
    ClusterView one = Fed.cluster("cluster-a", copy);
    assertThat(ParentPlanner.plan(untrusted.addClusters(one).build()).nextCheckAt())
        .contains(Fed.NOW.plusSeconds(30));
    ClusterView gone = Fed.cluster("cluster-a", Fed.intended(Fed.deleting(copy)));
    assertThat(ParentPlanner.plan(untrusted.clusters(List.of(gone)).build()).nextCheckAt())
        .isEmpty();
    ClusterView two = Fed.cluster("cluster-a", copy, other);
    ImmutableObservedSource.Builder wanted = untrusted.source(Fed.grid(SOURCE));
    assertThat(ParentPlanner.plan(wanted.clusters(List.of(two)).build()).nextCheckAt())
        .contains(Fed.NOW.plusSeconds(30));
    assertThat(ParentPlanner.plan(wanted.clusters(List.of(one)).build()).nextCheckAt()).isEmpty();
  }

  @Test
  @Rule(37)
  void a_recreated_source_waits_for_the_release_of_the_old_copy() {
    Json copy = Fed.intended(Fed.held(Fed.copy("cluster-a", SOURCE)));
    Json recreated = SOURCE.withAt(List.of("metadata", "uid"), Json.of("second-uid"));
    ParentPlan deleting = plan(recreated, Fed.cluster("cluster-a", copy));
    assertThat(deleting.actions()).containsExactly(new ParentAction.Delete(Fed.grid(copy)));
    ParentPlan waiting = plan(recreated, Fed.cluster("cluster-a", Fed.deleting(copy)));
    assertThat(waiting.actions()).isEmpty();
    assertThat(problems(waiting)).containsExactly(ConditionTypes.WAITING_FOR_RELEASE);
    assertThat(waiting.problems().get(0).unit()).isEqualTo("cluster-a");
    assertThat(plan(recreated, Fed.cluster("cluster-a")).actions()).hasSize(1);
  }

  @Test
  @Rule(35)
  void a_copy_that_a_hand_deleted_is_made_again_once_it_is_gone() {
    Json deleting = Fed.deleting(Fed.held(Fed.copy("cluster-a", SOURCE)));
    ParentPlan waiting = plan(SOURCE, Fed.cluster("cluster-a", deleting));
    assertThat(waiting.actions()).isEmpty();
    assertThat(problems(waiting)).containsExactly(ConditionTypes.WAITING_FOR_RELEASE);
  }

  @Test
  @Rule(35)
  void nothing_is_created_or_deleted_in_a_terminating_namespace() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    ClusterView empty = new ClusterView("cluster-a", true, false, ImmutableList.of());
    ClusterView full = new ClusterView("cluster-a", true, false, Fed.grids(copy));
    assertThat(plan(SOURCE, empty).actions()).isEmpty();
    assertThat(planWithoutSource(full).actions()).isEmpty();
  }

  @Test
  @Rule(35)
  void the_finalizers_of_a_terminating_namespace_are_stripped_once_its_child_is_given_up() {
    Json held = Fed.deleting(Fed.held(Fed.copy("cluster-a", SOURCE)));
    ClusterView waiting = new ClusterView("cluster-a", true, false, Fed.grids(held));
    assertThat(plan(SOURCE, waiting).actions()).isEmpty();
    ClusterView givenUp = new ClusterView("cluster-a", true, true, Fed.grids(held));
    assertThat(plan(SOURCE, givenUp).actions())
        .containsExactly(new ParentAction.Strip(Fed.grid(held)));
    assertThat(planWithoutSource(givenUp).actions()).hasSize(1);
    ClusterView living =
        new ClusterView("cluster-a", true, true, Fed.grids(Fed.held(Fed.copy("c", SOURCE))));
    ClusterView freed =
        new ClusterView("cluster-a", true, true, Fed.grids(Fed.deleting(Fed.copy("c", SOURCE))));
    assertThat(plan(SOURCE, living, freed).actions()).isEmpty();
  }

  @Test
  @Rule(34)
  void two_namespaces_grids_that_meet_in_a_name_have_a_copy_each() {
    Json other = Fed.object("other", "demo", "other-uid", Map.of(Labels.FED, "yes"));
    Json first = Fed.copy("cluster-a", SOURCE);
    ParentPlan second = plan(other, Fed.cluster("cluster-a", first));
    assertThat(second.actions()).hasSize(1);
    String name = second.actions().get(0).copy();
    assertThat(name).matches("demo-[a-z2-7]{8}");
    Json copy = Fed.created(((ParentAction.Create) second.actions().get(0)).wish(), "copy-2");
    assertThat(plan(other, Fed.cluster("cluster-a", first, copy)).actions()).isEmpty();
    assertThat(plan(SOURCE, Fed.cluster("cluster-a", first, copy)).actions()).isEmpty();
  }

  @Test
  @Rule(34)
  void of_two_grids_that_are_new_the_first_namespace_has_the_plain_name() {
    Json other = Fed.object("other", "demo", "other-uid", Map.of(Labels.FED, "yes"));
    ParentPlan first =
        ParentPlanner.plan(
            Fed.sourceObserved(SOURCE)
                .addRivals("other")
                .addClusters(Fed.cluster("cluster-a"))
                .build());
    ParentPlan second =
        ParentPlanner.plan(
            Fed.sourceObserved(other)
                .addRivals("default")
                .addClusters(Fed.cluster("cluster-a"))
                .build());
    assertThat(first.actions().get(0).copy()).isEqualTo("demo");
    assertThat(second.actions().get(0).copy()).startsWith("demo-");
  }

  @Test
  void a_hashed_name_of_a_long_name_is_legal() {
    String name = "a".repeat(243) + "." + "b".repeat(9);
    Json other = Fed.object("other", name, "other-uid", Map.of(Labels.FED, "yes"));
    ParentPlan plan =
        ParentPlanner.plan(
            Fed.sourceObserved(other)
                .addRivals("default")
                .addClusters(Fed.cluster("cluster-a"))
                .build());
    assertThat(plan.actions().get(0).copy()).matches("a{243}-[a-z2-7]{8}");
  }

  @Test
  void a_foreign_grid_in_a_copys_name_is_a_conflict_and_is_left_alone() {
    Json foreign = Fed.object("cluster-a", "demo", "foreign", Map.of());
    ParentPlan plan = plan(SOURCE, Fed.cluster("cluster-a", foreign));
    assertThat(plan.actions()).isEmpty();
    assertThat(problems(plan)).containsExactly(ConditionTypes.NAME_CONFLICT);
    assertThat(plan.problems().get(0).message()).contains("cluster-a", "delete or rename");
  }

  @Test
  @Rule(34)
  void a_copy_that_superedge_made_is_taken_over_as_it_is() {
    Json theirs =
        Fed.object(
            "cluster-a",
            "demo",
            Fed.COPY_UID,
            Map.of(
                Labels.FED,
                "yes",
                Labels.DIS,
                "yes",
                Labels.TARGET_NAMESPACE,
                "default",
                "app",
                "echo"));
    ParentAction.Change change =
        (ParentAction.Change) plan(SOURCE, Fed.cluster("cluster-a", theirs)).actions().get(0);
    assertThat(change.wish().patchOf(change.live()).items())
        .extracting(operation -> operation.get("path").asString(""))
        .containsExactly("/metadata/uid", "/metadata/annotations");
    assertThat(planWithoutSource(Fed.cluster("cluster-a", theirs)).actions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Annotations.SOURCE_NAMESPACE,
        Annotations.SOURCE_NAME,
        Annotations.SOURCE_UID,
        Annotations.SOURCE_SEAL
      })
  @Rule(34)
  void a_copy_whose_marks_were_edited_is_put_back_and_never_swept(String mark) {
    Json copy = Fed.copy("cluster-a", SOURCE);
    Json edited = Fed.annotated(copy, mark, "other");
    ParentAction.Change change =
        (ParentAction.Change) only(plan(SOURCE, Fed.cluster("cluster-a", edited)));
    assertThat(Fed.patched(edited, change.wish().patchOf(change.live()))).isEqualTo(copy);
    assertThat(planWithoutSource(Fed.cluster("cluster-a", edited)).actions()).isEmpty();
    FederatedGrid said = Fed.grid(edited);
    assertThat(
            ParentPlanner.plan(
                    Fed.observed(said.sourceNamespace(), said.sourceName())
                        .addClusters(Fed.cluster("cluster-a", edited))
                        .build())
                .actions())
        .isEmpty();
  }

  private static ParentAction only(ParentPlan plan) {
    assertThat(plan.actions()).hasSize(1);
    return plan.actions().get(0);
  }

  @Test
  @Rule(34)
  void a_copy_that_lost_all_marks_but_the_finalizer_is_put_back_by_its_name() {
    Json copy = Fed.held(Fed.copy("cluster-a", SOURCE));
    Json bare =
        copy.withoutAt(List.of("metadata", "annotations")).withoutAt(List.of("metadata", "labels"));
    ParentAction.Change change =
        (ParentAction.Change) only(plan(SOURCE, Fed.cluster("cluster-a", bare)));
    assertThat(Fed.patched(bare, change.wish().patchOf(change.live()))).isEqualTo(copy);
    Json elsewhere = bare.withAt(List.of("metadata", "name"), Json.of("demo-1"));
    assertThat(only(plan(SOURCE, Fed.cluster("cluster-a", elsewhere))))
        .isInstanceOf(ParentAction.Create.class);
  }

  @Test
  @Rule(34)
  void a_copy_with_a_hashed_name_and_no_annotations_is_put_back() {
    String name = ParentPlanner.hashedName("default", "demo");
    Json copy = Fed.copy("cluster-a", SOURCE).withAt(List.of("metadata", "name"), Json.of(name));
    Json bare = copy.withoutAt(List.of("metadata", "annotations"));
    assertThat(only(plan(SOURCE, Fed.cluster("cluster-a", bare))))
        .isInstanceOf(ParentAction.Change.class);
    Json others = Fed.labelled(bare, Labels.TARGET_NAMESPACE, "other");
    assertThat(only(plan(SOURCE, Fed.cluster("cluster-a", others))))
        .isInstanceOf(ParentAction.Create.class);
    assertThat(
            ParentPlanner.plan(
                    Fed.observed("default", name)
                        .addClusters(Fed.cluster("cluster-a", bare))
                        .build())
                .actions())
        .isEmpty();
  }

  @Test
  @Rule(35)
  void what_says_not_whose_copy_it_is_is_stripped_too_once_by_the_plan_for_nobody() {
    Json held = Fed.deleting(Fed.held(Fed.copy("cluster-a", SOURCE)));
    Json edited = Fed.annotated(held, Annotations.SOURCE_NAME, "other");
    ClusterView givenUp = new ClusterView("cluster-a", true, true, Fed.grids(held, edited));
    assertThat(only(plan(SOURCE, givenUp))).isEqualTo(new ParentAction.Strip(Fed.grid(held)));
    assertThat(
            ParentPlanner.plan(
                    Fed.observed(ParentPlanner.NOBODY, "demo").addClusters(givenUp).build())
                .actions())
        .containsExactly(new ParentAction.Strip(Fed.grid(edited)));
  }

  @Test
  void of_two_copies_of_one_source_the_plain_one_stays_and_no_site_goes_with_the_other() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    Json second =
        Fed.held(
            copy.withAt(List.of("metadata", "name"), Json.of("a-copy"))
                .withAt(List.of("metadata", "uid"), Json.of("u2")));
    assertThat(plan(SOURCE, Fed.cluster("cluster-a", second, copy)).actions())
        .containsExactly(new ParentAction.Delete(Fed.grid(second)));
    assertThat(plan(SOURCE, Fed.cluster("cluster-a", Fed.deleting(second), copy)).actions())
        .isEmpty();
    assertThat(plan(SOURCE, Fed.cluster("cluster-a", Fed.intended(second), copy)).actions())
        .isEmpty();
  }

  @Test
  void a_copy_of_another_source_is_none_of_its_business() {
    Json other = Fed.object("other", "demo", "other-uid", Map.of(Labels.FED, "yes"));
    Json copy = Fed.copy("cluster-a", other);
    assertThat(planWithoutSource(Fed.cluster("cluster-a", copy)).actions()).isEmpty();
  }

  @Test
  void a_cluster_that_refuses_a_write_waits_and_says_why_and_the_others_go_on() {
    ObservedSource.Failure failure = new ObservedSource.Failure(403, "no", Fed.NOW.plusSeconds(60));
    ImmutableObservedSource observed =
        Fed.sourceObserved(SOURCE)
            .addClusters(
                Fed.cluster("cluster-a"), Fed.cluster("cluster-b"), Fed.cluster("cluster-c"))
            .putFailures("cluster-a", failure)
            .putFailures(
                "cluster-b", new ObservedSource.Failure(500, "later", Fed.NOW.plusSeconds(30)))
            .build();
    ParentPlan plan = ParentPlanner.plan(observed);
    assertThat(plan.actions()).extracting(ParentAction::cluster).containsExactly("cluster-c");
    assertThat(problems(plan))
        .containsExactly(ConditionTypes.WRITE_FAILED, ConditionTypes.WRITE_FAILED);
    assertThat(plan.nextCheckAt()).contains(Fed.NOW.plusSeconds(30));
    ParentPlan later =
        ParentPlanner.plan(
            ImmutableObservedSource.builder()
                .from(observed)
                .now(Fed.NOW.plus(Duration.ofSeconds(60)))
                .build());
    assertThat(later.actions()).hasSize(3);
    assertThat(later.nextCheckAt()).isEmpty();
  }

  @Test
  @Rule(6)
  void templates_that_would_be_pruned_where_they_arrive_are_not_carried() {
    Json spec =
        SOURCE
            .get("spec")
            .with("autoDeleteUnusedTemplate", Json.of(true))
            .with(
                "templatePool",
                Json.object("used", Json.object("a", 1), "unused", Json.emptyObject()))
            .with("defaultTemplateName", Json.of("used"));
    Json copy = Fed.copy("cluster-a", SOURCE.with("spec", spec));
    assertThat(copy.get("spec", "templatePool").fields()).containsOnlyKeys("used");
    assertThat(copy.get("spec").without("templatePool")).isEqualTo(spec.without("templatePool"));
  }

  @Test
  @Rule(34)
  void a_copy_is_no_source_and_makes_no_workloads_where_it_is() {
    Json copy = Fed.copy("cluster-a", SOURCE);
    assertThat(Fed.grid(SOURCE).isSource()).isTrue();
    assertThat(Fed.grid(copy).isSource()).isFalse();
    assertThat(Fed.grid(Fed.local(copy)).isSource()).isFalse();
    assertThat(Fed.grid(Fed.labelled(Fed.local(copy), Labels.FED, "yes")).isSource()).isFalse();
    assertThat(Fed.grid(Fed.unlabelled(SOURCE, Labels.FED)).isSource()).isFalse();
    assertThat(isCopy(copy)).isTrue();
    assertThat(isCopy(Fed.unlabelled(copy, Labels.DIS))).isTrue();
    assertThat(isCopy(Fed.object("c", "demo", "u", Map.of(Labels.DIS, "yes")))).isTrue();
    assertThat(isCopy(SOURCE)).isFalse();
    assertThat(isCopy(Fed.local(copy))).isFalse();
    Json bySuperEdge =
        Fed.object(
            "default", "demo", "u", Map.of(Labels.DIS, "yes", Labels.TARGET_NAMESPACE, "default"));
    assertThat(isCopy(bySuperEdge)).isFalse();
  }

  private static boolean isCopy(Json object) {
    return Copies.isCopy(dev.unitgrid.api.Grid.parse(GridKind.DEPLOYMENT_GRID, object));
  }
}
