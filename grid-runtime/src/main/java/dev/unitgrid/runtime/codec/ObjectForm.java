/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonCursor;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Supplier;

/** How far objects are parsed before they are decoded: to a tree, or not at all. */
sealed interface ObjectForm<T> {
  /**
   * An item of a list.
   *
   * @throws JsonSyntaxException if it is no JSON
   */
  Encoded<T> item(byte[] utf8);

  /**
   * A frame of a watch.
   *
   * @throws JsonSyntaxException if it is no JSON object
   */
  Frame<T> frame(byte[] utf8);

  /** An object that was parsed by somebody else. */
  Encoded<T> object(Json object);

  /** A frame: its type, empty if it has none, and the object. */
  record Frame<T>(String type, Encoded<T> object) {}

  /** An object that is not decoded yet. */
  interface Encoded<T> {
    Optional<ObjectKey> key();

    ResourceVersion version();

    /** What the decoder makes of it, and throws. */
    T decode();

    /** The whole of it, as a tree. */
    Json tree();
  }

  /** Everything is parsed: the decoder wants a tree. */
  record Trees<T>(Decoder<? extends T> decoder) implements ObjectForm<T> {
    @Override
    public Encoded<T> item(byte[] utf8) {
      return object(Json.parse(utf8));
    }

    @Override
    public Frame<T> frame(byte[] utf8) {
      Json frame = Json.parse(utf8);
      return new Frame<>(frame.get("type").asString(""), object(frame.get("object")));
    }

    @Override
    public Encoded<T> object(Json object) {
      return new Tree<>(decoder, object);
    }
  }

  /** An object as a tree. */
  record Tree<T>(Decoder<? extends T> decoder, Json tree) implements Encoded<T> {
    @Override
    public Optional<ObjectKey> key() {
      String name = tree.get("metadata", "name").asString("");
      return keyOf(tree.get("metadata", "namespace").asString(""), name);
    }

    @Override
    public ResourceVersion version() {
      return new ResourceVersion(tree.get("metadata", "resourceVersion").asString(""));
    }

    @Override
    public T decode() {
      return decoder.decode(tree);
    }
  }

  /** Objects are cut out by their brackets and quotes, and only their names are read. */
  record Bytes<T>(BytesDecoder<? extends T> decoder) implements ObjectForm<T> {
    private static final byte[] NOTHING = {'{', '}'};

    @Override
    public Encoded<T> item(byte[] utf8) {
      return Cut.of(utf8, () -> decoder.decodeItem(utf8));
    }

    @Override
    public Frame<T> frame(byte[] utf8) {
      String type = "";
      byte[] object = NOTHING;
      JsonCursor cursor = new JsonCursor(utf8);
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("object") && cursor.atObject()) {
          object = cursor.value();
        } else if (cursor.nameIs("type") && cursor.atString()) {
          type = cursor.string();
        } else {
          cursor.skip();
        }
      }
      cursor.end();
      return new Frame<>(type, whole(object));
    }

    @Override
    public Encoded<T> object(Json object) {
      return whole(object.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Encoded<T> whole(byte[] utf8) {
      return Cut.of(utf8, () -> decoder.decode(utf8));
    }
  }

  /** An object as bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Cut<T>(
      byte[] utf8, Optional<ObjectKey> key, ResourceVersion version, Supplier<? extends T> value)
      implements Encoded<T> {
    static <T> Cut<T> of(byte[] utf8, Supplier<? extends T> value) {
      String namespace = "";
      String name = "";
      String version = "";
      JsonCursor cursor = new JsonCursor(utf8);
      cursor.beginObject();
      while (cursor.nextField()) {
        if (!cursor.nameIs("metadata") || !cursor.atObject()) {
          cursor.skip();
          continue;
        }
        cursor.beginObject();
        while (cursor.nextField()) {
          if (cursor.nameIs("name") && cursor.atString()) {
            name = cursor.string();
          } else if (cursor.nameIs("namespace") && cursor.atString()) {
            namespace = cursor.string();
          } else if (cursor.nameIs("resourceVersion") && cursor.atString()) {
            version = cursor.string();
          } else {
            cursor.skip();
          }
        }
      }
      cursor.end();
      return new Cut<>(utf8, keyOf(namespace, name), new ResourceVersion(version), value);
    }

    @Override
    public T decode() {
      return value.get();
    }

    @Override
    public Json tree() {
      return Json.parse(utf8);
    }
  }

  private static Optional<ObjectKey> keyOf(String namespace, String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(new ObjectKey(namespace, name));
  }
}
