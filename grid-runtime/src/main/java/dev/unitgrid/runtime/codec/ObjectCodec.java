/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads lists and watch frames object by object: one that cannot be understood costs itself only. A
 * text that is not even the outline of a list or a frame is a {@link JsonSyntaxException}.
 * Immutable, thread-safe if the decoder is.
 */
public final class ObjectCodec<T> {
  private final Decoder<? extends T> decoder;

  private ObjectCodec(Decoder<? extends T> decoder) {
    this.decoder = decoder;
  }

  /** Objects as {@code decoder} has them. */
  public static <T> ObjectCodec<T> of(Decoder<? extends T> decoder) {
    return new ObjectCodec<>(decoder);
  }

  /**
   * Reads one page of a list. An item is cut out by its brackets before it is parsed, so what is
   * wrong inside does not touch the next one.
   *
   * @throws JsonSyntaxException if {@code utf8} is not a list with a resourceVersion: a page that
   *     broke off, or something else
   */
  public ListPage<T> page(byte[] utf8) {
    List<Item<T>> items = new ArrayList<>();
    List<Poisoned> poisoned = new ArrayList<>();
    Json outline = new ListOutline(utf8).read(item -> decode(item, items, poisoned));
    String version = outline.get("metadata", "resourceVersion").asString("");
    if (version.isEmpty()) {
      throw new JsonSyntaxException("a list without metadata.resourceVersion", null);
    }
    return new ListPage<>(
        new ResourceVersion(version),
        outline.get("metadata", "continue").asString(""),
        items,
        poisoned);
  }

  /**
   * Reads one frame of a watch.
   *
   * @throws JsonSyntaxException if {@code utf8} is not an event of a type that is known
   */
  public WatchEvent<T> event(byte[] utf8) {
    Json frame = Json.parse(utf8);
    Json object = frame.get("object");
    String type = frame.get("type").asString("");
    return switch (type) {
      case "ADDED", "MODIFIED" -> changed(object);
      case "DELETED" -> deleted(object);
      case "BOOKMARK" -> new WatchEvent.Bookmark<>(versionOf(object));
      case "ERROR" -> new WatchEvent.Failed<>(ApiStatus.of(object));
      default -> throw new JsonSyntaxException("a watch event of type '" + type + "'", null);
    };
  }

  /**
   * Reads one object, e.g. the answer to a write.
   *
   * @throws RuntimeException if it cannot be decoded, or has no name
   */
  public Item<T> object(Json object) {
    ObjectKey key = keyOf(object).orElseThrow(() -> new JsonSyntaxException("no name", null));
    return new Item<>(key, versionOf(object), decoder.decode(object));
  }

  private void decode(byte[] utf8, List<Item<T>> items, List<Poisoned> poisoned) {
    Json object;
    try {
      object = Json.parse(utf8);
    } catch (JsonSyntaxException notJson) {
      poisoned.add(new Poisoned(Optional.empty(), ResourceVersion.NONE, problem(notJson)));
      return;
    }
    try {
      items.add(object(object));
    } catch (RuntimeException undecodable) {
      poisoned.add(poisoned(object, undecodable));
    }
  }

  private WatchEvent<T> changed(Json object) {
    try {
      return new WatchEvent.Changed<>(object(object));
    } catch (RuntimeException undecodable) {
      return new WatchEvent.Undecodable<>(poisoned(object, undecodable));
    }
  }

  private WatchEvent<T> deleted(Json object) {
    Optional<ObjectKey> key = keyOf(object);
    if (key.isEmpty()) {
      throw new JsonSyntaxException("a deletion of an object without a name", null);
    }
    return new WatchEvent.Deleted<>(key.get(), versionOf(object));
  }

  private static Poisoned poisoned(Json object, RuntimeException undecodable) {
    return new Poisoned(keyOf(object), versionOf(object), problem(undecodable));
  }

  private static String problem(RuntimeException undecodable) {
    String message = undecodable.getMessage();
    return message == null ? undecodable.getClass().getSimpleName() : message;
  }

  private static Optional<ObjectKey> keyOf(Json object) {
    String name = object.get("metadata", "name").asString("");
    return name.isEmpty()
        ? Optional.empty()
        : Optional.of(new ObjectKey(object.get("metadata", "namespace").asString(""), name));
  }

  private static ResourceVersion versionOf(Json object) {
    return new ResourceVersion(object.get("metadata", "resourceVersion").asString(""));
  }
}
