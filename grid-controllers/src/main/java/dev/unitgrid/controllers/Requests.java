/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.Grid;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.ManagedFields;
import dev.unitgrid.core.plan.Action;
import dev.unitgrid.core.plan.Action.Target;
import dev.unitgrid.runtime.transport.ApiRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The request that carries out an action: one kind of request for each kind of action. */
final class Requests {
  private static final String FIELD_MANAGER = "fieldManager";

  private Requests() {}

  static ApiRequest create(Action.Create create) {
    return strictCreate(create.type(), create.body());
  }

  /**
   * Strict, because an apply always is: a field that the API server does not know would else be
   * dropped without a word, and every later change of the child be refused for it.
   */
  private static ApiRequest strictCreate(ResourceType type, Json body) {
    String namespace = body.get("metadata", "namespace").asString("");
    return ApiRequest.post(type.path(namespace), body.toBytes())
        .query(FIELD_MANAGER, FieldManagers.CHILDREN)
        .query("fieldValidation", "Strict");
  }

  /**
   * Asks for all fields that the API server does not know, which a refused apply names one at a
   * time on older ones. It reads an object strictly before it looks whether there is one already;
   * whatever it answers, nothing is written.
   */
  static ApiRequest unknownFields(Action.Apply apply) {
    return strictCreate(apply.target().type(), apply.body()).query("dryRun", "All");
  }

  static ApiRequest apply(Action.Apply apply) {
    return serverSideApply(apply.target(), apply.body(), FieldManagers.CHILDREN);
  }

  static ApiRequest handOver(Action.HandOverReplicas handOver) {
    Target target = handOver.target();
    Json body =
        Json.object(
            "apiVersion",
            target.type().apiVersion(),
            "kind",
            target.type().kind(),
            "metadata",
            Json.object("name", target.name(), "namespace", target.namespace()),
            "spec",
            Json.object("replicas", handOver.replicas()));
    return serverSideApply(target, body, FieldManagers.HANDOVER);
  }

  /** With the uid in the body, an apply resurrects nothing and overwrites no successor. */
  private static ApiRequest serverSideApply(Target target, Json body, String manager) {
    Json withUid = body.withAt(List.of("metadata", "uid"), Json.of(target.uid()));
    return ApiRequest.patch(path(target), ApiRequest.APPLY_PATCH, withUid.toBytes())
        .query(FIELD_MANAGER, manager)
        .query("force", "true");
  }

  static ApiRequest read(Target target) {
    return ApiRequest.get(path(target));
  }

  /** {@code live} is the whole object, read just now. */
  static ApiRequest mergeOwnership(Action.MergeOwnership merge, Json live) {
    Json merged =
        ManagedFields.ofObject(live).merged(FieldManagers.CHILDREN, merge.managers()).toJson();
    return jsonPatch(
        path(merge.target()),
        live.get("metadata", "resourceVersion").asString(""),
        operation("replace", "/metadata/managedFields").with("value", merged));
  }

  static ApiRequest annotate(Action.Annotate annotate) {
    Map<String, Json> annotations = new LinkedHashMap<>();
    annotate
        .annotations()
        .forEach(
            (name, value) -> annotations.put(name, value.map(Json::of).orElseGet(Json::ofNull)));
    Json metadata =
        Json.object("uid", annotate.target().uid(), "annotations", Json.object(annotations));
    Json patch = Json.object("metadata", metadata);
    Json whole =
        annotate
            .replicas()
            .map(replicas -> patch.withAt(List.of("spec", "replicas"), Json.of(replicas)))
            .orElse(patch);
    return ApiRequest.patch(path(annotate.target()), ApiRequest.MERGE_PATCH, whole.toBytes())
        .query(FIELD_MANAGER, FieldManagers.BOOKKEEPING);
  }

  /** {@code owners} are the owner references that the orphan has. */
  static ApiRequest adopt(Action.Adopt adopt, Json owners) {
    List<Json> all = new ArrayList<>(owners.items());
    all.add(adopt.owner());
    return jsonPatch(
        path(adopt.target()),
        adopt.target().resourceVersion(),
        operation("add", "/metadata/ownerReferences").with("value", Json.array(all)));
  }

  static ApiRequest delete(Target target, boolean orphan) {
    Json options =
        Json.object(
            "apiVersion",
            "v1",
            "kind",
            "DeleteOptions",
            "preconditions",
            Json.object("uid", target.uid(), "resourceVersion", target.resourceVersion()),
            "propagationPolicy",
            orphan ? "Orphan" : "Background");
    return ApiRequest.delete(path(target), options.toBytes());
  }

  static ApiRequest pruneTemplates(Grid grid, Action.PruneTemplates prune) {
    Json[] removals =
        prune.names().stream()
            .map(name -> operation("remove", "/spec/templatePool/" + escaped(name)))
            .toArray(Json[]::new);
    return jsonPatch(path(grid), grid.resourceVersion(), removals);
  }

  /** The merge patch {@code status} of the grid's status; it never touches a successor. */
  static ApiRequest status(Grid grid, Json status) {
    return status(grid, Json.object("uid", grid.uid()), status);
  }

  /** As {@link #status}, and only if nobody changed the grid since it was observed. */
  static ApiRequest statusIfUnchanged(Grid grid, Json status) {
    return status(
        grid, Json.object("uid", grid.uid(), "resourceVersion", grid.resourceVersion()), status);
  }

  private static ApiRequest status(Grid grid, Json metadata, Json status) {
    Json patch = Json.object("metadata", metadata, "status", status);
    return ApiRequest.patch(path(grid) + "/status", ApiRequest.MERGE_PATCH, patch.toBytes())
        .query(FIELD_MANAGER, FieldManagers.STATUS);
  }

  static ApiRequest read(Grid grid) {
    return ApiRequest.get(path(grid));
  }

  /** At most one node of the unit, from a consistent read: no resource version is named. */
  static ApiRequest nodeOf(String key, String unit) {
    return ApiRequest.get(ResourceType.NODE.path())
        .query("labelSelector", key + "=" + unit)
        .query("limit", "1");
  }

  private static ApiRequest jsonPatch(String path, String resourceVersion, Json... operations) {
    List<Json> all = new ArrayList<>();
    all.add(operation("test", "/metadata/resourceVersion").with("value", Json.of(resourceVersion)));
    all.addAll(List.of(operations));
    return ApiRequest.patch(path, ApiRequest.JSON_PATCH, Json.array(all).toBytes())
        .query(FIELD_MANAGER, FieldManagers.CHILDREN);
  }

  private static Json operation(String op, String path) {
    return Json.object("op", op, "path", path);
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static String path(Target target) {
    return target.type().path(target.namespace(), target.name());
  }

  private static String path(Grid grid) {
    return grid.kind().type().path(grid.namespace(), grid.name());
  }
}
