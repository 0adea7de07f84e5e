/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonObject;

/** How stored objects are shown in the version that is asked for. Stateless. */
final class Presentation {
  private Presentation() {}

  /**
   * The object in the version of {@code kind}, with what that version knows; itself if it has it.
   * Not to be changed.
   */
  static JsonObject as(JsonObject object, ResourceKind kind) {
    if (kind.isEventOfItsGroup()) {
      return EventVersions.shown(object, kind);
    }
    if (kind.builtIn() || object.get("apiVersion").getAsString().equals(kind.apiVersion())) {
      return object;
    }
    return CustomResources.converted(object, kind.apiVersion(), kind.schema());
  }

  /** As an item of a list: a built-in one without its type, as the real server writes it. */
  static JsonObject asItem(JsonObject object, ResourceKind kind) {
    if (!kind.builtIn()) {
      return as(object, kind);
    }
    JsonObject copy = new JsonObject();
    as(object, kind)
        .entrySet()
        .forEach(
            entry -> {
              if (!entry.getKey().equals("kind") && !entry.getKey().equals("apiVersion")) {
                copy.add(entry.getKey(), entry.getValue());
              }
            });
    return copy;
  }
}
