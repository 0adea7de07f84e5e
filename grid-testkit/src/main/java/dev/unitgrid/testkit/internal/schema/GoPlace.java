/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.schema;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where a decoder is: a way from the root, which is spelled out only where something is wrong.
 *
 * @param in the schema of the Go type that holds the field
 * @param name of a field or key; empty for the root and for items
 * @param index of an item; negative for a field and for a key
 */
record GoPlace(@Nullable GoPlace parent, Schema in, String name, int index) {
  private static final int FIELD = -1;
  private static final int KEY = -2;

  static GoPlace root(Schema schema) {
    return new GoPlace(null, schema, "", FIELD);
  }

  GoPlace field(Schema of, String field) {
    return new GoPlace(this, of, field, FIELD);
  }

  GoPlace key(String key) {
    return new GoPlace(this, in, key, KEY);
  }

  GoPlace item(int number) {
    return new GoPlace(this, in, "", number);
  }

  /** The Go type that holds the field, e.g. {@code DeploymentSpec}. */
  String struct() {
    String definition = in.definition();
    return definition.substring(definition.lastIndexOf('.') + 1);
  }

  /** The names of fields from the root, as Go's decoder prints them: without indexes and keys. */
  String fields() {
    return way().stream()
        .filter(place -> place.index == FIELD)
        .map(GoPlace::name)
        .collect(Collectors.joining("."));
  }

  /** With indexes and keys. */
  String path() {
    StringBuilder path = new StringBuilder();
    for (GoPlace place : way()) {
      if (place.index >= 0) {
        path.append('[').append(place.index).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(place.name);
      }
    }
    return path.toString();
  }

  private Deque<GoPlace> way() {
    Deque<GoPlace> way = new ArrayDeque<>();
    for (GoPlace place = this; place != null && place.parent != null; place = place.parent) {
      way.addFirst(place);
    }
    return way;
  }
}
