/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.federation;

import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.FieldManagers;
import dev.unitgrid.api.Finalizers;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.federation.FederatedGrid;
import dev.unitgrid.core.federation.Wish;
import dev.unitgrid.runtime.transport.ApiRequest;

/** The requests about copies and what is made of them. */
final class CopyRequests {
  private static final String FIELD_MANAGER = "fieldManager";

  private CopyRequests() {}

  static ApiRequest create(Wish wish) {
    return managed(
        ApiRequest.post(wish.kind().type().path(wish.namespace()), wish.body().toBytes()));
  }

  static ApiRequest change(FederatedGrid live, Wish wish) {
    return jsonPatch(live, wish.patchOf(live));
  }

  /** The end of a copy is wanted, and of what was made of it (RULE 35). */
  static ApiRequest intendDeletion(FederatedGrid copy) {
    return annotate(copy, Annotations.DELETE_INTENT, copy.uid());
  }

  static ApiRequest annotate(FederatedGrid live, String name, String value) {
    Json patch =
        Json.object(
            "metadata", Json.object("uid", live.uid(), "annotations", Json.object(name, value)));
    return managed(ApiRequest.patch(path(live), ApiRequest.MERGE_PATCH, patch.toBytes()));
  }

  static ApiRequest delete(FederatedGrid live) {
    Json options =
        Json.object(
            "apiVersion",
            "v1",
            "kind",
            "DeleteOptions",
            "preconditions",
            Json.object("uid", live.uid()),
            "propagationPolicy",
            "Background");
    return ApiRequest.delete(path(live), options.toBytes());
  }

  static ApiRequest hold(FederatedGrid copy) {
    Json operation =
        copy.finalizers().isEmpty()
            ? Json.object("op", "add", "path", "/metadata/finalizers")
                .with("value", Json.array(Json.of(Finalizers.CHILD)))
            : Json.object("op", "add", "path", "/metadata/finalizers/-", "value", Finalizers.CHILD);
    return jsonPatch(copy, Json.array(sameObject(copy), operation));
  }

  /** Others may hold it, too: ours is tested to be where it was. */
  static ApiRequest release(FederatedGrid copy) {
    String path = "/metadata/finalizers/" + copy.finalizers().asList().indexOf(Finalizers.CHILD);
    return jsonPatch(
        copy,
        Json.array(
            sameObject(copy),
            Json.object("op", "test", "path", path, "value", Finalizers.CHILD),
            Json.object("op", "remove", "path", path)));
  }

  /** {@code patch} is a merge patch of the status. */
  static ApiRequest status(FederatedGrid copy, Json patch) {
    Json body = Json.object("metadata", Json.object("uid", copy.uid()), "status", patch);
    return ApiRequest.patch(path(copy) + "/status", ApiRequest.MERGE_PATCH, body.toBytes())
        .query(FIELD_MANAGER, FieldManagers.STATUS);
  }

  static ApiRequest read(FederatedGrid copy, String namespace, String name) {
    return ApiRequest.get(copy.kind().type().path(namespace, name));
  }

  static ApiRequest createNamespace(String name) {
    Json body =
        Json.object(
            "apiVersion",
            ResourceType.NAMESPACE.apiVersion(),
            "kind",
            ResourceType.NAMESPACE.kind(),
            "metadata",
            Json.object("name", name));
    return managed(ApiRequest.post(ResourceType.NAMESPACE.path(), body.toBytes()));
  }

  private static ApiRequest jsonPatch(FederatedGrid live, Json patch) {
    return managed(ApiRequest.patch(path(live), ApiRequest.JSON_PATCH, patch.toBytes()));
  }

  private static Json sameObject(FederatedGrid live) {
    return Json.object("op", "test", "path", "/metadata/uid", "value", live.uid());
  }

  private static ApiRequest managed(ApiRequest write) {
    return write.query(FIELD_MANAGER, FieldManagers.FEDERATION);
  }

  private static String path(FederatedGrid live) {
    return live.kind().type().path(live.namespace(), live.name());
  }
}
