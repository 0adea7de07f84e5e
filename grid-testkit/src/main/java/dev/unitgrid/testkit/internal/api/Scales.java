/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.ResourceKind.ScalePaths;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.fields.GoText;
import dev.unitgrid.testkit.internal.patch.JsonPatch;
import dev.unitgrid.testkit.internal.patch.MergePatch;
import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.WrongTypeException;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** The subresource {@code scale} of workloads and custom resources. Not thread-safe. */
final class Scales {
  private static final String KIND = "Scale";
  private static final String API_VERSION = "autoscaling/v1";
  private static final ResourceKind TYPE =
      new ResourceKind(
          "autoscaling",
          "v1",
          KIND,
          "scales",
          "scale",
          List.of(),
          true,
          true,
          false,
          Optional.empty(),
          () -> BuiltInSchemas.get().scale(),
          Optional.empty(),
          "",
          Optional.empty());

  private final ObjectWriter writer;

  Scales(ObjectWriter writer) {
    this.writer = writer;
  }

  JsonObject answer(Route route, Call call, JsonObject live) {
    return switch (call.method()) {
      case "GET" -> shown(route.kind(), live);
      case "PUT" -> put(route, call, live);
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

  private JsonObject put(Route route, Call call, JsonObject live) {
    Request request = WriteOptions.ofUpdate(call);
    JsonObject body = Bodies.object(call, KIND);
    JsonObject scale = read(body, request, wrong -> unreadable(route.kind(), body, wrong));
    return set(route, request, live, scale);
  }

  private static StatusException unreadable(
      ResourceKind kind, JsonObject body, WrongTypeException wrong) {
    // Of a scale of a custom resource that is misread the real server only says that it is lost.
    return StatusException.badRequest(
        kind.builtIn() || !KIND.equals(kindOf(body))
            ? kindOf(body)
                + " in version \"v1\" cannot be handled as a Scale: "
                + wrong.getMessage()
            : "no kind is registered for the type v1.Scale in scheme"
                + " \"pkg/runtime/scheme.go:110\"");
  }

  private static String kindOf(JsonObject body) {
    String kind = Trees.string(body, "kind");
    return kind.isEmpty() ? KIND : kind;
  }

  /** The scale as the real server reads it: a Go type, whose unknown fields go. */
  private JsonObject read(
      JsonObject body, Request request, Function<WrongTypeException, StatusException> refusal) {
    Set<String> unknown = new LinkedHashSet<>();
    try {
      refuseOtherType(body);
      JsonObject scale = GoTypes.normalise(body, BuiltInSchemas.get().scale(), unknown);
      writer.judge(unknown, request);
      return scale;
    } catch (WrongTypeException wrong) {
      throw refusal.apply(wrong);
    }
  }

  private static void refuseOtherType(JsonObject body) {
    String version = Trees.string(body, "apiVersion");
    boolean isScale = kindOf(body).equals(KIND) && List.of("", API_VERSION).contains(version);
    if (!isScale) {
      throw new WrongTypeException(
          "no kind \""
              + kindOf(body)
              + "\" is registered for version \""
              + (version.isEmpty() ? API_VERSION : version)
              + "\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
  }

  private JsonObject patch(Route route, Call call, JsonObject live) {
    String type = Bodies.mediaType(call);
    if (type.startsWith("application/apply-patch")) {
      return apply(route, call, live);
    }
    Request request = WriteOptions.ofPatch(call, false);
    boolean strategic = type.startsWith("application/strategic");
    if (strategic && !route.kind().builtIn()) {
      throw StatusException.unsupportedPatch();
    }
    JsonElement patch = Bodies.patch(call);
    JsonObject patched = patched(scale(route.kind(), live), type, patch);
    JsonObject scale =
        read(
            patched,
            request,
            wrong ->
                strategic
                    ? StatusException.invalidPatch(GoText.of(patch), wrong.restoring())
                    : StatusException.invalidPatch(
                        patched.toString(), String.valueOf(wrong.getMessage())));
    return set(route, request, live, scale);
  }

  private static JsonObject patched(JsonObject scale, String type, JsonElement patch) {
    return switch (type) {
      // A scale has no lists, so that both patches of objects are the same.
      case "application/merge-patch+json", "application/strategic-merge-patch+json" ->
          MergePatch.apply(scale, patch);
      case "application/json-patch+json" -> JsonPatch.apply(scale, patch);
      default -> throw StatusException.noPatch();
    };
  }

  /** What is applied to a scale is applied to the one field that it shows. */
  private JsonObject apply(Route route, Call call, JsonObject live) {
    Request request = WriteOptions.ofPatch(call, true);
    JsonObject scale = Bodies.object(call, KIND);
    ObjectWriter.checkConfig(TYPE, scale);
    ObjectWriter.checkName(route.name(), scale);
    read(
        scale,
        request,
        wrong ->
            StatusException.of(
                500,
                "",
                ObjectWriter.unconverted(TYPE, scale) + "cannot convert float64 to int32"));
    check(route, scale);
    ResourceKind kind = route.kind();
    if (!kind.builtIn()) {
      throw inapplicable(route, live);
    }
    JsonObject config =
        Trees.objectOf(
            "apiVersion",
            kind.apiVersion(),
            "kind",
            kind.kind(),
            "metadata",
            Trees.objectOf("name", route.name()));
    boolean isGivenUp = isOwnedBy(kind, live, request.manager());
    if (isGivenUp || Trees.object(scale, "spec").has("replicas")) {
      setReplicas(kind, config, replicas(scale));
    }
    try {
      return scale(
          kind,
          writer.apply(kind, route.key(), "scale", request, call.isSet("force"), config).object());
    } catch (StatusException refused) {
      throw refused.inTermsOf(kind.apiVersion(), API_VERSION);
    }
  }

  /** The real server cannot convert a scale to the version of a custom resource. */
  private static StatusException inapplicable(Route route, JsonObject live) {
    String what =
        isOwned(route.kind(), live)
            ? "failed to convert new object (/" + route.name() + "; "
            : "failed to create manager for existing fields: failed to convert live object (/; ";
    return StatusException.of(
        500,
        "",
        what
            + "autoscaling/v1, Kind=Scale) to proper version: request to convert CR to an invalid"
            + " group/version: autoscaling/v1");
  }

  private static void check(Route route, JsonObject scale) {
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
    return owners(kind, live).findAny().isPresent();
  }

  /** Whether nobody else than {@code manager}, who applied them, owns the replicas. */
  private static boolean isOwnedBy(ResourceKind kind, JsonObject live, String manager) {
    return isOwned(kind, live)
        && owners(kind, live)
            .allMatch(
                entry ->
                    Trees.string(entry, "manager").equals(manager)
                        && Trees.string(entry, "operation").equals("Apply")
                        && Trees.string(entry, "subresource").equals("scale"));
  }

  private static Stream<JsonObject> owners(ResourceKind kind, JsonObject live) {
    String[] path = steps(paths(kind).specReplicas());
    for (int i = 0; i < path.length; i++) {
      path[i] = "f:" + path[i];
    }
    return Trees.objects(live, "metadata", "managedFields").stream()
        .filter(entry -> Trees.at(Trees.object(entry, "fieldsV1"), path) != null);
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
