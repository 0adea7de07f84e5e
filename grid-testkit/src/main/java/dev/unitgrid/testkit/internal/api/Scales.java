/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.ResourceKind.ScalePaths;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.patch.JsonPatch;
import dev.unitgrid.testkit.internal.patch.MergePatch;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Arrays;
import java.util.List;

/** The subresource {@code scale} of workloads and custom resources. Not thread-safe. */
final class Scales {
  private final ObjectWriter writer;

  Scales(ObjectWriter writer) {
    this.writer = writer;
  }

  JsonObject answer(Route route, Call call, JsonObject live) {
    JsonObject scale = scale(route.kind(), live);
    return switch (call.method()) {
      case "GET" -> scale;
      case "PUT" -> set(route, call, live, Trees.parse(call.body()).getAsJsonObject());
      case "PATCH" -> set(route, call, live, patched(scale, call));
      default -> throw StatusException.methodNotAllowed();
    };
  }

  private static JsonObject patched(JsonObject scale, Call call) {
    return switch (call.contentType().replaceAll(";.*", "").trim()) {
      // A scale has no lists, so that both patches of objects are the same.
      case "application/merge-patch+json", "application/strategic-merge-patch+json" ->
          MergePatch.apply(scale, Trees.parse(call.body()));
      case "application/json-patch+json" -> JsonPatch.apply(scale, Trees.parse(call.body()));
      default -> throw StatusException.notImplemented("a server-side apply of a scale");
    };
  }

  private JsonObject set(Route route, Call call, JsonObject live, JsonObject scale) {
    ResourceKind kind = route.kind();
    long replicas = Trees.number(scale, 0, "spec", "replicas");
    if (replicas < 0 && kind.builtIn()) {
      throw StatusException.invalidScale(
          route.name(),
          List.of(
              Cause.invalid(
                  "spec.replicas", Long.toString(replicas), "must be greater than or equal to 0")));
    }
    boolean changes = replicas != Trees.number(live, 0, steps(paths(kind).specReplicas()));
    String manager = call.query("fieldManager");
    Request request =
        new Request(
            manager.isEmpty() ? "unknown" : manager,
            // Who scales to what a scale shows already owns nothing.
            changes,
            call.query("dryRun").equals("All"),
            false);
    String version = Trees.string(scale, "metadata", "resourceVersion");
    return scale(
        kind,
        writer.update(
            kind,
            route.key(),
            "scale",
            request,
            object -> {
              if (!version.isEmpty()) {
                Trees.child(object, "metadata").addProperty("resourceVersion", version);
              }
              String[] path = steps(paths(kind).specReplicas());
              Trees.child(object, Arrays.copyOf(path, path.length - 1))
                  .addProperty(path[path.length - 1], replicas);
              return object;
            }));
  }

  private static ScalePaths paths(ResourceKind kind) {
    return kind.scalePaths().orElseThrow();
  }

  private static String[] steps(String path) {
    return path.substring(1).split("\\.", -1);
  }

  private static JsonObject scale(ResourceKind kind, JsonObject object) {
    JsonObject metadata = new JsonObject();
    for (String field :
        new String[] {"name", "namespace", "uid", "resourceVersion", "creationTimestamp"}) {
      metadata.addProperty(field, Trees.string(object, "metadata", field));
    }
    ScalePaths paths = paths(kind);
    JsonObject spec = new JsonObject();
    long wanted = Trees.number(object, 0, steps(paths.specReplicas()));
    if (wanted != 0) {
      spec.addProperty("replicas", wanted);
    }
    JsonObject status =
        Trees.objectOf("replicas", Trees.number(object, 0, steps(paths.statusReplicas())));
    String selector =
        kind.builtIn()
            ? selector(object)
            : paths.selector().isEmpty() ? "" : Trees.string(object, steps(paths.selector()));
    if (!selector.isEmpty()) {
      status.addProperty("selector", selector);
    }
    return Trees.objectOf(
        "kind", "Scale",
        "apiVersion", "autoscaling/v1",
        "metadata", metadata,
        "spec", spec,
        "status", status);
  }

  private static String selector(JsonObject object) {
    StringBuilder selector = new StringBuilder();
    Trees.strings(object, "spec", "selector", "matchLabels")
        .forEach(
            (key, value) ->
                selector
                    .append(selector.isEmpty() ? "" : ",")
                    .append(key)
                    .append('=')
                    .append(value));
    return selector.toString();
  }
}
