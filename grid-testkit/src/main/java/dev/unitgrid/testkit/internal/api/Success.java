/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;

/** The {@code Status} of what was done and leaves no object to show. Stateless. */
final class Success {
  private Success() {}

  /** A pod was bound or evicted. */
  static JsonObject created() {
    JsonObject status = status();
    status.addProperty("code", 201);
    return status;
  }

  /** The object that was {@code before} is gone. */
  static JsonObject deleted(Route route, JsonObject before) {
    JsonObject details = Trees.objectOf("name", route.name());
    if (!route.kind().group().isEmpty()) {
      details.addProperty("group", route.kind().group());
    }
    details.addProperty("kind", route.kind().plural());
    details.addProperty("uid", Trees.string(before, "metadata", "uid"));
    JsonObject status = status();
    status.add("details", details);
    return status;
  }

  private static JsonObject status() {
    return Trees.objectOf(
        "kind", "Status",
        "apiVersion", "v1",
        "metadata", new JsonObject(),
        "status", "Success");
  }
}
