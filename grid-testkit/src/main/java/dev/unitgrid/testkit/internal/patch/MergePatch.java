/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.patch;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** JSON merge patch, RFC 7386. Stateless. */
public final class MergePatch {
  private MergePatch() {}

  /**
   * The patched copy of {@code object}.
   *
   * @throws PatchException 400 if the patch is not an object
   */
  public static JsonObject apply(JsonObject object, JsonElement patch) {
    if (!(patch instanceof JsonObject changes)) {
      throw new PatchException(
          400,
          "error decoding patch: json: cannot unmarshal array into Go value of type"
              + " map[string]interface {}");
    }
    return merge(object, changes);
  }

  private static JsonObject merge(@Nullable JsonElement target, JsonObject changes) {
    // By name, as the real server writes what it merged: so its decoder meets the first mistake.
    TreeMap<String, JsonElement> merged = new TreeMap<>();
    if (target instanceof JsonObject object) {
      object.entrySet().forEach(field -> merged.put(field.getKey(), field.getValue()));
    }
    for (Map.Entry<String, JsonElement> change : changes.entrySet()) {
      String name = change.getKey();
      if (change.getValue().isJsonNull()) {
        merged.remove(name);
      } else if (change.getValue() instanceof JsonObject below) {
        merged.put(name, merge(merged.get(name), below));
      } else {
        merged.put(name, change.getValue());
      }
    }
    JsonObject result = new JsonObject();
    merged.forEach((name, value) -> result.add(name, value.deepCopy()));
    return result;
  }
}
