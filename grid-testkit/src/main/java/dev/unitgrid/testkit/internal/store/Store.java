/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.store;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The objects and their history under one counter of resource versions. Objects in it are never
 * changed in place. Not thread-safe: the server's lock guards it.
 */
public final class Store {
  private static final int HISTORY = 10_000;

  private final Map<String, NavigableMap<ObjectKey, JsonObject>> objects = new HashMap<>();
  private final Map<String, Set<ObjectKeyOfResource>> byOwner = new HashMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private final List<Consumer<Change>> listeners = new ArrayList<>();
  private long version = 100;
  private long compacted = 100;

  /** A key that sorts across resources. */
  private record ObjectKeyOfResource(ObjectKey key) implements Comparable<ObjectKeyOfResource> {
    @Override
    public int compareTo(ObjectKeyOfResource other) {
      int byResource = key.resource().compareTo(other.key.resource());
      return byResource != 0 ? byResource : key.compareTo(other.key);
    }
  }

  /** {@code listener} hears of each change, at once. */
  public void listen(Consumer<Change> listener) {
    listeners.add(listener);
  }

  /** The version of the last change. */
  public long version() {
    return version;
  }

  /** The version below which history is gone. */
  public long compacted() {
    return compacted;
  }

  /** Forgets all history: watches and pages from before are answered with 410. */
  public void compact() {
    history.clear();
    compacted = version;
  }

  /** The object, null if there is none. */
  public @Nullable JsonObject get(ObjectKey key) {
    return of(key.resource()).get(key);
  }

  /** The objects of a resource, sorted by namespace and name. */
  public NavigableMap<ObjectKey, JsonObject> all(String resource) {
    return Collections.unmodifiableNavigableMap(of(resource));
  }

  /**
   * The objects of a resource as they were at {@code atVersion}.
   *
   * @throws IllegalArgumentException if that history is gone
   */
  public NavigableMap<ObjectKey, JsonObject> allAt(String resource, long atVersion) {
    if (atVersion >= version) {
      return all(resource);
    }
    if (atVersion < compacted) {
      throw new IllegalArgumentException("compacted");
    }
    NavigableMap<ObjectKey, JsonObject> state = new TreeMap<>(of(resource));
    Iterator<Change> backwards = history.descendingIterator();
    while (backwards.hasNext()) {
      Change change = backwards.next();
      if (change.version() <= atVersion) {
        break;
      }
      if (change.key().resource().equals(resource)) {
        if (change.before() == null) {
          state.remove(change.key());
        } else {
          state.put(change.key(), change.before());
        }
      }
    }
    return state;
  }

  /** The changes of a resource after {@code afterVersion}, oldest first. */
  public List<Change> changesAfter(String resource, long afterVersion) {
    List<Change> changes = new ArrayList<>();
    Iterator<Change> backwards = history.descendingIterator();
    while (backwards.hasNext()) {
      Change change = backwards.next();
      if (change.version() <= afterVersion) {
        break;
      }
      if (change.key().resource().equals(resource)) {
        changes.add(change);
      }
    }
    Collections.reverse(changes);
    return changes;
  }

  /** The keys of objects that have an owner reference with {@code uid}. */
  public List<ObjectKey> ownedBy(String uid) {
    return byOwner.getOrDefault(uid, Set.of()).stream().map(ObjectKeyOfResource::key).toList();
  }

  /** Creates or replaces; {@code object} becomes the store's. Answers it with its version. */
  public JsonObject put(ObjectKey key, JsonObject object) {
    JsonObject before = of(key.resource()).get(key);
    version++;
    Trees.child(object, "metadata").addProperty("resourceVersion", Long.toString(version));
    of(key.resource()).put(key, object);
    reindex(key, before, object);
    record(new Change(version, key, before, object));
    return object;
  }

  /** Deletes. */
  public void remove(ObjectKey key) {
    JsonObject before = of(key.resource()).remove(key);
    if (before != null) {
      version++;
      reindex(key, before, null);
      record(new Change(version, key, before, null));
    }
  }

  static JsonObject withVersion(JsonObject object, long version) {
    JsonObject copy = new JsonObject();
    object.entrySet().forEach(entry -> copy.add(entry.getKey(), entry.getValue()));
    JsonObject metadata = Trees.object(object, "metadata").deepCopy();
    metadata.addProperty("resourceVersion", Long.toString(version));
    copy.add("metadata", metadata);
    return copy;
  }

  private NavigableMap<ObjectKey, JsonObject> of(String resource) {
    return objects.computeIfAbsent(resource, unused -> new TreeMap<>());
  }

  private void record(Change change) {
    history.addLast(change);
    if (history.size() > HISTORY) {
      compacted = history.removeFirst().version();
    }
    for (Consumer<Change> listener : List.copyOf(listeners)) {
      listener.accept(change);
    }
  }

  private void reindex(ObjectKey key, @Nullable JsonObject before, @Nullable JsonObject after) {
    ObjectKeyOfResource entry = new ObjectKeyOfResource(key);
    for (JsonObject owner : Trees.objects(before, "metadata", "ownerReferences")) {
      Set<ObjectKeyOfResource> owned = byOwner.get(Trees.string(owner, "uid"));
      if (owned != null) {
        owned.remove(entry);
        if (owned.isEmpty()) {
          byOwner.remove(Trees.string(owner, "uid"));
        }
      }
    }
    for (JsonObject owner : Trees.objects(after, "metadata", "ownerReferences")) {
      byOwner.computeIfAbsent(Trees.string(owner, "uid"), unused -> new TreeSet<>()).add(entry);
    }
  }
}
