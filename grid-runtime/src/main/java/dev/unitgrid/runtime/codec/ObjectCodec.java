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
  private final ObjectForm<T> form;

  private ObjectCodec(ObjectForm<T> form) {
    this.form = form;
  }

  /** Objects as {@code decoder} has them. */
  public static <T> ObjectCodec<T> of(Decoder<? extends T> decoder) {
    return new ObjectCodec<>(new ObjectForm.Trees<>(decoder));
  }

  /** Objects as {@code decoder} has them, without a tree of each. */
  public static <T> ObjectCodec<T> ofBytes(BytesDecoder<? extends T> decoder) {
    return new ObjectCodec<>(new ObjectForm.Bytes<>(decoder));
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
    ObjectForm.Frame<T> frame = form.frame(utf8);
    ObjectForm.Encoded<T> object = frame.object();
    return switch (frame.type()) {
      case "ADDED", "MODIFIED" -> changed(object);
      case "DELETED" -> deleted(object);
      case "BOOKMARK" -> new WatchEvent.Bookmark<>(object.version());
      case "ERROR" -> new WatchEvent.Failed<>(ApiStatus.of(object.tree()));
      default ->
          throw new JsonSyntaxException("a watch event of type '" + frame.type() + "'", null);
    };
  }

  /**
   * Reads one object, e.g. the answer to a write.
   *
   * @throws RuntimeException if it cannot be decoded, or has no name
   */
  public Item<T> object(Json object) {
    return item(form.object(object));
  }

  private Item<T> item(ObjectForm.Encoded<T> object) {
    ObjectKey key = object.key().orElseThrow(() -> new JsonSyntaxException("no name", null));
    return new Item<>(key, object.version(), object.decode());
  }

  private void decode(byte[] utf8, List<Item<T>> items, List<Poisoned> poisoned) {
    ObjectForm.Encoded<T> object;
    try {
      object = form.item(utf8);
    } catch (JsonSyntaxException notJson) {
      poisoned.add(new Poisoned(Optional.empty(), ResourceVersion.NONE, problem(notJson)));
      return;
    }
    try {
      items.add(item(object));
    } catch (RuntimeException undecodable) {
      poisoned.add(poisoned(object, undecodable));
    }
  }

  private WatchEvent<T> changed(ObjectForm.Encoded<T> object) {
    try {
      return new WatchEvent.Changed<>(item(object));
    } catch (RuntimeException undecodable) {
      return new WatchEvent.Undecodable<>(poisoned(object, undecodable));
    }
  }

  private WatchEvent<T> deleted(ObjectForm.Encoded<T> object) {
    Optional<ObjectKey> key = object.key();
    if (key.isEmpty()) {
      throw new JsonSyntaxException("a deletion of an object without a name", null);
    }
    return new WatchEvent.Deleted<>(key.get(), object.version());
  }

  private static Poisoned poisoned(ObjectForm.Encoded<?> object, RuntimeException undecodable) {
    return new Poisoned(object.key(), object.version(), problem(undecodable));
  }

  private static String problem(RuntimeException undecodable) {
    String message = undecodable.getMessage();
    return message == null ? undecodable.getClass().getSimpleName() : message;
  }
}
