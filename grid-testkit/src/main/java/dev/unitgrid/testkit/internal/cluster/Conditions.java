/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.cluster;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;

/** Conditions in a status, one a type. Stateless. */
final class Conditions {
  private Conditions() {}

  /** Sets a condition; its transition time moves with its status only. */
  static void set(
      JsonObject object, String type, String status, String reason, String message, String now) {
    JsonObject next = Trees.objectOf("type", type, "status", status);
    next.addProperty("lastTransitionTime", now);
    if (!reason.isEmpty()) {
      next.addProperty("reason", reason);
    }
    if (!message.isEmpty()) {
      next.addProperty("message", message);
    }
    JsonArray conditions = new JsonArray();
    boolean found = false;
    for (JsonObject old : Trees.objects(object, "status", "conditions")) {
      if (!Trees.string(old, "type").equals(type)) {
        conditions.add(old);
        continue;
      }
      found = true;
      if (Trees.string(old, "status").equals(status)) {
        next.add("lastTransitionTime", old.get("lastTransitionTime"));
      }
      conditions.add(next);
    }
    if (!found) {
      conditions.add(next);
    }
    Trees.child(object, "status").add("conditions", conditions);
  }
}
