/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a roll-out: how many replicas a Deployment wants, how many more there may be, and
 * how many may be missing.
 */
record RollOut(long wanted, long surge, long unavailable) {
  static RollOut of(JsonObject deployment) {
    long wanted = replicas(deployment);
    if (isRecreate(deployment)) {
      return new RollOut(wanted, 0, 0);
    }
    JsonObject rolling = Trees.object(deployment, "spec", "strategy", "rollingUpdate");
    long surge = share(rolling.get("maxSurge"), wanted, true);
    long unavailable = share(rolling.get("maxUnavailable"), wanted, false);
    // Nothing could ever change with neither.
    long missing = surge == 0 && unavailable == 0 ? 1 : unavailable;
    return new RollOut(wanted, surge, Math.min(missing, wanted));
  }

  static boolean isRecreate(JsonObject deployment) {
    return Trees.string(deployment, "spec", "strategy", "type").equals("Recreate");
  }

  static long replicas(JsonObject object) {
    return Trees.number(object, 1, "spec", "replicas");
  }

  static long available(JsonObject set) {
    return Trees.number(set, 0, "status", "availableReplicas");
  }

  static long sum(List<JsonObject> sets) {
    return sets.stream().mapToLong(RollOut::replicas).sum();
  }

  static long share(@Nullable JsonElement value, long of, boolean up) {
    if (value == null || value.isJsonNull()) {
      return 0;
    }
    String text = value.getAsString();
    if (!text.endsWith("%")) {
      return Long.parseLong(text);
    }
    double part = Double.parseDouble(text.substring(0, text.length() - 1)) * of / 100;
    return (long) (up ? Math.ceil(part) : Math.floor(part));
  }

  /** The most replicas that there may be. */
  long most() {
    return wanted == 0 ? 0 : wanted + surge;
  }

  /** The fewest available replicas that there must be. */
  long fewest() {
    return wanted - unavailable;
  }

  /** What the new set should have, when all sets together have {@code there}. */
  long next(long current, long there) {
    if (current >= wanted) {
      return wanted;
    }
    return current + Math.max(0, Math.min(wanted + surge - there, wanted - current));
  }
}
