/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.child.ObservedChild;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A child in the world of tests: just enough of an API server to carry a plan out. */
final class LiveChild {
  /** Maps that the API server replaces whole. */
  private static final Set<String> ATOMIC = Set.of("nodeSelector", "selector");

  final ResourceType type;
  final String name;
  final String uid;

  /** Metadata (labels, annotations, owner references) and spec. */
  Json object;

  /** What our applies named last; what they no longer name is dropped. */
  Json applied = Json.emptyObject();

  final TreeSet<String> otherManagers = new TreeSet<>();
  boolean created;
  boolean appliedOnce;
  boolean ownsReplicas;
  boolean deleting;
  long version;
  long generation = 1;
  Json status = Json.emptyObject();

  LiveChild(ResourceType type, String name, String uid, Json body) {
    this.type = type;
    this.name = name;
    this.uid = uid;
    this.object = kept(body);
  }

  private static Json kept(Json body) {
    Json metadata = body.get("metadata").without("name").without("namespace");
    return Json.object("metadata", metadata, "spec", body.get("spec"));
  }

  static LiveChild posted(ResourceType type, String name, String uid, Json body) {
    LiveChild child = new LiveChild(type, name, uid, body);
    child.created = true;
    child.ownsReplicas = true;
    return child;
  }

  /** As SuperEdge's controller leaves one: its labels, no annotation, everything its own. */
  static LiveChild superEdges(ResourceType type, String name, String uid, Json body) {
    LiveChild child = new LiveChild(type, name, uid, body);
    child.otherManagers.add("application-grid-controller");
    return child;
  }

  void apply(Json body) {
    Json wanted = kept(body);
    Json before = object;
    Json without = appliedOnce ? minus(object, applied, wanted) : object;
    object = merge(without, wanted);
    applied = wanted;
    appliedOnce = true;
    ownsReplicas = wanted.get("spec").has("replicas");
    if (!object.get("spec").has("replicas") && before.get("spec").has("replicas")) {
      object = object.withAt(List.of("spec", "replicas"), Json.of(1));
    }
    touched(before);
  }

  void mergeOwnership(Iterable<String> managers) {
    managers.forEach(otherManagers::remove);
    applied = object;
    created = false;
    appliedOnce = true;
    version++;
  }

  void handOver(long replicas) {
    otherManagers.add(FieldManagers.HANDOVER);
    applied = applied.withoutAt(List.of("spec", "replicas"));
    change(List.of("spec", "replicas"), Json.of(replicas));
  }

  void annotate(Map<String, Optional<String>> annotations, Optional<Long> replicas) {
    Json before = object;
    for (Map.Entry<String, Optional<String>> entry : annotations.entrySet()) {
      List<String> path = List.of("metadata", "annotations", entry.getKey());
      object =
          entry.getValue().isPresent()
              ? object.withAt(path, Json.of(entry.getValue().get()))
              : object.withoutAt(path);
    }
    replicas.ifPresent(
        number -> object = object.withAt(List.of("spec", "replicas"), Json.of(number)));
    touched(before);
  }

  /** Somebody else writes. */
  void change(List<String> path, Json value) {
    Json before = object;
    object = object.withAt(path, value);
    touched(before);
  }

  void remove(List<String> path) {
    Json before = object;
    object = object.withoutAt(path);
    touched(before);
  }

  private void touched(Json before) {
    if (!before.get("spec").equals(object.get("spec"))) {
      generation++;
    }
    version++;
  }

  /** What its controller and the kubelets make of it. */
  void run() {
    if (type.equals(ResourceType.SERVICE)) {
      return;
    }
    long replicas = object.get("spec", "replicas").asLong(1);
    Map<String, Json> report = new LinkedHashMap<>();
    report.put("observedGeneration", Json.of(generation));
    for (String count :
        List.of("replicas", "readyReplicas", "updatedReplicas", "availableReplicas")) {
      report.put(count, Json.of(replicas));
    }
    if (type.equals(ResourceType.DEPLOYMENT)) {
      report.put("conditions", Json.array(available("True")));
    }
    status = Json.object(report);
  }

  static Json available(String status) {
    return Json.object(
        "type",
        "Available",
        "status",
        status,
        "reason",
        status.equals("True") ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        "message",
        status.equals("True")
            ? "Deployment has minimum availability."
            : "Deployment does not have minimum availability.",
        "lastTransitionTime",
        "2026-11-24T08:00:00Z",
        "lastUpdateTime",
        "2026-11-24T08:00:00Z");
  }

  ObservedChild observed() {
    Json metadata =
        object
            .get("metadata")
            .with("name", Json.of(name))
            .with("namespace", Json.of("default"))
            .with("uid", Json.of(uid))
            .with("resourceVersion", Json.of(Long.toString(version)))
            .with("managedFields", managedFields());
    if (!type.equals(ResourceType.SERVICE)) {
      metadata = metadata.with("generation", Json.of(generation));
    }
    if (deleting) {
      metadata = metadata.with("deletionTimestamp", Json.of("2026-11-24T08:00:00Z"));
    }
    return ObservedChild.decode(
        type, Json.object("metadata", metadata, "spec", object.get("spec"), "status", status));
  }

  private Json managedFields() {
    List<Json> entries = new ArrayList<>();
    Json fields =
        ownsReplicas
            ? Json.object("f:spec", Json.object("f:replicas", Json.emptyObject()))
            : Json.object("f:spec", Json.emptyObject());
    if (created) {
      entries.add(entry(FieldManagers.CHILDREN, "Update", fields));
    }
    if (appliedOnce) {
      entries.add(entry(FieldManagers.CHILDREN, "Apply", fields));
    }
    otherManagers.forEach(
        manager ->
            entries.add(entry(manager, "Update", Json.object("f:spec", Json.emptyObject()))));
    return Json.array(entries);
  }

  private static Json entry(String manager, String operation, Json fields) {
    return Json.object(
        "manager", manager,
        "operation", operation,
        "time", "2026-11-24T08:00:00Z",
        "fieldsV1", fields);
  }

  String annotation(String name) {
    return object.get("metadata", "annotations", name).asString("");
  }

  String hash() {
    return annotation(Annotations.HASH);
  }

  long replicas() {
    return object.get("spec", "replicas").asLong(1);
  }

  /** {@code value} without what {@code old} named and {@code fresh} does not. */
  private static Json minus(Json value, Json old, Json fresh) {
    Json result = value;
    for (Map.Entry<String, Json> field : old.fields().entrySet()) {
      String name = field.getKey();
      if (!fresh.has(name)) {
        result = result.without(name);
      } else if (field.getValue().isObject() && result.get(name).isObject()) {
        result = result.with(name, minus(result.get(name), field.getValue(), fresh.get(name)));
      }
    }
    return result;
  }

  private static Json merge(Json base, Json over) {
    Json merged = base;
    for (Map.Entry<String, Json> field : over.fields().entrySet()) {
      Json below = merged.get(field.getKey());
      merged =
          merged.with(
              field.getKey(),
              field.getValue().isObject() && below.isObject() && !ATOMIC.contains(field.getKey())
                  ? merge(below, field.getValue())
                  : field.getValue());
    }
    return merged;
  }
}
