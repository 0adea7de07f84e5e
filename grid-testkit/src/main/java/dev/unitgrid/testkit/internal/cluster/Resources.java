/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.schema.Quantities;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** What pods ask of a node, or have of it: cores in thousandths, bytes, pods. */
record Resources(long cpu, long memory, long pods) {
  static final Resources NONE = new Resources(0, 0, 0);

  /** What a pod asks; nothing once it has ended. */
  static Resources of(JsonObject pod) {
    if (ServiceBackends.hasEnded(pod)) {
      return NONE;
    }
    long cpu = 0;
    long memory = 0;
    for (JsonObject container : Trees.objects(pod, "spec", "containers")) {
      cpu += milli(Trees.at(container, "resources", "requests", "cpu"));
      memory += bytes(Trees.at(container, "resources", "requests", "memory"));
    }
    for (JsonObject container : Trees.objects(pod, "spec", "initContainers")) {
      cpu = Math.max(cpu, milli(Trees.at(container, "resources", "requests", "cpu")));
      memory = Math.max(memory, bytes(Trees.at(container, "resources", "requests", "memory")));
    }
    return new Resources(cpu, memory, 1);
  }

  /** What a node has; what it does not say is plenty. */
  static Resources allocatable(JsonObject node) {
    JsonObject said = Trees.object(node, "status", "allocatable");
    return new Resources(
        said.has("cpu") ? milli(said.get("cpu")) : Long.MAX_VALUE,
        said.has("memory") ? bytes(said.get("memory")) : Long.MAX_VALUE,
        said.has("pods") ? bytes(said.get("pods")) : Long.MAX_VALUE);
  }

  Resources plus(Resources other) {
    return new Resources(cpu + other.cpu, memory + other.memory, pods + other.pods);
  }

  Resources minus(Resources other) {
    return new Resources(cpu - other.cpu, memory - other.memory, pods - other.pods);
  }

  private static long milli(@org.jspecify.annotations.Nullable JsonElement quantity) {
    return value(quantity).movePointRight(3).setScale(0, RoundingMode.UP).longValue();
  }

  private static long bytes(@org.jspecify.annotations.Nullable JsonElement quantity) {
    return value(quantity).setScale(0, RoundingMode.UP).longValue();
  }

  private static BigDecimal value(@org.jspecify.annotations.Nullable JsonElement quantity) {
    return quantity == null ? BigDecimal.ZERO : Quantities.value(quantity.getAsString());
  }
}
