/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.patch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** JSON patch, RFC 6902. Stateless. */
public final class JsonPatch {
  private static final int MOST_OPERATIONS = 10_000;

  private JsonPatch() {}

  /**
   * The patched copy of {@code object}.
   *
   * @throws PatchException 400 for a malformed patch, 422 for one that does not fit the object
   */
  public static JsonObject apply(JsonObject object, JsonElement patch) {
    if (!(patch instanceof JsonArray operations)) {
      throw new PatchException(
          400,
          "error decoding patch: json: cannot unmarshal object into Go value of type"
              + " []handlers.jsonPatchOp");
    }
    if (operations.size() > MOST_OPERATIONS) {
      throw new PatchException(
          413,
          "Request entity too large: The allowed maximum operations in a JSON patch is "
              + MOST_OPERATIONS
              + ", got "
              + operations.size());
    }
    JsonElement[] root = {object.deepCopy()};
    for (JsonElement operation : operations) {
      if (!(operation instanceof JsonObject step)) {
        throw new PatchException(
            400,
            "error decoding patch: json: cannot unmarshal number into Go value of type"
                + " handlers.jsonPatchOp");
      }
      apply(root, step);
    }
    if (!(root[0] instanceof JsonObject patched)) {
      throw new PatchException(422, "the patched object is not an object");
    }
    List<List<String>> ways = new ArrayList<>();
    for (JsonObject step : Trees.objects(operations)) {
      ways.add(tokens(Trees.string(step, "path")));
    }
    return (JsonObject) byName(patched, ways);
  }

  /** The real server's library writes the objects that it went through by the names of fields. */
  private static JsonElement byName(JsonElement value, List<List<String>> ways) {
    if (ways.isEmpty() || !(value instanceof JsonObject object)) {
      return value;
    }
    JsonObject sorted = new JsonObject();
    for (String name : new TreeSet<>(object.keySet())) {
      List<List<String>> below =
          ways.stream()
              .filter(way -> way.size() > 1 && way.get(0).equals(name))
              .map(way -> way.subList(1, way.size()))
              .toList();
      sorted.add(name, byName(object.get(name), below));
    }
    return sorted;
  }

  private static void apply(JsonElement[] root, JsonObject step) {
    String path = Trees.string(step, "path");
    switch (Trees.string(step, "op")) {
      case "add" -> add(root, path, value(step));
      case "remove" -> remove(root, path, "remove");
      case "replace" -> {
        // The real server's library replaces a field that is not there.
        if (hasItemAt(root[0], path)) {
          remove(root, path, "replace");
        }
        add(root, path, value(step));
      }
      case "test" -> test(root[0], path, value(step));
      case "copy" -> add(root, path, find(root[0], Trees.string(step, "from"), "copy").deepCopy());
      case "move" -> {
        JsonElement moved = find(root[0], Trees.string(step, "from"), "move").deepCopy();
        remove(root, Trees.string(step, "from"), "move");
        add(root, path, moved);
      }
      default ->
          throw new PatchException(
              422,
              "Unexpected kind: " + Trees.string(step, "op") + " is no operation of JSON patch");
    }
  }

  private static boolean hasItemAt(JsonElement root, String path) {
    List<String> tokens = tokens(path);
    return tokens.isEmpty()
        || !(parent(root, tokens, path, "replace") instanceof JsonObject object)
        || object.has(tokens.get(tokens.size() - 1));
  }

  private static JsonElement value(JsonObject step) {
    JsonElement value = step.get("value");
    return value == null ? JsonNull.INSTANCE : value.deepCopy();
  }

  private static void test(JsonElement root, String path, JsonElement expected) {
    JsonElement found;
    try {
      found = find(root, path, "test");
    } catch (PatchException missing) {
      if (expected.isJsonNull()) {
        return;
      }
      throw missing;
    }
    if (!Trees.same(found, expected)) {
      throw new PatchException(422, "testing value " + path + " failed: test failed");
    }
  }

  private static JsonElement find(JsonElement root, String path, String operation) {
    JsonElement value = root;
    for (String token : tokens(path)) {
      value = step(value, token, path, operation);
    }
    return value;
  }

  private static JsonElement step(JsonElement value, String token, String path, String operation) {
    if (value instanceof JsonObject object && object.has(token)) {
      return object.get(token);
    }
    if (value instanceof JsonArray array) {
      int index = index(array, token, path);
      if (index < array.size()) {
        return array.get(index);
      }
    }
    throw new PatchException(
        422,
        operation + " operation does not apply: doc is missing path: " + path + ": missing value");
  }

  private static int index(JsonArray array, String token, String path) {
    if (token.equals("-")) {
      return array.size();
    }
    try {
      int index = Integer.parseInt(token);
      int positive = index < 0 ? index + array.size() : index;
      if (positive >= 0) {
        return positive;
      }
    } catch (NumberFormatException notANumber) {
      throw new PatchException(422, "the path " + path + " does not index an array: " + token);
    }
    throw new PatchException(422, "the index " + token + " of " + path + " is out of bounds");
  }

  private static void add(JsonElement[] root, String path, JsonElement value) {
    List<String> tokens = tokens(path);
    if (tokens.isEmpty()) {
      root[0] = value;
      return;
    }
    JsonElement parent = parent(root[0], tokens, path, "add");
    String last = tokens.get(tokens.size() - 1);
    if (parent instanceof JsonObject object) {
      object.add(last, value);
    } else if (parent instanceof JsonArray array) {
      insert(array, index(array, last, path), value, path);
    } else {
      throw missing("add", path);
    }
  }

  private static void insert(JsonArray array, int index, JsonElement value, String path) {
    if (index > array.size()) {
      throw new PatchException(
          422, "add operation does not apply: the index of " + path + " is out of bounds");
    }
    List<JsonElement> items = new ArrayList<>(array.asList());
    items.add(index, value);
    while (!array.isEmpty()) {
      array.remove(array.size() - 1);
    }
    items.forEach(array::add);
  }

  private static void remove(JsonElement[] root, String path, String operation) {
    List<String> tokens = tokens(path);
    if (tokens.isEmpty()) {
      return;
    }
    JsonElement parent = parent(root[0], tokens, path, operation);
    String last = tokens.get(tokens.size() - 1);
    if (parent instanceof JsonObject object && object.has(last)) {
      object.remove(last);
    } else if (parent instanceof JsonArray array && index(array, last, path) < array.size()) {
      array.remove(index(array, last, path));
    } else {
      throw missing(operation, path);
    }
  }

  private static JsonElement parent(
      JsonElement root, List<String> tokens, String path, String operation) {
    JsonElement value = root;
    for (String token : tokens.subList(0, tokens.size() - 1)) {
      value = step(value, token, path, operation);
    }
    return value;
  }

  private static PatchException missing(String operation, String path) {
    return new PatchException(
        422,
        operation + " operation does not apply: doc is missing key: " + path + ": missing value");
  }

  private static List<String> tokens(String path) {
    if (path.isEmpty()) {
      return List.of();
    }
    List<String> tokens = new ArrayList<>();
    if (!path.startsWith("/")) {
      throw new PatchException(422, "a path begins with a slash: " + path);
    }
    for (String token : path.substring(1).split("/", -1)) {
      tokens.add(token.replace("~1", "/").replace("~0", "~"));
    }
    return tokens;
  }
}
