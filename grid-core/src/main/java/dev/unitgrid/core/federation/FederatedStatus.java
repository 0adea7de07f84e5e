/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.ConditionTypes;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.GridStatus.Cluster;
import dev.unitgrid.api.GridStatus.WorstUnit;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.Problem;
import dev.unitgrid.core.status.StatusSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** The status of a source: what all clusters say of it, as one (RULES 34, 36). */
public final class FederatedStatus {
  /** What the parent's own units are called where a cluster has one of the same name. */
  public static final String PARENT = "_parent";

  private static final String UNREACHABLE_SINCE = "unreachableSince";

  private final Grid source;
  private final GridStatus before;
  private final Instant now;
  private final List<Part> parts = new ArrayList<>();
  private final List<Cluster> clusters = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  /** What one cluster says; the parent itself is the first, if it runs workloads. */
  private record Part(String cluster, GridStatus status, boolean copied, Optional<Cluster> entry) {
    boolean isOwn() {
      return entry.isEmpty();
    }

    boolean isReachable() {
      return entry.filter(cluster -> !cluster.reachable()).isEmpty();
    }

    Optional<Condition> condition(String type) {
      return status.condition(type);
    }
  }

  private FederatedStatus(Grid source, Instant now) {
    this.source = source;
    this.before = GridStatus.parse(source.status());
    this.now = now;
  }

  /**
   * The field {@code status} of a source as it should read.
   *
   * @param source the source with its present status
   * @param own what the parent's own units give; empty if it runs no workloads for the source
   * @param reports one for each cluster
   * @param problems of the parent with copies; their units are names of clusters
   * @return the present status itself, if nothing differs
   */
  public static Json of(
      Grid source,
      Optional<Json> own,
      List<ClusterReport> reports,
      List<Problem> problems,
      Instant now) {
    FederatedStatus status = new FederatedStatus(source, now);
    own.ifPresent(
        json -> status.parts.add(new Part(PARENT, GridStatus.parse(json), true, Optional.empty())));
    status.problems.addAll(problems);
    reports.stream().sorted(Comparator.comparing(ClusterReport::cluster)).forEach(status::add);
    Json merged = StatusSummary.fitting(source, status.merged());
    return merged.equals(source.status()) ? source.status() : merged;
  }

  private void add(ClusterReport report) {
    GridStatus told = report.status().map(GridStatus::parse).orElse(GridStatus.EMPTY);
    Cluster entry = entry(report, told);
    clusters.add(entry);
    parts.add(new Part(report.cluster(), told, report.status().isPresent(), Optional.of(entry)));
    report
        .link()
        .contender()
        .ifPresent(
            other ->
                problems.add(
                    Problem.blocking(
                        report.cluster(),
                        ConditionTypes.CLUSTER_CONTESTED,
                        "another cluster, whose namespace kube-system has the uid "
                            + other
                            + ", wants this namespace, too, and stands down; give it a namespace of"
                            + " its own")));
  }

  /**
   * A parent that has just begun knows no better than its predecessor, and nobody is silent before
   * that was listened for (RULE 36).
   */
  private Cluster entry(ClusterReport report, GridStatus told) {
    Optional<Cluster> known =
        before.clusters().stream()
            .filter(cluster -> cluster.name().equals(report.cluster()))
            .findFirst();
    boolean reachable =
        report.link().state() == Link.State.UNKNOWN
            ? known.filter(cluster -> !cluster.reachable()).isEmpty()
            : report.link().state() == Link.State.REACHABLE;
    Instant since =
        known
            .filter(cluster -> cluster.reachable() == reachable)
            .map(Cluster::since)
            .orElse(report.link().since());
    return new Cluster(
        report.cluster(),
        told.units(),
        told.readyUnits(),
        told.observedGeneration(),
        reachable,
        since);
  }

  private GridStatus merged() {
    noteSilence();
    Map<String, Json> states = states();
    return new GridStatus(
        observedGeneration(),
        parts.stream().mapToInt(part -> part.status().units()).sum(),
        parts.stream().mapToInt(part -> part.status().readyUnits()).sum(),
        parts.stream().mapToInt(part -> part.status().emptyUnits()).sum(),
        conditions(),
        worstUnits(),
        own().map(GridStatus::recentlyDeleted).orElseGet(before::recentlyDeleted),
        own().map(GridStatus::observedUnitSelector).orElseGet(before::observedUnitSelector),
        clusters,
        states);
  }

  private Optional<GridStatus> own() {
    return parts.stream().filter(Part::isOwn).map(Part::status).findFirst();
  }

  private void noteSilence() {
    for (Cluster cluster : clusters) {
      if (!cluster.reachable()) {
        problems.add(
            Problem.blocking(
                cluster.name(),
                ConditionTypes.UNREACHABLE,
                "its lease has not been renewed since "
                    + cluster.since()
                    + "; what it told before is kept. If it is lost for good, delete the namespace "
                    + cluster.name()));
      }
    }
  }

  /** It moves when every cluster that can be heard has observed it, and never back (RULE 34). */
  private long observedGeneration() {
    return parts.stream()
        .filter(Part::isReachable)
        .mapToLong(part -> part.status().observedGeneration())
        .min()
        .stream()
        .map(generation -> Math.max(generation, before.observedGeneration()))
        .findFirst()
        .orElse(before.observedGeneration());
  }

  private Map<String, Json> states() {
    Map<String, List<Part>> partsByUnit = new TreeMap<>();
    for (Part part : parts) {
      part.status()
          .states()
          .keySet()
          .forEach(unit -> partsByUnit.computeIfAbsent(unit, any -> new ArrayList<>()).add(part));
    }
    Map<String, Json> states = new TreeMap<>();
    partsByUnit.forEach(
        (unit, having) -> {
          having.forEach(
              part ->
                  states.put(
                      having.size() == 1 ? unit : part.cluster() + "/" + unit, state(part, unit)));
          if (having.size() > 1) {
            noteClash(unit, having);
          }
        });
    return states;
  }

  private static Json state(Part part, String unit) {
    Json state = part.status().states().getOrDefault(unit, Json.emptyObject());
    return part.entry()
        .filter(cluster -> !cluster.reachable())
        .map(cluster -> state.with(UNREACHABLE_SINCE, Json.of(cluster.since().toString())))
        .orElse(state);
  }

  private void noteClash(String unit, List<Part> having) {
    problems.add(
        Problem.note(
            "",
            ConditionTypes.UNIT_NAME_CLASH,
            "the unit "
                + unit
                + " is in "
                + String.join(" and ", having.stream().map(Part::cluster).toList())
                + ": its states are told by cluster"));
  }

  private List<Condition> conditions() {
    Map<String, Condition> all = new LinkedHashMap<>();
    Map<String, Condition> others = otherConditions();
    put(all, ready());
    put(all, progressing());
    put(all, degraded());
    all.putAll(others);
    return List.copyOf(all.values());
  }

  private static void put(Map<String, Condition> conditions, Condition condition) {
    conditions.put(condition.type(), condition);
  }

  private Condition ready() {
    List<String> waiting = new ArrayList<>();
    for (Part part : parts) {
      if (part.isReachable()) {
        waitsFor(part).ifPresent(why -> waiting.add(by(part, why)));
      }
    }
    if (!waiting.isEmpty()) {
      return condition(
          ConditionTypes.READY,
          Condition.Status.FALSE,
          "UnitsNotReady",
          ClusterNames.join(waiting));
    }
    List<String> silent =
        parts.stream().filter(part -> !part.isReachable()).map(Part::cluster).toList();
    if (!silent.isEmpty()) {
      return condition(
          ConditionTypes.READY,
          Condition.Status.UNKNOWN,
          ConditionTypes.UNREACHABLE,
          "nothing is heard of " + ClusterNames.list(silent));
    }
    int units = parts.stream().mapToInt(part -> part.status().units()).sum();
    return units == 0
        ? condition(
            ConditionTypes.READY,
            Condition.Status.TRUE,
            "NoUnits",
            "no node of any cluster carries the label " + source.spec().gridUniqKey())
        : condition(
            ConditionTypes.READY,
            Condition.Status.TRUE,
            "AllUnitsReady",
            "units that are ready in all clusters: " + units);
  }

  private Optional<String> waitsFor(Part part) {
    if (!part.copied()) {
      return Optional.of("it has no copy yet");
    }
    Optional<Condition> ready = part.condition(ConditionTypes.READY);
    if (ready.filter(Condition::isTrue).isEmpty()) {
      return Optional.of(ready.map(Condition::message).orElse("it has not told yet"));
    }
    return part.status().observedGeneration() < source.generation() && !part.isOwn()
        ? Optional.of("it has not observed the last change yet")
        : Optional.empty();
  }

  private Condition progressing() {
    List<String> moving = new ArrayList<>();
    for (Part part : parts) {
      part.condition(ConditionTypes.PROGRESSING)
          .filter(Condition::isTrue)
          .filter(any -> part.isReachable())
          .ifPresent(condition -> moving.add(by(part, condition.message())));
    }
    return moving.isEmpty()
        ? condition(
            ConditionTypes.PROGRESSING, Condition.Status.FALSE, "Settled", "nothing is on its way")
        : condition(
            ConditionTypes.PROGRESSING,
            Condition.Status.TRUE,
            "UnitsChanging",
            ClusterNames.join(moving));
  }

  private Condition degraded() {
    TreeSet<String> reasons = new TreeSet<>();
    List<String> sentences = new ArrayList<>();
    for (Part part : parts) {
      part.condition(ConditionTypes.DEGRADED)
          .filter(Condition::isTrue)
          .ifPresent(
              condition -> {
                reasons.add(condition.reason());
                sentences.add(by(part, condition.message()));
              });
    }
    for (Problem problem : problems) {
      if (problem.blocking()) {
        reasons.add(problem.condition());
        sentences.add(by(problem.unit(), problem.message()));
      }
    }
    if (reasons.isEmpty()) {
      return condition(
          ConditionTypes.DEGRADED, Condition.Status.FALSE, "NoProblems", "nothing is in the way");
    }
    return condition(
        ConditionTypes.DEGRADED,
        Condition.Status.TRUE,
        reasons.size() == 1 ? reasons.first() : "SeveralProblems",
        ClusterNames.join(sentences));
  }

  private Map<String, Condition> otherConditions() {
    Map<String, List<String>> sentences = new TreeMap<>();
    Map<String, Condition> others = new TreeMap<>();
    for (Part part : parts) {
      for (Condition condition : part.status().conditions()) {
        if (isTrio(condition.type())) {
          continue;
        }
        if (condition.isTrue()) {
          sentences
              .computeIfAbsent(condition.type(), any -> new ArrayList<>())
              .add(by(part, condition.message()));
        } else if (part.isOwn()) {
          others.put(
              condition.type(),
              condition(
                  condition.type(), condition.status(), condition.reason(), condition.message()));
        }
      }
    }
    for (Problem problem : problems) {
      sentences
          .computeIfAbsent(problem.condition(), any -> new ArrayList<>())
          .add(by(problem.unit(), problem.message()));
    }
    sentences.forEach(
        (type, said) ->
            others.put(
                type,
                condition(
                    type, Condition.Status.TRUE, "ClustersAffected", ClusterNames.join(said))));
    return others;
  }

  private static boolean isTrio(String type) {
    return type.equals(ConditionTypes.READY)
        || type.equals(ConditionTypes.PROGRESSING)
        || type.equals(ConditionTypes.DEGRADED);
  }

  private static String by(Part part, String sentence) {
    return part.isOwn() ? sentence : by(part.cluster(), sentence);
  }

  private static String by(String cluster, String sentence) {
    return cluster.isEmpty() ? sentence : "cluster " + cluster + ": " + sentence;
  }

  private Condition condition(String type, Condition.Status status, String reason, String message) {
    Instant since = before.since(type, status, now);
    return new Condition(type, status, reason, message, since, source.generation());
  }

  private ImmutableList<WorstUnit> worstUnits() {
    return parts.stream()
        .flatMap(
            part ->
                part.status().worstUnits().stream()
                    .map(
                        worst ->
                            part.isOwn()
                                ? worst
                                : new WorstUnit(
                                    part.cluster() + "/" + worst.unit(),
                                    worst.reason(),
                                    worst.message())))
        .limit(GridStatus.MOST_WORST_UNITS)
        .collect(ImmutableList.toImmutableList());
  }
}
