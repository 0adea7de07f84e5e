/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The subresource {@code binding} of pods: a scheduler's word. Not thread-safe. */
public final class Bindings {
  private final Store store;
  private final ObjectWriter writer;

  Bindings(Store store, ObjectWriter writer) {
    this.store = store;
    this.writer = writer;
  }

  JsonObject answer(Route route, Call call) {
    if (!call.method().equals("POST")) {
      throw StatusException.methodNotAllowed();
    }
    Request asked = WriteOptions.ofCreate(call);
    JsonObject binding = Bodies.object(call, "Binding");
    check(route, binding);
    JsonObject pod = store.get(route.key());
    if (pod == null) {
      throw StatusException.notFound(route.kind(), route.name());
    }
    refuseUnbindable(route, binding, pod);
    writer.update(
        route.kind(),
        route.key(),
        "binding",
        // Nobody owns what a binding sets.
        new Request(asked.manager(), false, asked.dryRun(), asked.strict()),
        live -> bound(live, binding));
    return Success.created();
  }

  private static void check(Route route, JsonObject binding) {
    String kind = Trees.string(binding, "kind");
    if (!List.of("", "Binding").contains(kind)) {
      throw StatusException.badRequest(
          kind
              + " in version \"v1\" cannot be handled as a Binding: no kind \""
              + kind
              + "\" is registered for version \"v1\" in scheme \"pkg/runtime/scheme.go:110\"");
    }
    if (!Trees.string(binding, "metadata", "name").equals(route.name())) {
      throw StatusException.badRequest("name in URL does not match name in Binding object");
    }
    String target = Trees.string(binding, "target", "kind");
    if (!List.of("", "Node").contains(target)) {
      throw StatusException.of(
          500,
          "",
          "target.kind: Unsupported value: \""
              + target
              + "\": supported values: \"Node\", \"<empty>\"");
    }
    if (Trees.string(binding, "target", "name").isEmpty()) {
      throw StatusException.of(500, "", "target.name: Required value");
    }
  }

  private static void refuseUnbindable(Route route, JsonObject binding, JsonObject pod) {
    String uid = Trees.string(binding, "metadata", "uid");
    String there = Trees.string(pod, "metadata", "uid");
    if (!uid.isEmpty() && !uid.equals(there)) {
      throw StatusException.conflict(
          route.kind(),
          route.name(),
          "StorageError: invalid object, Code: 4, Key: /registry/pods/"
              + route.namespace()
              + "/"
              + route.name()
              + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in"
              + " precondition: "
              + uid
              + ", UID in object meta: "
              + there);
    }
    String node = Trees.string(pod, "spec", "nodeName");
    @Nullable String why = null;
    if (Trees.at(pod, "metadata", "deletionTimestamp") != null) {
      why = " is being deleted, cannot be assigned to a host";
    } else if (!node.isEmpty()) {
      why = " is already assigned to node \"" + node + "\"";
    } else if (!Trees.array(pod, "spec", "schedulingGates").isEmpty()) {
      why = " has non-empty .spec.schedulingGates";
    }
    if (why != null) {
      throw StatusException.unbindable(route.name(), "pod " + route.name() + why);
    }
  }

  private JsonObject bound(JsonObject pod, JsonObject binding) {
    for (String field : List.of("labels", "annotations")) {
      Trees.strings(binding, "metadata", field)
          .forEach(Trees.child(pod, "metadata", field)::addProperty);
      if (Trees.object(pod, "metadata", field).isEmpty()) {
        Trees.child(pod, "metadata").remove(field);
      }
    }
    assign(pod, Trees.string(binding, "target", "name"), writer.now());
    return pod;
  }

  /** Says in {@code pod} that it is for {@code node} since {@code now}. */
  public static void assign(JsonObject pod, String node, String now) {
    Trees.child(pod, "spec").addProperty("nodeName", node);
    JsonObject scheduled =
        Trees.objectOf("type", "PodScheduled", "status", "True", "lastTransitionTime", now);
    JsonArray conditions = new JsonArray();
    boolean replaced = false;
    for (JsonObject condition : Trees.objects(pod, "status", "conditions")) {
      boolean same = Trees.string(condition, "type").equals("PodScheduled");
      conditions.add(same ? scheduled : condition);
      replaced |= same;
    }
    if (!replaced) {
      conditions.add(scheduled);
    }
    Trees.child(pod, "status").add("conditions", conditions);
  }
}
