/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.ResourceKind;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Deletes what lost its owners; orphans and waits where a deletion asks for it. */
final class GarbageCollector implements Controller {
  static final String ORPHAN = "orphan";
  static final String FOREGROUND = "foregroundDeletion";

  private final World world;

  GarbageCollector(World world) {
    this.world = world;
  }

  @Override
  public void changed(Change change, Consumer<ObjectKey> touched) {
    JsonObject after = change.after();
    JsonObject before = change.before();
    if (after == null && before != null) {
      world.server().store().ownedBy(Trees.string(before, "metadata", "uid")).forEach(touched);
      owners(before, change.key().namespace(), touched);
    } else if (after != null) {
      boolean owned = !Trees.array(after, "metadata", "ownerReferences").isEmpty();
      if ((owned && before == null) || World.isTerminating(after)) {
        touched.accept(change.key());
      }
      if (before != null && !references(before).equals(references(after))) {
        touched.accept(change.key());
        owners(before, change.key().namespace(), touched);
      }
    }
  }

  private static JsonArray references(JsonObject object) {
    return Trees.array(object, "metadata", "ownerReferences");
  }

  private void owners(JsonObject dependent, String namespace, Consumer<ObjectKey> touched) {
    for (JsonObject owner : Trees.objects(dependent, "metadata", "ownerReferences")) {
      keyOf(owner, namespace).ifPresent(touched);
    }
  }

  private Optional<ObjectKey> keyOf(JsonObject owner, String namespace) {
    return world
        .server()
        .kinds()
        .ofObject(Trees.string(owner, "apiVersion"), Trees.string(owner, "kind"))
        .map(
            kind ->
                new ObjectKey(
                    kind.storage(),
                    kind.namespaced() ? namespace : "",
                    Trees.string(owner, "name")));
  }

  @Override
  public void all(Consumer<ObjectKey> touched) {
    for (ResourceKind kind : world.server().kinds().all()) {
      world.keysOf(kind.storage(), touched);
    }
  }

  @Override
  public void sync(ObjectKey key) {
    syncDependent(key);
    syncOwner(key);
  }

  /** An object that names owners: without any that lives it goes. */
  private void syncDependent(ObjectKey key) {
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
    Optional<ObjectKey> key = keyOf(owner, namespace);
    if (key.isEmpty()) {
      // The real collector cannot tell either, and leaves the object alone.
      return true;
    }
    JsonObject there = world.get(key.get());
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
  private void syncOwner(ObjectKey key) {
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
      dependents.forEach(dependent -> deleteWithOwner(dependent, uid));
      boolean blocked =
          world.server().store().ownedBy(uid).stream().anyMatch(left -> isBlocking(left, uid));
      if (!blocked) {
        removeFinalizer(key, FOREGROUND);
      }
    }
  }

  private void deleteWithOwner(ObjectKey key, String uid) {
    JsonObject dependent = world.get(key);
    if (dependent == null || World.isTerminating(dependent)) {
      return;
    }
    boolean another =
        Trees.objects(dependent, "metadata", "ownerReferences").stream()
            .anyMatch(
                reference ->
                    !Trees.string(reference, "uid").equals(uid)
                        && lives(reference, key.namespace()));
    if (another) {
      keepOwners(key, reference -> !Trees.string(reference, "uid").equals(uid));
    } else if (world
        .server()
        .store()
        .ownedBy(Trees.string(dependent, "metadata", "uid"))
        .isEmpty()) {
      world.deleteGracefully(key);
    } else {
      world.deleteInForeground(key);
    }
  }

  private boolean isBlocking(ObjectKey key, String uid) {
    JsonObject dependent = world.get(key);
    return dependent != null
        && Trees.objects(dependent, "metadata", "ownerReferences").stream()
            .anyMatch(
                reference ->
                    Trees.string(reference, "uid").equals(uid)
                        && Trees.isTrue(reference, "blockOwnerDeletion"));
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
}
