/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.patch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.fields.GoText;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Kubernetes' strategic merge patch of built-in kinds. Stateless. */
public final class StrategicMergePatch {
  private static final String DIRECTIVE = "$patch";
  private static final String RETAIN_KEYS = "$retainKeys";
  private static final String ORDER = "$setElementOrder/";
  private static final String DELETE_PRIMITIVES = "$deleteFromPrimitiveList/";

  private StrategicMergePatch() {}

  /**
   * The patched copy of {@code object}.
   *
   * @throws PatchException 400 for a malformed patch
   */
  public static JsonObject apply(JsonObject object, JsonElement patch, Schema schema) {
    if (!(patch instanceof JsonObject changes)) {
      throw new PatchException(
          400, "json: cannot unmarshal array into Go value of type map[string]interface {}");
    }
    return merge(object, changes, schema);
  }

  /**
   * What the real server has left of a patch once it has merged it into {@code target}, and prints
   * when the result is refused: without the nulls in maps that were not there.
   */
  public static JsonObject used(JsonObject patch, JsonObject target) {
    JsonObject used = new JsonObject();
    for (Map.Entry<String, JsonElement> change : patch.entrySet()) {
      JsonElement there = target.get(change.getKey());
      if (change.getValue() instanceof JsonObject below) {
        used.add(
            change.getKey(),
            there instanceof JsonObject known ? used(below, known) : Trees.withoutNulls(below));
      } else {
        used.add(change.getKey(), change.getValue());
      }
    }
    return used;
  }

  private static JsonObject merge(@Nullable JsonElement target, JsonObject patch, Schema schema) {
    String directive = Trees.string(patch, DIRECTIVE);
    if (directive.equals("delete")) {
      return new JsonObject();
    }
    if (!directive.isEmpty() && !directive.equals("replace") && !directive.equals("merge")) {
      throw new PatchException(
          500, "unknown patch type: " + directive + " in map: " + GoText.of(patch));
    }
    JsonObject merged =
        target instanceof JsonObject object && !directive.equals("replace")
            ? object.deepCopy()
            : new JsonObject();
    retain(merged, patch);
    for (Map.Entry<String, JsonElement> change : patch.entrySet()) {
      field(merged, change.getKey(), change.getValue(), schema);
    }
    for (Map.Entry<String, JsonElement> change : patch.entrySet()) {
      if (change.getKey().startsWith(ORDER)) {
        String name = change.getKey().substring(ORDER.length());
        Schema field = fieldOf(schema, name);
        order(merged, name, change.getValue(), Trees.array(target, name), field.mergeKey());
      }
    }
    return merged;
  }

  private static void retain(JsonObject merged, JsonObject patch) {
    if (patch.get(RETAIN_KEYS) instanceof JsonArray keys) {
      List<String> kept = keys.asList().stream().map(JsonElement::getAsString).toList();
      merged.keySet().removeIf(name -> !kept.contains(name));
    }
  }

  private static void field(JsonObject merged, String name, JsonElement value, Schema schema) {
    if (name.equals(DIRECTIVE) || name.equals(RETAIN_KEYS) || name.startsWith(ORDER)) {
      return;
    }
    if (name.startsWith(DELETE_PRIMITIVES)) {
      removePrimitives(merged, name.substring(DELETE_PRIMITIVES.length()), value);
      return;
    }
    Schema field = fieldOf(schema, name);
    if (value.isJsonNull()) {
      merged.remove(name);
    } else if (value instanceof JsonObject below
        && Trees.isNull(merged.get(name))
        && Trees.string(below, DIRECTIVE).equals("replace")) {
      // The real server forgets what is to replace nothing.
      merged.remove(name);
    } else if (value instanceof JsonObject below) {
      merged.add(name, merge(merged.get(name), below, field));
    } else if (value instanceof JsonArray items
        && field.hasPatchStrategy("merge")
        && merged.get(name) instanceof JsonArray there) {
      merged.add(name, mergeList(there, items, field));
    } else {
      merged.add(name, withoutDirectives(value));
    }
  }

  /** What is taken as it is loses the items that say how to merge them. */
  private static JsonElement withoutDirectives(JsonElement value) {
    if (!(value instanceof JsonArray items)) {
      return value.deepCopy();
    }
    JsonArray kept = new JsonArray();
    for (JsonElement item : items) {
      if (Trees.string(item, DIRECTIVE).isEmpty()) {
        kept.add(item.deepCopy());
      }
    }
    return kept;
  }

  private static Schema fieldOf(Schema schema, String name) {
    Schema field = schema.field(name);
    return field == null ? Schema.UNKNOWN : field;
  }

  private static JsonArray mergeList(JsonArray there, JsonArray patch, Schema schema) {
    String key = schema.mergeKey();
    if (key.isEmpty()) {
      return union(there, patch);
    }
    if (patch.asList().stream().anyMatch(item -> Trees.string(item, DIRECTIVE).equals("replace"))) {
      JsonArray replaced = new JsonArray();
      patch.forEach(
          item -> {
            if (!Trees.string(item, DIRECTIVE).equals("replace")) {
              replaced.add(item.deepCopy());
            }
          });
      return replaced;
    }
    List<JsonElement> merged = new ArrayList<>(there.deepCopy().asList());
    for (JsonElement change : patch) {
      JsonElement value = Trees.at(change, key);
      if (!(change instanceof JsonObject changes) || value == null) {
        throw new PatchException(
            500, "map: " + GoText.of(change) + " does not contain declared merge key: " + key);
      }
      int index = indexOf(merged, key, value);
      if (Trees.string(changes, DIRECTIVE).equals("delete")) {
        merged.removeIf(item -> Trees.same(Trees.at(item, key), value));
      } else if (index >= 0) {
        merged.set(index, merge(merged.get(index), changes, schema.items()));
      } else {
        merged.add(merge(null, changes, schema.items()));
      }
    }
    JsonArray places = new JsonArray();
    for (JsonElement change : patch) {
      if (!Trees.string(change, DIRECTIVE).equals("delete")) {
        places.add(change);
      }
    }
    return ordered(merged, places, there, key);
  }

  private static JsonArray union(JsonArray there, JsonArray more) {
    JsonArray union = there.deepCopy();
    for (JsonElement item : more) {
      if (!union.contains(item)) {
        union.add(item.deepCopy());
      }
    }
    return ordered(union.asList(), more, there, "");
  }

  private static void removePrimitives(JsonObject merged, String name, JsonElement gone) {
    if (merged.get(name) instanceof JsonArray there && gone instanceof JsonArray values) {
      JsonArray left = new JsonArray();
      there.forEach(
          item -> {
            if (!values.contains(item)) {
              left.add(item);
            }
          });
      merged.add(name, left);
    }
  }

  private static int indexOf(List<JsonElement> items, String key, JsonElement value) {
    for (int i = 0; i < items.size(); i++) {
      if (Trees.same(Trees.at(items.get(i), key), value)) {
        return i;
      }
    }
    return -1;
  }

  private static void order(
      JsonObject merged, String name, JsonElement order, JsonArray before, String key) {
    if (merged.get(name) instanceof JsonArray items && order instanceof JsonArray wanted) {
      merged.add(name, ordered(items.asList(), wanted, before, key));
    }
  }

  /**
   * The items that {@code places} names, in that order; each of the others goes before the first
   * one that it stood before on the server, or last.
   */
  private static JsonArray ordered(
      List<JsonElement> items, JsonArray places, JsonArray before, String key) {
    List<JsonElement> named = new ArrayList<>();
    for (JsonElement place : places) {
      for (JsonElement item : items) {
        if (isAt(item, place, key) && !named.contains(item)) {
          named.add(item);
        }
      }
    }
    List<JsonElement> others = new ArrayList<>(items);
    others.removeAll(named);
    int from = 0;
    for (JsonElement other : others) {
      int rank = rank(other, before, key);
      int at = from;
      while (at < named.size() && (rank < 0 || rank(named.get(at), before, key) <= rank)) {
        at++;
      }
      named.add(at, other);
      from = at + 1;
    }
    JsonArray ordered = new JsonArray();
    named.forEach(ordered::add);
    return ordered;
  }

  private static int rank(JsonElement item, JsonArray before, String key) {
    for (int i = 0; i < before.size(); i++) {
      if (isAt(before.get(i), item, key)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isAt(JsonElement item, JsonElement place, String key) {
    return key.isEmpty()
        ? Trees.same(item, place)
        : Trees.same(Trees.at(item, key), Trees.at(place, key));
  }
}
