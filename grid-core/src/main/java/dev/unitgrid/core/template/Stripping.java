/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.template;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.SetMultimap;
import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes named fields out of one template. The API server names places as text, in which a field
 * that is itself called {@code template.spec} reads like two: a text that fits more than one field
 * takes none.
 */
final class Stripping {
  private static final ImmutableList<String> SPEC = ImmutableList.of("spec");

  private final ImmutableSortedSet<String> paths;
  private final SetMultimap<String, List<String>> fieldsByPath = HashMultimap.create();
  private final List<String> places = new ArrayList<>();
  private final ImmutableSortedSet.Builder<String> stripped = ImmutableSortedSet.naturalOrder();

  private Stripping(ImmutableSortedSet<String> paths) {
    this.paths = paths;
  }

  static StrippedTemplate of(Json template, UnknownFields unknown) {
    if (unknown.isEmpty()) {
      return new StrippedTemplate(template, unknown, ImmutableList.of());
    }
    Stripping stripping = new Stripping(unknown.paths());
    stripping.find(SPEC, "spec", template);
    Json rest = stripping.rest("spec", template);
    return new StrippedTemplate(
        rest,
        new UnknownFields(unknown.server(), stripping.stripped.build()),
        ImmutableList.copyOf(stripping.places));
  }

  /** Which fields the paths fit; {@code names} are those of {@code value} and all around it. */
  private void find(List<String> names, String place, Json value) {
    value
        .fields()
        .forEach(
            (name, field) -> {
              List<String> inner = ImmutableList.<String>builder().addAll(names).add(name).build();
              String path = UnknownFields.withoutPositions(place + "." + name);
              if (paths.contains(path)) {
                fieldsByPath.put(path, inner);
              }
              find(inner, path, field);
            });
    value.items().forEach(item -> find(names, place + "[]", item));
  }

  private Json rest(String place, Json value) {
    if (value.isArray()) {
      List<Json> items = new ArrayList<>();
      for (Json item : value.items()) {
        items.add(rest(place + "[" + items.size() + "]", item));
      }
      return Json.array(items);
    }
    if (!value.isObject()) {
      return value;
    }
    Map<String, Json> fields = new LinkedHashMap<>();
    value
        .fields()
        .forEach(
            (name, field) -> {
              String inner = place + "." + name;
              if (isLeftOut(inner)) {
                places.add(inner);
                stripped.add(UnknownFields.withoutPositions(inner));
              } else {
                fields.put(name, rest(inner, field));
              }
            });
    return Json.object(fields);
  }

  private boolean isLeftOut(String place) {
    return fieldsByPath.get(UnknownFields.withoutPositions(place)).size() == 1;
  }
}
