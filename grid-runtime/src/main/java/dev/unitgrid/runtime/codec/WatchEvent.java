/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

/** What a frame of a watch says. */
public sealed interface WatchEvent<T> {
  /** {@code ADDED} or {@code MODIFIED}. */
  record Changed<T>(Item<T> item) implements WatchEvent<T> {}

  /** {@code DELETED}; the version is that of the deletion. */
  record Deleted<T>(ObjectKey key, ResourceVersion version) implements WatchEvent<T> {}

  /** {@code BOOKMARK}: everything up to {@code version} was sent. */
  record Bookmark<T>(ResourceVersion version) implements WatchEvent<T> {}

  /** {@code ERROR}: the server gives the watch up, e.g. with code 410. */
  record Failed<T>(ApiStatus status) implements WatchEvent<T> {}

  /** An object that could not be decoded. */
  record Undecodable<T>(Poisoned poisoned) implements WatchEvent<T> {}

  /** The version that the watch reached with this event; none for an error. */
  default ResourceVersion version() {
    if (this instanceof Changed<T> changed) {
      return changed.item().version();
    }
    if (this instanceof Deleted<T> deleted) {
      return deleted.version();
    }
    if (this instanceof Bookmark<T> bookmark) {
      return bookmark.version();
    }
    return this instanceof Undecodable<T> undecodable
        ? undecodable.poisoned().version()
        : ResourceVersion.NONE;
  }
}
