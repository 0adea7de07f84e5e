/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.plan.GridPlanner;
import dev.unitgrid.core.plan.ImmutableObserved;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildPlannerTest {
  private static final Json COPY = Fed.copy("cluster-a", Fed.source());
  private static final Json HELD = Fed.held(COPY);
  private static final Json LOCAL = Fed.local(COPY);

  private static ChildPlan plan(Json copy, Json... locals) {
    return ChildPlanner.plan(Fed.copyObserved(copy).addAllLocals(Fed.grids(locals)).build());
  }

  private static ChildPlan planWithoutCopy(Json... locals) {
    return ChildPlanner.plan(Fed.copyObserved().addAllLocals(Fed.grids(locals)).build());
  }

  private static GridStatus status(ChildPlan plan) {
    return GridStatus.parse(plan.status().orElseThrow());
  }

  private static String reason(ChildPlan plan, String type) {
    return status(plan).condition(type).filter(Condition::isTrue).map(Condition::reason).orElse("");
  }

  @Test
  @Rule(35)
  void the_finalizer_is_on_the_copy_before_anything_is_made_of_it() {
    ChildPlan plan = plan(COPY);
    assertThat(plan.action()).contains(new ChildAction.Hold(Fed.grid(COPY)));
    assertThat(plan(HELD).action().orElseThrow()).isInstanceOf(ChildAction.Create.class);
    assertThat(plan(COPY, LOCAL).action()).contains(new ChildAction.Hold(Fed.grid(COPY)));
  }

  @Test
  @Rule(34)
  void the_grid_of_a_copy_is_in_the_target_namespace_and_is_carried_on_no_more() {
    assertThat(LOCAL.get("metadata", "namespace")).isEqualTo(Json.of("default"));
    assertThat(LOCAL.get("metadata", "name")).isEqualTo(Json.of("demo"));
    assertThat(LOCAL.get("metadata", "labels"))
        .isEqualTo(Json.strings(Map.of("app", "echo", Labels.TARGET_NAMESPACE, "default")));
    assertThat(LOCAL.get("metadata", "annotations"))
        .isEqualTo(
            Json.strings(
                Map.of(
                    Annotations.COPY, "cluster-a/demo",
                    Annotations.SOURCE_NAMESPACE, "default",
                    Annotations.SOURCE_NAME, "demo",
                    Annotations.SOURCE_UID, Fed.SOURCE_UID)));
    assertThat(LOCAL.get("spec")).isEqualTo(COPY.get("spec"));
  }

  @Test
  @Rule(34)
  void the_grid_of_a_copy_with_a_hashed_name_has_the_sources_name() {
    Json hashed = HELD.withAt(List.of("metadata", "name"), Json.of("demo-abcdefgh"));
    Json local = Fed.local(hashed);
    assertThat(local.get("metadata", "name")).isEqualTo(Json.of("demo"));
    assertThat(Fed.grid(local).copyName()).isEqualTo("demo-abcdefgh");
    assertThat(plan(hashed, local).action()).isEmpty();
  }

  @Test
  void a_grid_that_reads_as_its_copy_is_left_alone() {
    ChildPlan plan = plan(HELD, LOCAL);
    assertThat(plan.action()).isEmpty();
    assertThat(plan.nextCheckAt()).isEmpty();
  }

  @Test
  void a_changed_copy_changes_the_grid_once() {
    Json changed = HELD.withAt(List.of("spec", "emptyUnitGracePeriodSeconds"), Json.of(9));
    ChildAction.Change change = (ChildAction.Change) plan(changed, LOCAL).action().orElseThrow();
    Json patched = Fed.patched(LOCAL, change.wish().patchOf(change.local()));
    assertThat(patched.get("spec")).isEqualTo(changed.get("spec"));
    assertThat(plan(changed, patched).action()).isEmpty();
    ChildPlan answered =
        ChildPlanner.plan(
            Fed.copyObserved(changed)
                .addLocals(Fed.grid(LOCAL))
                .putAnswered(Fed.LOCAL_UID, change.wish().answeredWith(Fed.grid(LOCAL)))
                .build());
    assertThat(answered.action()).isEmpty();
  }

  @Test
  @Rule(37)
  void where_no_node_carries_the_key_nothing_is_made_and_the_copy_says_so() {
    ChildPlan plan = ChildPlanner.plan(Fed.copyObserved(COPY).keyHasNodes(false).build());
    assertThat(plan.action()).isEmpty();
    assertThat(status(plan).observedGeneration()).isEqualTo(3);
    assertThat(reason(plan, ConditionTypes.READY)).isEqualTo("NoUnits");
    assertThat(status(plan).condition(ConditionTypes.READY).orElseThrow().message())
        .contains("zone");
  }

  @Test
  void a_grid_that_is_there_stays_when_the_last_node_of_the_key_goes() {
    Json changed = HELD.withAt(List.of("spec", "emptyUnitGracePeriodSeconds"), Json.of(9));
    ChildPlan plan =
        ChildPlanner.plan(
            Fed.copyObserved(changed).addLocals(Fed.grid(LOCAL)).keyHasNodes(false).build());
    assertThat(plan.action().orElseThrow()).isInstanceOf(ChildAction.Change.class);
  }

  @Test
  void a_foreign_grid_in_the_place_is_a_conflict_and_is_left_alone() {
    Json foreign = Fed.object("default", "demo", "foreign", Map.of());
    ChildPlan plan = plan(HELD, foreign);
    assertThat(plan.action()).isEmpty();
    assertThat(reason(plan, ConditionTypes.NAME_CONFLICT)).isEqualTo("GridAffected");
    assertThat(reason(plan, ConditionTypes.DEGRADED)).isEqualTo(ConditionTypes.NAME_CONFLICT);
    assertThat(status(plan).condition(ConditionTypes.READY).orElseThrow().status())
        .isEqualTo(Condition.Status.FALSE);
    assertThat(status(plan).condition(ConditionTypes.NAME_CONFLICT).orElseThrow().message())
        .contains("default/demo", "not of the parent's making");
    assertThat(status(plan).states()).isEmpty();
  }

  @Test
  void a_grid_that_another_living_copy_has_is_a_conflict() {
    Json others = Fed.annotated(LOCAL, Annotations.COPY, "cluster-a/other");
    ChildPlan plan =
        ChildPlanner.plan(
            Fed.copyObserved(HELD).addLocals(Fed.grid(others)).addOtherCopies("other").build());
    assertThat(plan.action()).isEmpty();
    assertThat(status(plan).condition(ConditionTypes.NAME_CONFLICT).orElseThrow().message())
        .contains("was made of the copy other");
    assertThat(plan(HELD, others).action().orElseThrow()).isInstanceOf(ChildAction.Change.class);
  }

  @Test
  @Rule(34)
  void a_grid_that_superedges_child_made_counts_as_ours() {
    Json theirs =
        Fed.object(
            "default",
            "demo",
            "theirs",
            Map.of("app", "echo", Labels.DIS, "yes", Labels.TARGET_NAMESPACE, "default"));
    ChildAction.Change change = (ChildAction.Change) plan(HELD, theirs).action().orElseThrow();
    Json patched = Fed.patched(theirs, change.wish().patchOf(change.local()));
    assertThat(patched.get("metadata", "labels")).isEqualTo(LOCAL.get("metadata", "labels"));
    assertThat(patched.get("spec")).isEqualTo(theirs.get("spec"));
    assertThat(plan(Fed.intended(Fed.deleting(HELD)), theirs).action())
        .contains(new ChildAction.Delete(Fed.grid(theirs)));
  }

  @Test
  @Rule(35)
  void only_a_terminating_copy_with_the_delete_intent_deletes_the_grid() {
    Json terminating = Fed.intended(Fed.deleting(HELD));
    assertThat(plan(terminating, LOCAL).action()).contains(new ChildAction.Delete(Fed.grid(LOCAL)));
    assertThat(plan(terminating, Fed.deleting(LOCAL)).action()).isEmpty();
    assertThat(plan(terminating).action())
        .contains(new ChildAction.Release(Fed.grid(terminating), true));
    assertThat(plan(terminating).status()).isEmpty();
  }

  @Test
  @Rule(35)
  void an_intent_on_a_living_copy_deletes_nothing() {
    assertThat(plan(Fed.intended(HELD), LOCAL).action()).isEmpty();
  }

  @Test
  @Rule(35)
  void a_copy_that_terminates_without_the_intent_is_released_and_the_grid_goes_on() {
    Json terminating = Fed.deleting(HELD);
    assertThat(plan(terminating, LOCAL).action())
        .contains(new ChildAction.Orphan(Fed.grid(LOCAL), Fed.NOW));
    Json orphaned = Fed.annotated(LOCAL, Annotations.ORPHANED_SINCE, Fed.NOW.toString());
    assertThat(plan(terminating, orphaned).action())
        .contains(new ChildAction.Release(Fed.grid(terminating), false));
    Json wrongUid = Fed.annotated(terminating, Annotations.DELETE_INTENT, "another-copy");
    assertThat(plan(wrongUid, LOCAL).action())
        .contains(new ChildAction.Orphan(Fed.grid(LOCAL), Fed.NOW));
  }

  @Test
  void a_copy_that_was_never_held_is_let_go_without_a_word() {
    assertThat(plan(Fed.intended(Fed.deleting(COPY))).action()).isEmpty();
  }

  @Test
  @Rule(35)
  void a_grid_whose_copy_vanished_is_orphaned_and_stays() {
    assertThat(planWithoutCopy(LOCAL).action())
        .contains(new ChildAction.Orphan(Fed.grid(LOCAL), Fed.NOW));
    Json orphaned = Fed.annotated(LOCAL, Annotations.ORPHANED_SINCE, Fed.NOW.toString());
    assertThat(planWithoutCopy(orphaned).action()).isEmpty();
    assertThat(planWithoutCopy(Fed.deleting(LOCAL)).action()).isEmpty();
    assertThat(planWithoutCopy(Fed.object("default", "demo", "u", Map.of())).action()).isEmpty();
    assertThat(planWithoutCopy().status()).isEmpty();
  }

  @Test
  @Rule({2, 35})
  void a_list_that_is_not_complete_orphans_nothing() {
    ChildPlan plan =
        ChildPlanner.plan(
            Fed.copyObserved().addLocals(Fed.grid(LOCAL)).absenceTrusted(false).build());
    assertThat(plan.action()).isEmpty();
    assertThat(plan.nextCheckAt()).contains(Fed.NOW.plusSeconds(30));
  }

  @Test
  @Rule(35)
  void an_orphan_says_so_in_its_own_status() {
    Json orphaned = Fed.annotated(LOCAL, Annotations.ORPHANED_SINCE, "2026-01-01T00:00:00Z");
    Json status =
        GridPlanner.plan(
                ImmutableObserved.builder()
                    .grid(Grid.parse(GridKind.DEPLOYMENT_GRID, orphaned))
                    .putUnits("zone", NodeUnits.of("zone", List.of()))
                    .now(Fed.NOW)
                    .build())
            .status();
    assertThat(GridStatus.parse(status).condition(ConditionTypes.ORPHANED).orElseThrow().message())
        .contains("2026-01-01T00:00:00Z", "delete it if it is not wanted");
  }

  @Test
  @Rule(35)
  void an_orphan_is_taken_back_without_a_change_when_its_copy_is_back() {
    Json orphaned = Fed.annotated(LOCAL, Annotations.ORPHANED_SINCE, Fed.NOW.toString());
    Json newSource = Fed.source().withAt(List.of("metadata", "uid"), Json.of("source-2"));
    Json newCopy = Fed.held(Fed.copy("cluster-a", newSource));
    ChildAction.Change change = (ChildAction.Change) plan(newCopy, orphaned).action().orElseThrow();
    Json patched = Fed.patched(orphaned, change.wish().patchOf(change.local()));
    assertThat(patched.get("spec")).isEqualTo(LOCAL.get("spec"));
    assertThat(Fed.grid(patched).isOrphaned()).isFalse();
    assertThat(Fed.grid(patched).sourceUid()).isEqualTo("source-2");
  }

  @Test
  @Rule(35)
  void the_end_of_an_earlier_sources_copy_does_not_take_a_later_ones_grid_along() {
    Json later = Fed.annotated(LOCAL, Annotations.SOURCE_UID, "source-2");
    Json terminating = Fed.intended(Fed.deleting(HELD));
    assertThat(plan(terminating, later).action())
        .contains(new ChildAction.Release(Fed.grid(terminating), true));
  }

  @Test
  @Rule(37)
  void the_target_namespace_must_be_allowed_and_is_never_kube_system() {
    ImmutableObservedCopy.Builder observed =
        Fed.copyObserved(HELD).targetNamespaces(TargetNamespaces.only(List.of("edge")));
    ChildPlan plan = ChildPlanner.plan(observed.build());
    assertThat(plan.action()).isEmpty();
    assertThat(status(plan).condition(ConditionTypes.TARGET_NAMESPACE).orElseThrow().message())
        .contains("default", "--target-namespaces");
    assertThat(TargetNamespaces.only(List.of("edge", "kube-system")).allow("edge")).isTrue();
    assertThat(TargetNamespaces.only(List.of("edge", "kube-system")).allow("kube-system"))
        .isFalse();
    assertThat(TargetNamespaces.ALL.allow("kube-system")).isFalse();
    assertThat(TargetNamespaces.ALL.allow("default")).isTrue();
  }

  @Test
  void a_copy_without_its_labels_says_what_to_do_and_its_grid_stays() {
    ChildPlan plan = plan(Fed.unlabelled(HELD, Labels.DIS), LOCAL);
    assertThat(plan.action()).isEmpty();
    assertThat(status(plan).condition(ConditionTypes.INVALID_COPY).orElseThrow().message())
        .contains(Labels.DIS, Labels.TARGET_NAMESPACE);
    assertThat(plan(Fed.unlabelled(HELD, Labels.TARGET_NAMESPACE), LOCAL).action()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        Annotations.SOURCE_NAMESPACE,
        Annotations.SOURCE_NAME,
        Annotations.SOURCE_UID,
        Annotations.SOURCE_SEAL
      })
  @Rule({34, 35})
  void a_copy_whose_marks_do_not_fit_together_changes_and_deletes_nothing(String mark) {
    Json edited = Fed.annotated(HELD, mark, "other");
    ChildPlan plan = plan(edited, LOCAL);
    assertThat(plan.action()).isEmpty();
    assertThat(status(plan).condition(ConditionTypes.INVALID_COPY)).isPresent();
    Json ending = Fed.intended(Fed.deleting(edited));
    assertThat(plan(ending, LOCAL).action())
        .get()
        .isNotInstanceOf(ChildAction.Delete.class)
        .isNotInstanceOf(ChildAction.Create.class);
  }

  @Test
  @Rule(34)
  void a_copy_for_another_namespace_than_its_sources_is_none() {
    ChildPlan plan = plan(Fed.labelled(HELD, Labels.TARGET_NAMESPACE, "other"), LOCAL);
    assertThat(plan.action()).isEmpty();
    assertThat(status(plan).condition(ConditionTypes.INVALID_COPY)).isPresent();
  }

  @Test
  void what_was_made_for_another_namespace_is_orphaned_before_the_new_one_is_made() {
    Json source = Fed.source().withAt(List.of("metadata", "namespace"), Json.of("edge"));
    Json moved = Fed.held(Fed.copy("cluster-a", source));
    assertThat(plan(moved, LOCAL).action())
        .contains(new ChildAction.Orphan(Fed.grid(LOCAL), Fed.NOW));
    Json orphaned = Fed.annotated(LOCAL, Annotations.ORPHANED_SINCE, Fed.NOW.toString());
    ChildAction.Create create = (ChildAction.Create) plan(moved, orphaned).action().orElseThrow();
    assertThat(create.wish().namespace()).isEqualTo("edge");
  }

  @Test
  void a_grid_that_is_being_deleted_is_waited_for() {
    assertThat(plan(HELD, Fed.deleting(LOCAL)).action()).isEmpty();
  }

  @Test
  void a_refused_write_waits_and_the_copy_says_why() {
    ObservedSource.Failure missing =
        new ObservedSource.Failure(404, "namespaces \"default\" not found", Fed.NOW.plusSeconds(5));
    ImmutableObservedCopy observed = Fed.copyObserved(HELD).failure(missing).build();
    ChildPlan plan = ChildPlanner.plan(observed);
    assertThat(plan.action()).isEmpty();
    assertThat(plan.nextCheckAt()).contains(Fed.NOW.plusSeconds(5));
    assertThat(status(plan).condition(ConditionTypes.TARGET_NAMESPACE).orElseThrow().message())
        .contains("--create-namespaces");
    ChildPlan later =
        ChildPlanner.plan(
            ImmutableObservedCopy.builder().from(observed).now(Fed.NOW.plusSeconds(5)).build());
    assertThat(later.action()).isPresent();
    assertThat(later.nextCheckAt()).isEmpty();
    ChildPlan refused =
        ChildPlanner.plan(
            Fed.copyObserved(HELD)
                .failure(new ObservedSource.Failure(422, "a webhook says no", Fed.NOW))
                .build());
    assertThat(status(refused).condition(ConditionTypes.WRITE_FAILED).orElseThrow().message())
        .isEqualTo("a webhook says no");
    assertThat(plan(HELD).nextCheckAt()).isEmpty();
  }

  @Test
  @Rule(35)
  void a_refused_release_is_not_repeated_at_once() {
    Json terminating = Fed.intended(Fed.deleting(HELD));
    ObservedSource.Failure forbidden =
        new ObservedSource.Failure(403, "no", Fed.NOW.plusSeconds(5));
    ImmutableObservedCopy observed = Fed.copyObserved(terminating).failure(forbidden).build();
    assertThat(ChildPlanner.plan(observed).action()).isEmpty();
    assertThat(ChildPlanner.plan(observed).nextCheckAt()).contains(Fed.NOW.plusSeconds(5));
    assertThat(ChildPlanner.plan(observed.withNow(Fed.NOW.plusSeconds(5))).action().orElseThrow())
        .isInstanceOf(ChildAction.Release.class);
  }

  @Test
  void annotations_come_and_go_with_the_copy_and_those_of_the_cluster_stay() {
    Json paused = Fed.annotated(HELD, Annotations.PAUSED, "true");
    Json own = Fed.annotated(LOCAL, Annotations.ALLOW_DELETION, "digest");
    ChildAction.Change pause = (ChildAction.Change) plan(paused, own).action().orElseThrow();
    Json pausedLocal = Fed.patched(own, pause.wish().patchOf(pause.local()));
    assertThat(pausedLocal.get("metadata", "annotations", Annotations.PAUSED))
        .isEqualTo(Json.of("true"));
    assertThat(plan(paused, pausedLocal).action()).isEmpty();
    ChildAction.Change resume = (ChildAction.Change) plan(HELD, pausedLocal).action().orElseThrow();
    assertThat(Fed.patched(pausedLocal, resume.wish().patchOf(resume.local()))).isEqualTo(own);
  }

  @Test
  @Rule(34)
  void the_copys_status_is_that_of_its_grid_with_the_generation_of_the_source() {
    Json told =
        new GridStatus(
                1,
                2,
                1,
                0,
                List.of(
                    new Condition("Ready", Condition.Status.FALSE, "r", "m", Fed.NOW, 1),
                    new Condition("Degraded", Condition.Status.FALSE, "r", "m", Fed.NOW, 1)),
                List.of(new GridStatus.WorstUnit("zone1", "r", "m")),
                List.of(new GridStatus.RecentlyDeleted("u", "c", "i", Fed.NOW)),
                java.util.Optional.empty(),
                Map.of("zone1", Json.object("replicas", 2)))
            .toJson();
    GridStatus status = status(plan(HELD, LOCAL.with("status", told)));
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.units()).isEqualTo(2);
    assertThat(status.readyUnits()).isEqualTo(1);
    assertThat(status.states()).containsKey("zone1");
    assertThat(status.worstUnits()).hasSize(1);
    assertThat(status.recentlyDeleted()).isEmpty();
    assertThat(status.conditions())
        .extracting(Condition::type)
        .containsExactly("Ready", "Degraded");
    assertThat(status.condition("Ready").orElseThrow().observedGeneration()).isEqualTo(3);
  }

  @Test
  @Rule(34)
  void the_observed_generation_waits_for_the_grid_that_was_made_of_the_copy() {
    Json before = HELD.with("status", Json.object("observedGeneration", 2));
    Json behind =
        LOCAL
            .withAt(List.of("metadata", "generation"), Json.of(2))
            .with("status", Json.object("observedGeneration", 1));
    assertThat(status(plan(before, behind)).observedGeneration()).isEqualTo(2);
    Json caughtUp = behind.with("status", Json.object("observedGeneration", 2));
    assertThat(status(plan(before, caughtUp)).observedGeneration()).isEqualTo(3);
    Json changed = before.withAt(List.of("spec", "emptyUnitGracePeriodSeconds"), Json.of(9));
    ChildPlan refused =
        ChildPlanner.plan(
            Fed.copyObserved(changed)
                .addLocals(Fed.grid(caughtUp))
                .failure(new ObservedSource.Failure(422, "no", Fed.NOW))
                .build());
    assertThat(status(refused).observedGeneration()).isEqualTo(2);
  }

  @Test
  void a_status_that_is_written_is_the_status_that_is_wished() {
    Json looked = LOCAL.with("status", Json.object("units", 1));
    ChildPlan first = plan(HELD, looked);
    Json written = HELD.with("status", first.status().orElseThrow());
    ChildPlan later =
        ChildPlanner.plan(
            Fed.copyObserved(written)
                .addLocals(Fed.grid(looked))
                .now(Fed.NOW.plusSeconds(100))
                .build());
    assertThat(later.status()).contains(first.status().orElseThrow());
    assertThat(reason(first, ConditionTypes.READY)).isEmpty();
    assertThat(status(first).condition(ConditionTypes.READY).orElseThrow().reason())
        .isEqualTo("NotApplied");
  }

  @Test
  void nothing_is_told_while_more_comes_soon() {
    assertThat(plan(COPY).status()).isEmpty();
    assertThat(plan(HELD).status()).isEmpty();
    assertThat(plan(HELD, LOCAL).status()).isEmpty();
  }

  @Test
  void a_copy_that_superedges_parent_made_tells_its_own_generation() {
    Json theirs =
        Fed.held(
            Fed.object(
                    "cluster-a",
                    "demo",
                    Fed.COPY_UID,
                    Map.of(Labels.DIS, "yes", Labels.TARGET_NAMESPACE, "default"))
                .withAt(List.of("metadata", "generation"), Json.of(7)));
    Json local = Fed.local(theirs);
    assertThat(Fed.grid(local).sourceUid()).isEmpty();
    assertThat(Fed.grid(theirs).sourceGeneration()).isEqualTo(7);
    assertThat(plan(theirs, local).action()).isEmpty();
  }
}
