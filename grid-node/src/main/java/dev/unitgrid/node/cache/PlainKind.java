/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.cache;

import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.node.serve.ServedChange;
import dev.unitgrid.node.serve.ServedKind;
import dev.unitgrid.node.serve.ServedObject;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A kind that is served as the API server has it, under the API server's versions. Used by the one
 * loop only, save {@link #objects}.
 */
final class PlainKind {
  private final ServedKind kind;
  private final Map<ObjectKey, ServedObject> objects = new ConcurrentHashMap<>();
  // Written by the loop; a snapshot reads it.
  private volatile long reached;

  PlainKind(ServedKind kind) {
    this.kind = kind;
  }

  /** What is known, be it served yet or not. May be read on any thread. */
  Map<ObjectKey, ServedObject> objects() {
    return objects;
  }

  /** The version up to which everything is known; 0 before the first list. */
  long reached() {
    return reached;
  }

  /** Takes an object from before a restart. */
  void restore(ServedObject object, long version) {
    objects.put(object.key(), object);
    reached = Math.max(reached, Math.max(object.version(), version));
  }

  /** Serves what is known. */
  void begin() {
    kind.begin(new ServedVersions(reached, reached), objects.values());
  }

  /**
   * A complete list: clients are told of the differences.
   *
   * @param version of the list
   * @param lacks which of the objects that are not in it are gone
   */
  void replace(Collection<ServedObject> list, long version, Predicate<ObjectKey> lacks) {
    List<ServedObject> changed = new ArrayList<>();
    Set<ObjectKey> listed = new HashSet<>();
    for (ServedObject object : list) {
      listed.add(object.key());
      if (!isSame(objects.put(object.key(), object), object)) {
        changed.add(object);
      }
    }
    List<ObjectKey> gone =
        objects.keySet().stream().filter(key -> !listed.contains(key) && lacks.test(key)).toList();
    objects.keySet().removeAll(gone);
    long before = reached;
    reached = version;
    if (!kind.isReady()) {
      return;
    }
    if (version < before || changed.stream().anyMatch(object -> object.version() <= before)) {
      begin(); // versions ran backwards, as after a restored backup: all clients list anew
      return;
    }
    kind.apply(ServedChange.ofRelist(before, changed, gone));
    advance(version);
  }

  /** An object is new or changed. */
  void upsert(ServedObject object) {
    if (isSame(objects.put(object.key(), object), object)) {
      return;
    }
    change(new ServedChange.Put(object));
  }

  /** An object is gone, since {@code version}. */
  void remove(ObjectKey key, long version) {
    if (objects.remove(key) != null) {
      change(new ServedChange.Gone(key, version));
    }
  }

  /** Everything up to {@code version} is known. */
  void advance(long version) {
    reached = Math.max(reached, version);
    if (kind.isReady()) {
      kind.advance(version);
    }
  }

  private void change(ServedChange change) {
    reached = Math.max(reached, change.version());
    if (!kind.isReady()) {
      return;
    }
    if (change.version() > kind.versions().current()) {
      kind.apply(List.of(change));
    } else {
      begin();
    }
  }

  private static boolean isSame(@Nullable ServedObject before, ServedObject now) {
    return before != null
        && before.version() == now.version()
        && Arrays.equals(before.json(), now.json());
  }
}
