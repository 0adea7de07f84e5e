/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When the change began that a controller of endpoints is about to write. */
final class TriggerTimes {
  private final Map<ObjectKey, Map<String, String>> seen = new HashMap<>();

  /** The earliest time that was not seen before, of the Service or of a pod; empty without one. */
  String next(ObjectKey service, JsonObject object, List<JsonObject> pods) {
    Map<String, String> before = seen.getOrDefault(service, Map.of());
    Map<String, String> times = new HashMap<>();
    times.put("", Trees.string(object, "metadata", "creationTimestamp"));
    for (JsonObject pod : pods) {
      JsonObject ready = World.condition(pod, "Ready");
      String time = Trees.string(ready, "lastTransitionTime");
      if (!time.isEmpty()) {
        times.put(Trees.string(pod, "metadata", "name"), time);
      }
    }
    seen.put(service, times);
    // Times of one form sort as text.
    return times.entrySet().stream()
        .filter(time -> time.getValue().compareTo(before.getOrDefault(time.getKey(), "")) > 0)
        .map(Map.Entry::getValue)
        .min(String::compareTo)
        .orElse("");
  }

  void forget(ObjectKey service) {
    seen.remove(service);
  }
}
