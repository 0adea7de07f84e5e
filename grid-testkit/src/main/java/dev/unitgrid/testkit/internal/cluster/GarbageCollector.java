/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.ResourceKind;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Deletes what lost its owners; orphans and waits where a deletion asks for it. */
final class GarbageCollector {
  static final String ORPHAN = "orphan";
  static final String FOREGROUND = "foregroundDeletion";

  private final World world;

  GarbageCollector(World world) {
    this.world = world;
  }

  /** An object that names owners: without any that lives it goes. */
  void syncDependent(ObjectKey key) {
    JsonObject object = world.get(key);
    if (object == null || World.isTerminating(object)) {
      return;
    }
    List<JsonObject> owners = Trees.objects(object, "metadata", "ownerReferences");
    List<JsonObject> living =
        owners.stream().filter(owner -> lives(owner, key.namespace())).toList();
    if (owners.isEmpty() || living.size() == owners.size()) {
      return;
    }
    if (living.isEmpty()) {
      world.deleteGracefully(key);
    } else {
      keepOwners(key, living::contains);
    }
  }

  /** A cross-namespace owner counts as absent, as for the real collector. */
  private boolean lives(JsonObject owner, String namespace) {
    Optional<ResourceKind> kind =
        world
            .server()
            .kinds()
            .ofObject(Trees.string(owner, "apiVersion"), Trees.string(owner, "kind"));
    if (kind.isEmpty()) {
      // The real collector cannot tell either, and leaves the object alone.
      return true;
    }
    ObjectKey key =
        new ObjectKey(
            kind.get().storage(),
            kind.get().namespaced() ? namespace : "",
            Trees.string(owner, "name"));
    JsonObject there = world.get(key);
    return there != null
        && Trees.string(there, "metadata", "uid").equals(Trees.string(owner, "uid"));
  }

  private void keepOwners(ObjectKey key, Predicate<JsonObject> kept) {
    world.change(
        key,
        "",
        live -> {
          JsonArray left = new JsonArray();
          Trees.objects(live, "metadata", "ownerReferences").stream()
              .filter(kept)
              .forEach(left::add);
          if (left.isEmpty()) {
            Trees.child(live, "metadata").remove("ownerReferences");
          } else {
            Trees.child(live, "metadata").add("ownerReferences", left);
          }
        });
  }

  /** An object that terminates: orphans its dependents or waits for them, as it was told. */
  void syncOwner(ObjectKey key) {
    JsonObject owner = world.get(key);
    if (owner == null || !World.isTerminating(owner)) {
      return;
    }
    String uid = Trees.string(owner, "metadata", "uid");
    List<ObjectKey> dependents = world.server().store().ownedBy(uid);
    if (has(owner, ORPHAN)) {
      for (ObjectKey dependent : dependents) {
        keepOwners(dependent, reference -> !Trees.string(reference, "uid").equals(uid));
      }
      removeFinalizer(key, ORPHAN);
    } else if (has(owner, FOREGROUND)) {
      dependents.forEach(world::deleteGracefully);
      if (world.server().store().ownedBy(uid).isEmpty()) {
        removeFinalizer(key, FOREGROUND);
      }
    }
  }

  private static boolean has(JsonObject object, String finalizer) {
    return Trees.array(object, "metadata", "finalizers").contains(Trees.of(finalizer));
  }

  private void removeFinalizer(ObjectKey key, String finalizer) {
    world.change(
        key,
        "",
        live -> {
          JsonArray left = new JsonArray();
          Trees.array(live, "metadata", "finalizers")
              .forEach(
                  item -> {
                    if (!item.getAsString().equals(finalizer)) {
                      left.add(item);
                    }
                  });
          if (left.isEmpty()) {
            Trees.child(live, "metadata").remove("finalizers");
          } else {
            Trees.child(live, "metadata").add("finalizers", left);
          }
        });
  }

  /** A namespace that terminates: its objects go first. */
  void syncNamespace(ObjectKey key) {
    JsonObject namespace = world.get(key);
    if (namespace == null || !World.isTerminating(namespace)) {
      return;
    }
    boolean empty = true;
    for (ResourceKind kind : world.server().kinds().all()) {
      if (kind.namespaced()) {
        List<ObjectKey> keys =
            world.server().store().all(kind.storage()).keySet().stream()
                .filter(object -> object.namespace().equals(key.name()))
                .toList();
        empty &= keys.isEmpty();
        keys.forEach(world::delete);
      }
    }
    if (empty) {
      world.change(key, "", live -> Trees.child(live, "spec").remove("finalizers"));
    }
  }
}
