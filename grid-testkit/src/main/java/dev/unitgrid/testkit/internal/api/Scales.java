/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.patch.MergePatch;
import dev.unitgrid.testkit.internal.tree.Trees;

/** The subresource {@code scale} of workloads. Not thread-safe. */
final class Scales {
  private final ObjectWriter writer;

  Scales(ObjectWriter writer) {
    this.writer = writer;
  }

  JsonObject answer(Route route, Call call, JsonObject live) {
    JsonObject scale = scale(live);
    return switch (call.method()) {
      case "GET" -> scale;
      case "PUT" -> set(route, call, Trees.parse(call.body()).getAsJsonObject());
      case "PATCH" -> {
        if (!call.contentType().startsWith("application/merge-patch+json")) {
          throw StatusException.notImplemented(
              "a patch of the scale of another type than a merge patch");
        }
        yield set(route, call, MergePatch.apply(scale, Trees.parse(call.body())));
      }
      default -> throw StatusException.methodNotAllowed();
    };
  }

  private JsonObject set(Route route, Call call, JsonObject scale) {
    String manager = call.query("fieldManager");
    Request request = Request.of(manager.isEmpty() ? "unknown" : manager);
    String version = Trees.string(scale, "metadata", "resourceVersion");
    return scale(
        writer.update(
            route.kind(),
            route.key(),
            "scale",
            request,
            live -> {
              if (!version.isEmpty()) {
                Trees.child(live, "metadata").addProperty("resourceVersion", version);
              }
              Trees.child(live, "spec")
                  .addProperty("replicas", Trees.number(scale, 0, "spec", "replicas"));
              return live;
            }));
  }

  private static JsonObject scale(JsonObject object) {
    JsonObject metadata = new JsonObject();
    for (String field :
        new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
      metadata.addProperty(field, Trees.string(object, "metadata", field));
    }
    StringBuilder selector = new StringBuilder();
    Trees.strings(object, "spec", "selector", "matchLabels")
        .forEach(
            (key, value) ->
                selector
                    .append(selector.isEmpty() ? "" : ",")
                    .append(key)
                    .append('=')
                    .append(value));
    return Trees.objectOf(
        "kind",
        "Scale",
        "apiVersion",
        "autoscaling/v1",
        "metadata",
        metadata,
        "spec",
        Trees.objectOf("replicas", Trees.number(object, 0, "spec", "replicas")),
        "status",
        Trees.objectOf(
            "replicas", Trees.number(object, 0, "status", "replicas"),
            "selector", selector.toString()));
  }
}
