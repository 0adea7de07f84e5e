/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.status;

import com.google.common.collect.ImmutableMap;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ChildStatus;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.status.UnitState.Phase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The field {@code states} of a grid's status (RULE 25), cut where the object would become too
 * large: etcd takes 1.5 MiB, and every watcher reads all of it.
 *
 * @param byUnit by unit, sorted
 * @param shortened ready units of which only the two counts are told
 * @param omitted units of which nothing is told
 */
record States(ImmutableMap<String, Json> byUnit, int shortened, int omitted) {
  static final long SHORTEN_ABOVE = 512L * 1024;
  static final long STOP_ABOVE = 1024L * 1024;

  private static final String REPLICAS = "replicas";
  private static final String READY_REPLICAS = "readyReplicas";

  /** A unit that has a child, and all that can be told of it. */
  private record Entry(String unit, boolean ready, Json whole, Json counts) {}

  /**
   * The states of {@code units}.
   *
   * @param rest the size of the object without its states, in bytes
   * @param before the status of before, for the times of computed conditions
   */
  static States of(List<UnitState> units, GridStatus before, long rest, Instant now) {
    List<Entry> entries = new ArrayList<>();
    for (UnitState unit : units) {
      unit.child().ifPresent(child -> entries.add(entry(unit, child, before, now)));
    }
    return fitting(entries, rest);
  }

  /**
   * States that are known already, as clusters tell them: a unit counts as ready whose replicas all
   * are.
   */
  static States fitting(Map<String, Json> states, long rest) {
    List<Entry> entries = new ArrayList<>();
    states.forEach(
        (unit, whole) -> entries.add(new Entry(unit, isReady(whole), whole, counts(whole))));
    return fitting(entries, rest);
  }

  private static boolean isReady(Json state) {
    return state.get(READY_REPLICAS).asLong(0) == state.get(REPLICAS).asLong(-1);
  }

  private static Json counts(Json state) {
    Json counts = Json.emptyObject();
    for (String field : List.of(REPLICAS, READY_REPLICAS)) {
      counts = state.has(field) ? counts.with(field, state.get(field)) : counts;
    }
    return counts;
  }

  private static States fitting(List<Entry> entries, long rest) {
    long size = rest + entries.stream().mapToLong(entry -> size(entry, entry.whole())).sum();
    return size <= SHORTEN_ABOVE ? whole(entries) : cut(entries, rest);
  }

  private static States whole(List<Entry> entries) {
    Map<String, Json> states = new TreeMap<>();
    entries.forEach(entry -> states.put(entry.unit(), entry.whole()));
    return new States(ImmutableMap.copyOf(states), 0, 0);
  }

  /** Units that are not ready come first: they are why somebody looks. */
  private static States cut(List<Entry> entries, long rest) {
    Map<String, Json> states = new TreeMap<>();
    int shortened = 0;
    long size = rest;
    for (Entry entry :
        entries.stream()
            .sorted(Comparator.comparing(Entry::ready).thenComparing(Entry::unit))
            .toList()) {
      Json told = entry.ready() ? entry.counts() : entry.whole();
      size += size(entry, told);
      if (size > STOP_ABOVE) {
        break;
      }
      shortened += entry.ready() ? 1 : 0;
      states.put(entry.unit(), told);
    }
    return new States(ImmutableMap.copyOf(states), shortened, entries.size() - states.size());
  }

  private static long size(Entry entry, Json told) {
    return entry.unit().length() + 4L + JsonSize.of(told);
  }

  private static Entry entry(UnitState unit, ObservedChild child, GridStatus before, Instant now) {
    ChildStatus status = child.status();
    Map<String, Json> whole = new LinkedHashMap<>();
    whole.put(REPLICAS, Json.of(status.replicas()));
    whole.put(READY_REPLICAS, Json.of(status.readyReplicas()));
    Json counts = Json.object(whole);
    whole.put("updatedReplicas", Json.of(status.updatedReplicas()));
    whole.put("availableReplicas", Json.of(status.availableReplicas()));
    Json conditions =
        child.type().equals(ResourceType.STATEFUL_SET)
            ? Json.array(
                computed(child, before.states().getOrDefault(unit.unit(), Json.ofNull()), now))
            : status.conditions();
    if (!conditions.items().isEmpty()) {
      whole.put("conditions", conditions);
    }
    return new Entry(unit.unit(), unit.phase() == Phase.READY, Json.object(whole), counts);
  }

  /** StatefulSets have no condition of their own that says it. */
  private static Json computed(ObservedChild child, Json before, Instant now) {
    Availability availability = Availability.of(child);
    String status = availability.available() ? "True" : "False";
    String since =
        before.get("conditions").items().stream()
            .filter(old -> old.get("type").asString("").equals(Availability.CONDITION))
            .filter(old -> old.get("status").asString("").equals(status))
            .map(old -> old.get("lastTransitionTime").asString(""))
            .findFirst()
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    return Json.object(
        "type",
        Availability.CONDITION,
        "status",
        status,
        "reason",
        availability.reason(),
        "message",
        availability.message(),
        "lastTransitionTime",
        since,
        "lastUpdateTime",
        since);
  }
}
