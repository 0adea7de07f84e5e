/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonCursor;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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
      return new Cut<>(utf8, Names.read(utf8), () -> decoder.decodeItem(utf8));
    }

    /**
     * In one walk: a slice of a Service is thousands of bytes, and comes a hundred times a second.
     */
    @Override
    public Frame<T> frame(byte[] utf8) {
      String type = "";
      Encoded<T> object = cut(NOTHING, Names.NONE);
      JsonCursor cursor = new JsonCursor(utf8);
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("object") && cursor.atObject()) {
          int start = cursor.position();
          Names names = Names.read(cursor);
          object = cut(Arrays.copyOfRange(utf8, start, cursor.position()), names);
        } else if (cursor.nameIs("type") && cursor.atString()) {
          type = cursor.string();
        } else {
          cursor.skip();
        }
      }
      cursor.end();
      return new Frame<>(type, object);
    }

    @Override
    public Encoded<T> object(Json object) {
      byte[] utf8 = object.toString().getBytes(StandardCharsets.UTF_8);
      return cut(utf8, Names.read(utf8));
    }

    private Encoded<T> cut(byte[] utf8, Names names) {
      return new Cut<>(utf8, names, () -> decoder.decode(utf8));
    }
  }

  /** An object as bytes. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Cut<T>(byte[] utf8, Names names, Supplier<? extends T> value) implements Encoded<T> {
    @Override
    public Optional<ObjectKey> key() {
      return keyOf(names.namespace, names.name);
    }

    @Override
    public ResourceVersion version() {
      return new ResourceVersion(names.version);
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

  /** What is read of an object that is cut out; empty what it does not say. */
  record Names(String namespace, String name, String version) {
    private static final Names NONE = new Names("", "", "");

    /** Of the object that is all of {@code utf8}. */
    static Names read(byte[] utf8) {
      JsonCursor cursor = new JsonCursor(utf8);
      Names names = read(cursor);
      cursor.end();
      return names;
    }

    /** Of the object that begins at the cursor; steps over it. */
    static Names read(JsonCursor cursor) {
      Names names = NONE;
      cursor.beginObject();
      while (cursor.nextField()) {
        if (cursor.nameIs("metadata") && cursor.atObject()) {
          names = names.in(cursor);
        } else {
          cursor.skip();
        }
      }
      return names;
    }

    private Names in(JsonCursor metadata) {
      Names names = this;
      metadata.beginObject();
      while (metadata.nextField()) {
        if (metadata.nameIs("name") && metadata.atString()) {
          names = new Names(names.namespace, metadata.string(), names.version);
        } else if (metadata.nameIs("namespace") && metadata.atString()) {
          names = new Names(metadata.string(), names.name, names.version);
        } else if (metadata.nameIs("resourceVersion") && metadata.atString()) {
          names = new Names(names.namespace, names.name, metadata.string());
        } else {
          metadata.skip();
        }
      }
      return names;
    }
  }

  private static Optional<ObjectKey> keyOf(String namespace, String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(new ObjectKey(namespace, name));
  }
}
