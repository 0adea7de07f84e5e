/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.core.topology.ServedVersions;
import dev.unitgrid.runtime.codec.ObjectKey;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one kind as this node's clients are served them. Whoever feeds it says what
 * changes; lists and watches of clients see each batch of changes whole. Not thread-safe: every
 * call is made by the one loop that owns it.
 */
public final class ServedKind {
  private final ServedResource resource;
  private final TreeMap<ObjectKey, ServedObject> objects = new TreeMap<>();
  private @Nullable ServedVersions versions;
  private @Nullable ImmutableList<ServedObject> all;

  /** A kind that is not ready: nothing of it is served until it begins. */
  public ServedKind(ServedResource resource) {
    this.resource = resource;
  }

  /** Which kind. */
  public ServedResource resource() {
    return resource;
  }

  /**
   * Serves these objects from now on, and only them: the start, or a new one after the API server's
   * versions ran backwards. Watches that are open end with 410, and no version from before is good
   * for a new one.
   *
   * @param versions the version before the first change, and the one reached with {@code objects}
   * @param objects in any order, none above the current version
   */
  public void begin(ServedVersions versions, Collection<ServedObject> objects) {
    this.objects.clear();
    for (ServedObject object : objects) {
      this.objects.put(object.key(), checked(object));
    }
    this.versions = versions;
    this.all = null;
  }

  /** Serves nothing until it begins (again). */
  public void unready() {
    versions = null;
    objects.clear();
    all = null;
  }

  /** Whether it is served. */
  public boolean isReady() {
    return versions != null;
  }

  /**
   * Takes over a batch of changes as one: no list sees a part of it.
   *
   * @param batch in the order of their versions, each above the one before it and the first above
   *     the current version; a {@link ServedChange.Gone} of an object that is not there is passed
   *     over
   * @throws IllegalArgumentException if versions do not grow, or an object is not written as it
   *     must be; nothing is taken over then
   * @throws IllegalStateException if the kind has not begun
   */
  public void apply(List<ServedChange> batch) {
    long version = versions().current();
    for (ServedChange change : batch) {
      if (change.version() <= version) {
        throw new IllegalArgumentException(
            change.key() + " changes in version " + change.version() + " after " + version);
      }
      version = change.version();
      if (change instanceof ServedChange.Put put) {
        checked(put.object());
      }
    }
    batch.forEach(this::take);
    advance(version);
  }

  /**
   * The kind has reached {@code version} without a change of it, as a bookmark of the API server
   * says; nothing happens if it is there already.
   *
   * @throws IllegalStateException if the kind has not begun
   */
  public void advance(long version) {
    ServedVersions before = versions();
    if (version > before.current()) {
      versions = new ServedVersions(before.start(), version);
    }
  }

  /**
   * Where the kind begins and what it has reached.
   *
   * @throws IllegalStateException if the kind has not begun
   */
  public ServedVersions versions() {
    if (versions == null) {
      throw new IllegalStateException(resource + " is not served yet");
    }
    return versions;
  }

  /** What is served of an object. */
  public Optional<ServedObject> object(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** What is served, sorted by namespace and name; shared until the next change. */
  public ImmutableList<ServedObject> all() {
    if (all == null) {
      all = ImmutableList.copyOf(objects.values());
    }
    return all;
  }

  private ServedObject checked(ServedObject object) {
    if (!resource.begins(object.json())) {
      throw new IllegalArgumentException(
          object.key() + " does not begin with its kind: not written for " + resource);
    }
    return object;
  }

  private void take(ServedChange change) {
    if (change instanceof ServedChange.Put put) {
      objects.put(put.key(), put.object());
      all = null;
    } else if (objects.remove(change.key()) != null) {
      all = null;
    }
  }
}
