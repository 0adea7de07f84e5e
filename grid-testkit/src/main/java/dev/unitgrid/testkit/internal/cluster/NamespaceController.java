/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.ResourceKind;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Empties a namespace that terminates, says what is left in it, and lets it go at the end. */
final class NamespaceController implements Controller {
  private static final String NAMESPACES = "namespaces";

  private final World world;

  NamespaceController(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    ObjectKey key = change.key();
    ObjectKey home =
        key.resource().equals(NAMESPACES) ? key : new ObjectKey(NAMESPACES, "", key.namespace());
    boolean gone = change.after() == null || World.isTerminating(change.after());
    if (gone && !home.name().isEmpty()) {
      JsonObject namespace = world.get(home);
      if (namespace != null && World.isTerminating(namespace)) {
        touched.accept(home);
      }
    }
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    world.keysOf(NAMESPACES, touched);
  }

  @Override
  public void sync(ObjectKey key) {
    JsonObject namespace = world.get(key);
    if (namespace == null || !World.isTerminating(namespace)) {
      return;
    }
    Map<String, Integer> left = new TreeMap<>();
    Map<String, Integer> finalizers = new TreeMap<>();
    for (ResourceKind kind : distinctKinds()) {
      world.keysIn(kind.storage(), key.name()).forEach(world::deleteGracefully);
      Collection<JsonObject> remaining = world.in(kind.storage(), key.name());
      if (!remaining.isEmpty()) {
        left.put(kind.plural() + "." + kind.group(), remaining.size());
      }
      for (JsonObject object : remaining) {
        for (JsonElement finalizer : Trees.array(object, "metadata", "finalizers")) {
          finalizers.merge(finalizer.getAsString(), 1, Integer::sum);
        }
      }
    }
    report(key, namespace, left, finalizers);
    if (left.isEmpty()) {
      release(key);
    }
  }

  private Collection<ResourceKind> distinctKinds() {
    Map<String, ResourceKind> kinds = new TreeMap<>();
    for (ResourceKind kind : world.server().kinds().all()) {
      if (kind.namespaced()) {
        kinds.putIfAbsent(kind.storage(), kind);
      }
    }
    return kinds.values();
  }

  private void report(
      ObjectKey key,
      JsonObject namespace,
      Map<String, Integer> left,
      Map<String, Integer> finalizers) {
    JsonObject next = namespace.deepCopy();
    String now = world.now();
    Conditions.set(
        next,
        "NamespaceDeletionDiscoveryFailure",
        "False",
        "ResourcesDiscovered",
        "All resources successfully discovered",
        now);
    Conditions.set(
        next,
        "NamespaceDeletionGroupVersionParsingFailure",
        "False",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
        now);
    Conditions.set(
        next,
        "NamespaceDeletionContentFailure",
        "False",
        "ContentDeleted",
        left.isEmpty()
            ? "All content successfully deleted"
            : "All content successfully deleted, may be waiting on finalization",
        now);
    Conditions.set(
        next,
        "NamespaceContentRemaining",
        left.isEmpty() ? "False" : "True",
        left.isEmpty() ? "ContentRemoved" : "SomeResourcesRemain",
        left.isEmpty()
            ? "All content successfully removed"
            : "Some resources are remaining: " + list(left, " has ", " resource instances"),
        now);
    Conditions.set(
        next,
        "NamespaceFinalizersRemaining",
        finalizers.isEmpty() ? "False" : "True",
        finalizers.isEmpty() ? "ContentHasNoFinalizers" : "SomeFinalizersRemain",
        finalizers.isEmpty()
            ? "All content-preserving finalizers finished"
            : "Some content in the namespace has finalizers remaining: "
                + list(finalizers, " in ", " resource instances"),
        now);
    if (!next.equals(namespace)) {
      world.change(key, "status", live -> live.add("status", next.get("status")));
    }
  }

  private static String list(Map<String, Integer> counts, String between, String after) {
    List<String> entries =
        counts.entrySet().stream()
            .map(entry -> entry.getKey() + between + entry.getValue() + after)
            .toList();
    return String.join(", ", entries);
  }

  private void release(ObjectKey key) {
    world.change(
        key,
        "finalize",
        live -> {
          JsonObject spec = Trees.child(live, "spec");
          JsonElement ours = Trees.of("kubernetes");
          var kept = Trees.array(spec, "finalizers");
          kept.remove(ours);
          if (kept.isEmpty()) {
            spec.remove("finalizers");
          }
        });
  }
}
