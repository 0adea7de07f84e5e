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
  private static final String KIND = "Scale";
  private static final String API_VERSION = "autoscaling/v1";

  private final ObjectWriter writer;

  Scales(ObjectWriter writer) {
    this.writer = writer;
  }

  JsonObject answer(Route route, Call call, JsonObject live) {
    return switch (call.method()) {
      case "GET" -> shown(route.kind(), live);
      case "PUT" -> set(route, WriteOptions.ofUpdate(call), live, Bodies.object(call, KIND));
      case "PATCH" -> patch(route, call, live);
      default -> throw StatusException.methodNotAllowed();
    };
  }

  private static JsonObject shown(ResourceKind kind, JsonObject live) {
    String path = paths(kind).specReplicas();
    if (!kind.builtIn() && Trees.at(live, steps(path)) == null) {
      throw StatusException.internal("the spec replicas field \"" + path + "\" does not exist");
    }
    return scale(kind, live);
  }

  private JsonObject patch(Route route, Call call, JsonObject live) {
    if (Bodies.mediaType(call).startsWith("application/apply-patch")) {
      return apply(route, call);
    }
    Request request = WriteOptions.ofPatch(call, false);
    return set(route, request, live, patched(scale(route.kind(), live), call));
  }

  private static JsonObject patched(JsonObject scale, Call call) {
    return switch (Bodies.mediaType(call)) {
      // A scale has no lists, so that both patches of objects are the same.
      case "application/merge-patch+json", "application/strategic-merge-patch+json" ->
          MergePatch.apply(scale, Bodies.patch(call));
      case "application/json-patch+json" -> JsonPatch.apply(scale, Bodies.patch(call));
      default -> throw StatusException.notImplemented("a patch of a scale of such a type");
    };
  }

  /** What is applied to a scale is applied to the one field that it shows. */
  private JsonObject apply(Route route, Call call) {
    Request request = WriteOptions.ofPatch(call, true);
    JsonObject scale = Bodies.object(call, KIND);
    check(route, scale);
    ResourceKind kind = route.kind();
    JsonObject config =
        Trees.objectOf(
            "apiVersion",
            kind.apiVersion(),
            "kind",
            kind.kind(),
            "metadata",
            Trees.objectOf("name", route.name()));
    setReplicas(kind, config, replicas(scale));
    try {
      return scale(
          kind,
          writer.apply(kind, route.key(), "scale", request, call.isSet("force"), config).object());
    } catch (StatusException refused) {
      throw refused.inTermsOf(kind.apiVersion(), API_VERSION);
    }
  }

  private static void check(Route route, JsonObject scale) {
    String kind = Trees.string(scale, "kind");
    if (!kind.isEmpty() && !kind.equals(KIND)) {
      throw StatusException.badRequest(
          kind
              + " in version \"v1\" cannot be handled as a Scale: no kind \""
              + kind
              + "\" is registered for version \""
              + Trees.string(scale, "apiVersion")
              + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
    ObjectWriter.checkName(route.name(), scale);
    long replicas = replicas(scale);
    if (replicas < 0 && route.kind().builtIn()) {
      throw StatusException.invalidScale(
          route.name(),
          List.of(
              Cause.invalid(
                  "spec.replicas", Long.toString(replicas), "must be greater than or equal to 0")));
    }
  }

  private static long replicas(JsonObject scale) {
    return Trees.number(scale, 0, "spec", "replicas");
  }

  private static void setReplicas(ResourceKind kind, JsonObject object, long replicas) {
    String[] path = steps(paths(kind).specReplicas());
    Trees.child(object, Arrays.copyOf(path, path.length - 1))
        .addProperty(path[path.length - 1], replicas);
  }

  private JsonObject set(Route route, Request asked, JsonObject live, JsonObject scale) {
    check(route, scale);
    ResourceKind kind = route.kind();
    long replicas = replicas(scale);
    // Who scales what nobody owns, or to what a scale shows already, owns nothing.
    boolean owns =
        isOwned(kind, live) && replicas != Trees.number(live, 0, steps(paths(kind).specReplicas()));
    Request request = new Request(asked.manager(), owns, asked.dryRun(), asked.strict());
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
              setReplicas(kind, object, replicas);
              return object;
            }));
  }

  private static boolean isOwned(ResourceKind kind, JsonObject live) {
    String[] path = steps(paths(kind).specReplicas());
    for (int i = 0; i < path.length; i++) {
      path[i] = "f:" + path[i];
    }
    return Trees.objects(live, "metadata", "managedFields").stream()
        .anyMatch(entry -> Trees.at(Trees.object(entry, "fieldsV1"), path) != null);
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
        "kind", KIND,
        "apiVersion", API_VERSION,
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
