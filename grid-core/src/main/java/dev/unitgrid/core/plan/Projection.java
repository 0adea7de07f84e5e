/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.plan;

import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a live object is worth a comparison with what it should be: what is rendered, and, if
 * fields are dropped, what is neither rendered nor filled in by the API server.
 */
final class Projection {
  /** The fields by which items of lists are told apart, the most telling first. */
  private static final List<String> KEYS =
      List.of("name", "containerPort", "port", "mountPath", "devicePath", "topologyKey", "ip");

  private final boolean withDropped;

  Projection(boolean withDropped) {
    this.withDropped = withDropped;
  }

  /** {@code live}, seen through {@code rendered}, with the fields in its order. */
  Json of(Json live, Json rendered) {
    if (live.isObject() && rendered.isObject()) {
      return object(live, rendered);
    }
    return live.isArray() && rendered.isArray() ? array(live, rendered) : live;
  }

  private Json object(Json live, Json rendered) {
    Map<String, Json> seen = new LinkedHashMap<>();
    rendered
        .fields()
        .forEach(
            (name, value) -> live.find(name).ifPresent(there -> seen.put(name, of(there, value))));
    live.fields()
        .forEach(
            (name, value) -> {
              if (withDropped && !rendered.has(name) && !ServerDefaults.contain(name)) {
                seen.put(name, value);
              }
            });
    return Json.object(seen);
  }

  private Json array(Json live, Json rendered) {
    List<Json> seen = new ArrayList<>();
    List<Json> left = new ArrayList<>(live.items());
    for (int i = 0; i < rendered.items().size(); i++) {
      Json item = rendered.items().get(i);
      Optional<Json> there = counterpart(left, item);
      there.ifPresent(
          found -> {
            left.remove(found);
            seen.add(of(found, item));
          });
    }
    if (withDropped || left.size() == live.items().size()) {
      seen.addAll(left);
    }
    return Json.array(seen);
  }

  private static Optional<Json> counterpart(List<Json> live, Json item) {
    Optional<String> key = KEYS.stream().filter(item::has).findFirst();
    return live.stream()
        .filter(
            there ->
                key.isPresent()
                    ? there.get(key.get()).equals(item.get(key.get()))
                    : there.equals(item))
        .findFirst();
  }
}
