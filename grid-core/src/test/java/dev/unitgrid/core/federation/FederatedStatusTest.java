/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.Condition;
import dev.unitgrid.api.Condition.Status;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.UnitSelector;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Rule;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.federation.Link.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class FederatedStatusTest {
  private static final Instant NOW = Fed.NOW;
  private static final Instant EARLIER = NOW.minusSeconds(500);
  private static final Link REACHABLE = new Link(State.REACHABLE, EARLIER, Optional.empty());
  private static final Link SILENT = new Link(State.SILENT, NOW.minusSeconds(60), Optional.empty());

  private static Grid source(Json status) {
    return Grid.parse(GridKind.DEPLOYMENT_GRID, Fed.source().with("status", status));
  }

  private static final Grid SOURCE = source(Json.emptyObject());

  private static Condition condition(String type, boolean holds, String message) {
    return new Condition(type, Status.of(holds), "r", message, EARLIER, 3);
  }

  private static GridStatus told(long generation, boolean ready, String... units) {
    Map<String, Json> states = new TreeMap<>();
    for (String unit : units) {
      states.put(unit, Json.object("replicas", 2, "readyReplicas", ready ? 2 : 1));
    }
    return new GridStatus(
        generation,
        units.length,
        ready ? units.length : 0,
        0,
        List.of(condition(ConditionTypes.READY, ready, ready ? "all" : "one is not")),
        List.of(),
        List.of(),
        Optional.empty(),
        states);
  }

  private static GridStatus with(GridStatus status, Condition... more) {
    List<Condition> conditions = new ArrayList<>(status.conditions());
    conditions.addAll(List.of(more));
    return new GridStatus(
        status.observedGeneration(),
        status.units(),
        status.readyUnits(),
        1,
        conditions,
        List.of(new GridStatus.WorstUnit("zone1", "r", "m")),
        List.of(new GridStatus.RecentlyDeleted("u", "c", "i", NOW)),
        Optional.of(UnitSelector.ALL),
        status.states());
  }

  private static ClusterReport report(String cluster, Link link, GridStatus status) {
    return new ClusterReport(cluster, link, Optional.of(status.toJson()));
  }

  private static Json merged(Grid source, Optional<GridStatus> own, ClusterReport... reports) {
    return FederatedStatus.of(
        source, own.map(GridStatus::toJson), List.of(reports), List.of(), NOW);
  }

  private static GridStatus merge(ClusterReport... reports) {
    return GridStatus.parse(merged(SOURCE, Optional.of(told(3, true)), reports));
  }

  private static Condition condition(GridStatus status, String type) {
    return status.condition(type).orElseThrow();
  }

  @Test
  @Rule(34)
  void the_source_shows_the_states_of_all_units_of_all_clusters() {
    GridStatus status =
        GridStatus.parse(
            merged(
                SOURCE,
                Optional.of(told(3, true, "zone0")),
                report("cluster-b", REACHABLE, told(3, true, "zone2", "zone3")),
                report("cluster-a", REACHABLE, told(3, true, "zone1"))));
    assertThat(status.states()).containsOnlyKeys("zone0", "zone1", "zone2", "zone3");
    assertThat(status.states().get("zone2"))
        .isEqualTo(Json.object("replicas", 2, "readyReplicas", 2));
    assertThat(status.units()).isEqualTo(4);
    assertThat(status.readyUnits()).isEqualTo(4);
    assertThat(status.clusters())
        .containsExactly(
            new GridStatus.Cluster("cluster-a", 1, 1, 3, true, EARLIER),
            new GridStatus.Cluster("cluster-b", 2, 2, 3, true, EARLIER));
    assertThat(status.observedGeneration()).isEqualTo(3);
    assertThat(status.conditions())
        .extracting(Condition::type, Condition::status)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("Ready", Status.TRUE),
            org.assertj.core.groups.Tuple.tuple("Progressing", Status.FALSE),
            org.assertj.core.groups.Tuple.tuple("Degraded", Status.FALSE));
    assertThat(condition(status, "Ready").message()).contains("4");
    assertThat(condition(status, "Ready").observedGeneration()).isEqualTo(3);
  }

  @Test
  void one_units_name_in_two_clusters_is_kept_apart_with_a_condition() {
    GridStatus status =
        GridStatus.parse(
            merged(
                SOURCE,
                Optional.of(told(3, true, "zone1")),
                report("cluster-a", REACHABLE, told(3, true, "zone1", "zone2")),
                report("cluster-b", REACHABLE, told(3, false, "zone1"))));
    assertThat(status.states())
        .containsOnlyKeys("_parent/zone1", "cluster-a/zone1", "cluster-b/zone1", "zone2");
    assertThat(status.states().get("cluster-b/zone1").get("readyReplicas")).isEqualTo(Json.of(1));
    assertThat(condition(status, ConditionTypes.UNIT_NAME_CLASH).message())
        .contains("zone1", "_parent and cluster-a and cluster-b");
    assertThat(condition(status, ConditionTypes.DEGRADED).isTrue()).isFalse();
  }

  @Test
  @Rule(36)
  void a_silent_cluster_keeps_its_states_marked_and_the_grid_says_so() {
    GridStatus status =
        merge(
            report("cluster-a", SILENT, told(3, true, "zone1")),
            report("cluster-b", REACHABLE, told(3, true, "zone2")));
    assertThat(status.states().get("zone1").get("unreachableSince"))
        .isEqualTo(Json.of(SILENT.since().toString()));
    assertThat(status.states().get("zone2").has("unreachableSince")).isFalse();
    assertThat(status.units()).isEqualTo(2);
    assertThat(condition(status, ConditionTypes.UNREACHABLE).message())
        .contains("cluster cluster-a", SILENT.since().toString(), "delete the namespace");
    assertThat(condition(status, ConditionTypes.READY).status()).isEqualTo(Status.UNKNOWN);
    assertThat(condition(status, ConditionTypes.READY).message()).contains("cluster-a");
    assertThat(condition(status, ConditionTypes.DEGRADED).reason())
        .isEqualTo(ConditionTypes.UNREACHABLE);
    assertThat(status.clusters().get(0).reachable()).isFalse();
  }

  @Test
  @Rule(36)
  void times_of_a_cluster_are_those_of_the_last_change_whatever_parent_noticed_it() {
    Json before = merged(SOURCE, Optional.empty(), report("cluster-a", REACHABLE, told(3, true)));
    Link restarted = new Link(State.REACHABLE, NOW, Optional.empty());
    GridStatus same =
        GridStatus.parse(
            merged(
                source(before), Optional.empty(), report("cluster-a", restarted, told(3, true))));
    assertThat(same.clusters().get(0).since()).isEqualTo(EARLIER);
    GridStatus silent =
        GridStatus.parse(
            merged(source(before), Optional.empty(), report("cluster-a", SILENT, told(3, true))));
    assertThat(silent.clusters().get(0).since()).isEqualTo(SILENT.since());
  }

  @Test
  @Rule(36)
  void a_parent_that_has_just_begun_believes_what_was_known() {
    Link unknown = Link.unknown(NOW);
    Json reachable = merged(SOURCE, Optional.empty(), report("c", REACHABLE, told(3, true)));
    Json silent = merged(SOURCE, Optional.empty(), report("c", SILENT, told(3, true)));
    assertThat(merged(source(reachable), Optional.empty(), report("c", unknown, told(3, true))))
        .isEqualTo(reachable);
    assertThat(merged(source(silent), Optional.empty(), report("c", unknown, told(3, true))))
        .isEqualTo(silent);
  }

  @Test
  @Rule(36)
  void nobody_is_unreachable_before_that_was_listened_for() {
    GridStatus begun =
        merge(report("a", REACHABLE, told(3, true)), report("b", Link.unknown(NOW), told(2, true)));
    assertThat(begun.condition(ConditionTypes.UNREACHABLE)).isEmpty();
    assertThat(begun.clusters().get(1).reachable()).isTrue();
    assertThat(begun.observedGeneration()).isEqualTo(2);
    assertThat(begun.condition(ConditionTypes.READY).orElseThrow().status())
        .isEqualTo(Condition.Status.FALSE);
  }

  @Test
  @Rule(34)
  void the_observed_generation_moves_when_every_reachable_copy_has_observed_it() {
    assertThat(
            merge(
                    report("a", REACHABLE, told(2, true)),
                    report("b", REACHABLE, told(3, true)),
                    report("c", SILENT, told(1, true)))
                .observedGeneration())
        .isEqualTo(2);
    assertThat(
            merge(report("a", REACHABLE, told(3, true)), report("c", SILENT, told(1, true)))
                .observedGeneration())
        .isEqualTo(3);
    assertThat(merge(report("a", REACHABLE, told(2, true))).observedGeneration()).isEqualTo(2);
  }

  @Test
  @Rule(34)
  void the_observed_generation_never_moves_back() {
    Grid observed = source(Json.object("observedGeneration", 2));
    assertThat(
            GridStatus.parse(
                    merged(
                        observed,
                        Optional.empty(),
                        new ClusterReport("new", REACHABLE, Optional.empty())))
                .observedGeneration())
        .isEqualTo(2);
    assertThat(
            GridStatus.parse(merged(observed, Optional.empty(), report("c", SILENT, told(3, true))))
                .observedGeneration())
        .isEqualTo(2);
  }

  @Test
  void a_grid_is_ready_when_every_cluster_says_so() {
    GridStatus status =
        merge(
            report("a", REACHABLE, told(3, false, "zone1")),
            new ClusterReport("b", REACHABLE, Optional.empty()),
            report("c", REACHABLE, told(2, true, "zone3")),
            new ClusterReport("d", REACHABLE, Optional.of(Json.emptyObject())),
            report("e", SILENT, told(1, false)));
    Condition ready = condition(status, ConditionTypes.READY);
    assertThat(ready.status()).isEqualTo(Status.FALSE);
    assertThat(ready.message())
        .isEqualTo(
            "cluster a: one is not; cluster b: it has no copy yet; cluster c: it has not observed"
                + " the last change yet; cluster d: it has not told yet");
  }

  @Test
  void the_parents_own_units_count_too() {
    GridStatus status =
        GridStatus.parse(
            merged(
                SOURCE,
                Optional.of(
                    with(
                        told(3, false, "zone0"),
                        condition("Progressing", true, "rolling"),
                        condition("Degraded", true, "webhook"),
                        condition("KeyChangeBlocked", false, "waits"))),
                report(
                    "a",
                    REACHABLE,
                    with(told(3, true, "zone1"), condition("Progressing", true, "moves")))));
    assertThat(condition(status, "Ready").message()).isEqualTo("one is not");
    assertThat(condition(status, "Progressing").message()).isEqualTo("rolling; cluster a: moves");
    assertThat(condition(status, "Degraded").reason()).isEqualTo("r");
    assertThat(condition(status, "Degraded").message()).isEqualTo("webhook");
    assertThat(condition(status, "KeyChangeBlocked").isTrue()).isFalse();
    assertThat(status.emptyUnits()).isEqualTo(2);
    assertThat(status.recentlyDeleted()).hasSize(1);
    assertThat(status.observedUnitSelector()).contains(UnitSelector.ALL);
    assertThat(status.worstUnits())
        .extracting(GridStatus.WorstUnit::unit)
        .containsExactly("zone1", "a/zone1");
  }

  @Test
  @Rule(37)
  void a_parent_that_runs_no_workloads_keeps_what_the_brake_remembers() {
    Grid before = source(with(told(3, true), condition("Ready", true, "")).toJson());
    GridStatus status = GridStatus.parse(merged(before, Optional.empty()));
    assertThat(status.recentlyDeleted()).hasSize(1);
    assertThat(status.observedUnitSelector()).isPresent();
    assertThat(condition(status, "Ready").reason()).isEqualTo("NoUnits");
    assertThat(condition(status, "Ready").message()).contains("zone");
  }

  @Test
  void what_clusters_complain_of_is_told_with_their_names() {
    GridStatus status =
        GridStatus.parse(
            FederatedStatus.of(
                SOURCE,
                Optional.empty(),
                List.of(
                    report(
                        "a",
                        REACHABLE,
                        with(
                            told(3, true),
                            condition("DeletionBlocked", true, "digest x"),
                            condition("Degraded", true, "blocked"),
                            condition("Paused", false, "no"))),
                    report(
                        "b",
                        REACHABLE,
                        with(told(3, true), condition("DeletionBlocked", true, "digest y")))),
                List.of(
                    Problem.blocking("c", ConditionTypes.NAME_CONFLICT, "a foreign grid"),
                    Problem.note("c", ConditionTypes.WAITING_FOR_RELEASE, "soon")),
                NOW));
    assertThat(condition(status, "DeletionBlocked").message())
        .isEqualTo("cluster a: digest x; cluster b: digest y");
    assertThat(condition(status, "NameConflict").message()).isEqualTo("cluster c: a foreign grid");
    assertThat(condition(status, "WaitingForRelease").isTrue()).isTrue();
    assertThat(status.condition("Paused")).isEmpty();
    assertThat(condition(status, "Degraded").reason()).isEqualTo("SeveralProblems");
    assertThat(condition(status, "Degraded").message())
        .isEqualTo("cluster a: blocked; cluster c: a foreign grid");
  }

  @Test
  @Rule(36)
  void a_second_cluster_on_one_namespace_is_a_condition() {
    Link contested = REACHABLE.contendedBy(Optional.of("kube-system-uid-2"));
    GridStatus status = merge(report("a", contested, told(3, true)));
    assertThat(condition(status, ConditionTypes.CLUSTER_CONTESTED).message())
        .contains("cluster a", "kube-system-uid-2", "namespace of its own");
  }

  @Test
  void messages_about_many_clusters_stay_short() {
    ClusterReport[] reports = new ClusterReport[12];
    for (int i = 0; i < reports.length; i++) {
      reports[i] =
          report(
              String.format(java.util.Locale.ROOT, "c%02d", i),
              REACHABLE,
              with(told(3, true), condition("Progressing", true, "x".repeat(1000))));
    }
    String message = condition(merge(reports), "Progressing").message();
    assertThat(message).endsWith("; and 2 more").doesNotContain("c10").contains("c09", "...");
    assertThat(message.length()).isLessThan(3200).isGreaterThan(3000);
  }

  @Test
  void at_most_ten_units_are_the_worst() {
    ClusterReport[] reports = new ClusterReport[12];
    for (int i = 0; i < reports.length; i++) {
      reports[i] = report("c" + i, REACHABLE, with(told(3, true)));
    }
    assertThat(merge(reports).worstUnits()).hasSize(GridStatus.MOST_WORST_UNITS);
  }

  @Test
  @Rule(25)
  void states_that_would_make_the_object_too_large_are_cut() {
    Map<String, Json> states = new TreeMap<>();
    for (int i = 0; i < 400; i++) {
      states.put(
          "unit-" + i,
          Json.object("replicas", 1, "readyReplicas", i == 7 ? 0 : 1, "more", "x".repeat(2000)));
    }
    GridStatus large =
        new GridStatus(3, 400, 400, 0, List.of(), List.of(), List.of(), Optional.empty(), states);
    Json first = merged(SOURCE, Optional.empty(), report("a", REACHABLE, large));
    GridStatus status = GridStatus.parse(first);
    assertThat(status.states()).hasSize(400);
    assertThat(status.states().get("unit-1"))
        .isEqualTo(Json.object("replicas", 1, "readyReplicas", 1));
    assertThat(status.states().get("unit-7").has("more")).isTrue();
    assertThat(condition(status, ConditionTypes.STATUS_TRUNCATED).isTrue()).isTrue();
    assertThat(merged(source(first), Optional.empty(), report("a", REACHABLE, large)))
        .isEqualTo(first);
  }

  @Test
  void what_reads_the_same_is_the_same_status_also_later() {
    ClusterReport[] reports = {
      report("a", REACHABLE, told(3, false, "zone1")), report("b", SILENT, told(3, true, "zone2"))
    };
    Json first = merged(SOURCE, Optional.empty(), reports);
    Grid later = source(first);
    Json second =
        FederatedStatus.of(
            later, Optional.empty(), List.of(reports), List.of(), NOW.plusSeconds(1000));
    assertThat(second).isSameAs(later.status());
  }

  @Property(tries = 100)
  void the_order_of_clusters_is_irrelevant(@ForAll @IntRange(min = 1, max = 6) int clusters) {
    List<ClusterReport> reports = new ArrayList<>();
    for (int i = 0; i < clusters; i++) {
      Link link = i % 2 == 0 ? REACHABLE : SILENT;
      reports.add(report("c" + i, link, told(i % 4, i % 3 == 0, "zone" + i / 2, "own" + i)));
    }
    Json merged = merged(SOURCE, Optional.empty(), reports.toArray(ClusterReport[]::new));
    java.util.Collections.reverse(reports);
    assertThat(merged(SOURCE, Optional.empty(), reports.toArray(ClusterReport[]::new)))
        .isEqualTo(merged);
    int units = GridStatus.parse(merged).states().size();
    assertThat(units).isEqualTo(2 * clusters);
  }
}
