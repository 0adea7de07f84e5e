/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.internal;

import dev.unitgrid.api.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON merge patch (RFC 7386) that turns one value into another. */
public final class MergePatch {
  private MergePatch() {}

  /**
   * What, merged into {@code from}, gives {@code to}; an empty object if they are equal objects.
   */
  public static Json between(Json from, Json to) {
    if (!from.isObject() || !to.isObject()) {
      return to;
    }
    Map<String, Json> patch = new LinkedHashMap<>();
    from.fields().keySet().stream()
        .filter(name -> !to.has(name))
        .forEach(name -> patch.put(name, Json.ofNull()));
    to.fields()
        .forEach(
            (name, value) -> {
              if (!from.has(name) || !from.get(name).equals(value)) {
                patch.put(name, between(from.get(name), value));
              }
            });
    return Json.object(patch);
  }
}
