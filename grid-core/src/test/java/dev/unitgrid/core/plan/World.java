/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import dev.unitgrid.api.Condition;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.GridStatus;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ImmutableObservedChild;
import dev.unitgrid.core.child.ObservedChild;
import dev.unitgrid.core.child.ObservedChild.Correction;
import dev.unitgrid.core.naming.Neighbour;
import dev.unitgrid.core.nodeunit.NodeUnits;
import dev.unitgrid.core.nodeunit.ObservedNode;
import dev.unitgrid.core.plan.Observed.WriteFailure;
import dev.unitgrid.core.template.UnknownFields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One grid, its nodes and its children, in memory: what a plan is made from, and what it is carried
 * out on. Written as the tests read: {@code aDeploymentGrid().withNodes("beijing", "bj-1")}.
 */
final class World {
  static final Instant START = Instant.parse("2026-11-24T08:00:00Z");

  final GridKind kind;
  final Map<String, Map<String, String>> nodes = new TreeMap<>();
  final Map<String, LiveChild> children = new TreeMap<>();
  final Map<String, WriteFailure> failures = new HashMap<>();
  final List<Neighbour> neighbours = new ArrayList<>();
  final List<Instant> deletions = new ArrayList<>();
  final Map<String, String> labels = new TreeMap<>();
  final Map<String, String> annotations = new TreeMap<>();
  final Set<String> heldTemplates = new TreeSet<>();

  String gridName = "demo";
  String gridUid = "grid-uid";
  long generation = 1;
  boolean deleting;
  boolean deletionsTrusted = true;
  Json spec;
  Json status = Json.ofNull();
  Instant now = START;
  UnknownFields unknownFields = UnknownFields.NONE;
  int writes;
  int statusWrites;

  private final Map<String, Memory> memories = new HashMap<>();
  private int uids;
  private Random shuffle = new Random(0);

  /** What a controller process remembers of a child. */
  private static final class Memory {
    String digest = "";
    String hash = "";
    Optional<ObservedChild.Verified> verified = Optional.empty();
    final List<Correction> corrections = new ArrayList<>();
  }

  private World(GridKind kind, Json template) {
    this.kind = kind;
    this.spec = Json.object("gridUniqKey", "location", "template", template);
  }

  static World aDeploymentGrid() {
    return new World(GridKind.DEPLOYMENT_GRID, deploymentTemplate(2, "echo:1"));
  }

  static World aStatefulSetGrid() {
    return new World(
        GridKind.STATEFUL_SET_GRID,
        deploymentTemplate(3, "echo:1").with("serviceName", Json.of("demo-svc")));
  }

  static World aServiceGrid() {
    return new World(
        GridKind.SERVICE_GRID,
        Json.parse(
            "{\"selector\":{\"app\":\"echo\"},\"ports\":[{\"port\":80,\"protocol\":\"TCP\"}]}"));
  }

  static Json deploymentTemplate(int replicas, String image) {
    return Json.parse(
        ("{'replicas':"
                + replicas
                + ",'selector':{'matchLabels':{'app':'echo'}},'template':{'metadata':{'labels':"
                + "{'app':'echo'}},'spec':{'containers':[{'name':'echo','image':'"
                + image
                + "'}]}}}")
            .replace('\'', '"'));
  }

  World withNodes(String unit, String... names) {
    for (String name : names) {
      label(name, "location", unit);
    }
    return this;
  }

  /** Units {@code u0..} with one node each. */
  World withUnits(int count) {
    for (int i = 0; i < count; i++) {
      withNodes("u" + i, "node-" + i);
    }
    return this;
  }

  World label(String node, String key, String value) {
    nodes.computeIfAbsent(node, name -> new TreeMap<>()).put(key, value);
    return this;
  }

  World unlabel(String node) {
    nodes.get(node).remove("location");
    return this;
  }

  World spec(String field, Json value) {
    spec = spec.with(field, value);
    generation++;
    return this;
  }

  World spec(String field, String value) {
    return spec(field, Json.of(value));
  }

  World image(String image) {
    spec =
        spec.withAt(
            List.of("template", "template", "spec", "containers"),
            Json.array(Json.object("name", "echo", "image", image)));
    generation++;
    return this;
  }

  World grace(int seconds) {
    return spec("emptyUnitGracePeriodSeconds", Json.of(seconds));
  }

  World annotated(String name, String value) {
    annotations.put(name, value);
    return this;
  }

  World later(Duration time) {
    now = now.plus(time);
    return this;
  }

  World later(long seconds) {
    return later(Duration.ofSeconds(seconds));
  }

  /** The controller starts again: nothing in memory is left. */
  World restarted() {
    memories.clear();
    failures.clear();
    return this;
  }

  LiveChild child(String unit) {
    LiveChild child = children.get(gridName + "-" + unit);
    assertThat(child).as("child of " + unit).isNotNull();
    return child;
  }

  boolean lives(String unit) {
    return children.containsKey(gridName + "-" + unit);
  }

  LiveChild add(LiveChild child) {
    children.put(child.name, child);
    return child;
  }

  String nextUid() {
    return "uid-" + uids++;
  }

  World running() {
    children.values().forEach(LiveChild::run);
    return this;
  }

  Grid grid() {
    Json labelled = Json.strings(labels);
    return Grid.parse(
        kind,
        Json.object(
            "metadata",
            Json.object(
                "name",
                gridName,
                "namespace",
                "default",
                "uid",
                gridUid,
                "generation",
                generation,
                "resourceVersion",
                "7",
                "labels",
                labelled,
                "annotations",
                Json.strings(annotations),
                "deletionTimestamp",
                deleting ? "2026-11-24T08:00:00Z" : null),
            "spec",
            spec,
            "status",
            status));
  }

  ImmutableObserved observed() {
    List<ObservedNode> known = new ArrayList<>();
    nodes.forEach((name, labelled) -> known.add(ObservedNode.of(name, labelled)));
    List<ObservedChild> seen = new ArrayList<>(children.values().stream().map(this::seen).toList());
    Collections.shuffle(known, shuffle);
    Collections.shuffle(seen, shuffle);
    Set<String> keys = new TreeSet<>();
    keys.add(spec.get("gridUniqKey").asString(""));
    keys.add("location");
    Map<String, NodeUnits> units = new LinkedHashMap<>();
    keys.forEach(key -> units.put(key, NodeUnits.of(key, known)));
    return ImmutableObserved.builder()
        .grid(grid())
        .units(units)
        .children(seen)
        .neighbours(neighbours)
        .failures(failures)
        .deletionsTrusted(deletionsTrusted)
        .heldTemplates(heldTemplates)
        .unknownFields(unknownFields)
        .now(now)
        .build();
  }

  private ObservedChild seen(LiveChild child) {
    Memory memory = memories.getOrDefault(child.uid, new Memory());
    ImmutableObservedChild.Builder seen =
        ImmutableObservedChild.builder()
            .from(child.observed())
            .verified(memory.verified)
            .corrections(
                memory.corrections.stream()
                    .filter(past -> past.at().plus(Duration.ofMinutes(30)).isAfter(now))
                    .toList());
    if (!memory.digest.isEmpty()) {
      seen.lastWriteDigest(memory.digest).lastWriteHash(memory.hash);
    }
    return seen.build();
  }

  Plan plan() {
    return GridPlanner.plan(observed());
  }

  /** Plans and carries out until nothing is left to do; at most ten rounds. */
  World settled() {
    for (int round = 0; round < 10; round++) {
      Plan plan = plan();
      boolean sameStatus = plan.status().equals(status);
      carryOut(plan);
      if (plan.isEmpty() && sameStatus) {
        return this;
      }
      running();
    }
    throw new AssertionError("still something to do after ten rounds: " + plan());
  }

  World once() {
    carryOut(plan());
    return running();
  }

  void carryOut(Plan plan) {
    if (!plan.status().equals(status)) {
      status = plan.status();
      statusWrites++;
    }
    for (UnitPlan unit : plan.units()) {
      unit.living().ifPresent(living -> memory(living.uid()).verified = unit.verified());
      unit.actions().forEach(this::carryOut);
      if (!unit.actions().isEmpty()) {
        failures.remove(unit.unit());
      }
    }
    plan.gridActions().forEach(this::carryOut);
  }

  private Memory memory(String uid) {
    return memories.computeIfAbsent(uid, key -> new Memory());
  }

  private void carryOut(Action action) {
    writes++;
    if (action instanceof Action.Create create) {
      String name = create.body().get("metadata", "name").asString("");
      assertThat(children).as("409").doesNotContainKey(name);
      remember(add(LiveChild.posted(create.type(), name, nextUid(), create.body())));
    } else if (action instanceof Action.Apply apply) {
      LiveChild child = target(apply.target());
      child.apply(apply.body());
      remember(child);
      if (!apply.drift().isEmpty()) {
        memory(child.uid).corrections.add(new Correction(now, apply.drift()));
      }
    } else if (action instanceof Action.MergeOwnership merge) {
      target(merge.target()).mergeOwnership(merge.managers());
    } else if (action instanceof Action.HandOverReplicas handOver) {
      target(handOver.target()).handOver(handOver.replicas());
    } else if (action instanceof Action.Annotate annotate) {
      target(annotate.target()).annotate(annotate.annotations(), annotate.replicas());
    } else if (action instanceof Action.Adopt adopt) {
      target(adopt.target())
          .change(List.of("metadata", "ownerReferences"), Json.array(adopt.owner()));
    } else if (action instanceof Action.Delete delete) {
      children.remove(target(delete.target()).name);
      deletions.add(now);
    } else if (action instanceof Action.PruneTemplates prune) {
      for (String name : prune.names()) {
        spec = spec.withoutAt(List.of("templatePool", name));
      }
      generation++;
    }
  }

  private LiveChild target(Action.Target target) {
    LiveChild child = children.get(target.name());
    assertThat(child).as("target " + target).isNotNull();
    assertThat(child.uid).isEqualTo(target.uid());
    return child;
  }

  private void remember(LiveChild child) {
    Memory memory = memory(child.uid);
    memory.digest = child.observed().digest();
    memory.hash = child.hash();
  }

  World shuffledBy(long seed) {
    shuffle = new Random(seed);
    return this;
  }

  List<Action> actionsOf(String unit) {
    return plan().units().stream()
        .filter(one -> one.unit().equals(unit))
        .flatMap(one -> one.actions().stream())
        .toList();
  }

  Optional<Condition> condition(String type) {
    return GridStatus.parse(plan().status()).condition(type);
  }

  GridStatus gridStatus() {
    return GridStatus.parse(plan().status());
  }

  Set<String> units() {
    ImmutableSet.Builder<String> units = ImmutableSet.builder();
    children.keySet().forEach(name -> units.add(name.substring(gridName.length() + 1)));
    return units.build();
  }
}
