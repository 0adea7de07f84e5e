/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.codec;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.api.json.JsonCursor;
import dev.unitgrid.api.json.JsonSyntaxException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Walks over the bytes of a list, cuts each item out by its brackets and quotes, and keeps the rest
 * of the document. Nothing of an item has to be right but its brackets and quotes.
 */
final class ListOutline {
  private final JsonCursor cursor;

  ListOutline(byte[] utf8) {
    this.cursor = new JsonCursor(utf8);
  }

  /**
   * Hands each object of the field {@code items} to {@code taker} and returns the list without
   * them.
   *
   * @throws JsonSyntaxException if the document is no object, or broke off
   */
  Json read(Consumer<byte[]> taker) {
    Map<String, Json> rest = new LinkedHashMap<>();
    cursor.beginObject();
    while (cursor.nextField()) {
      String name = cursor.name();
      rest.put(name, name.equals("items") ? items(taker) : Json.parse(cursor.value()));
    }
    cursor.end();
    return Json.object(rest);
  }

  private Json items(Consumer<byte[]> taker) {
    if (!cursor.atArray()) {
      Json value = Json.parse(cursor.value()); // a list without items is written with null
      if (!value.isNull()) {
        throw new JsonSyntaxException("items is no array, at byte " + cursor.position(), null);
      }
      return value;
    }
    cursor.beginArray();
    while (cursor.nextItem()) {
      taker.accept(cursor.value());
    }
    return Json.emptyArray();
  }
}
