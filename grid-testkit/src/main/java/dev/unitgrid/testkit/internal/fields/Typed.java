/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What server-side apply does to values of a known schema: merge, remove, name. Stateless. */
final class Typed {
  private Typed() {}

  /** The paths that {@code object} names: what its applier owns. */
  static FieldSet fieldsOf(JsonObject object, Schema schema) {
    FieldSet set = new FieldSet();
    boolean whole = collect(object, schema, set);
    return whole ? new FieldSet() : set;
  }

  /** Adds what is below {@code value} to {@code set}; answers whether it is a member itself. */
  private static boolean collect(JsonElement value, Schema schema, FieldSet set) {
    if (value instanceof JsonArray array) {
      if (schema.listType() == Schema.ListType.ATOMIC) {
        return true;
      }
      collectItems(array, schema, set);
      return false;
    }
    if (value instanceof JsonObject object && !schema.isAtomicMap()) {
      collectFields(object, schema, set);
      return false;
    }
    return !value.isJsonNull();
  }

  private static void collectFields(JsonObject object, Schema schema, FieldSet set) {
    for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
      JsonElement value = entry.getValue();
      Schema field = schema.field(entry.getKey());
      FieldSet below = new FieldSet();
      boolean member = collect(value, field == null ? Schema.UNKNOWN : field, below);
      boolean empty = value instanceof JsonObject child && child.isEmpty();
      boolean named = value.isJsonNull() || empty || !schema.isStructField(entry.getKey());
      set.add(Steps.field(entry.getKey()), member || named, below);
    }
  }

  private static void collectItems(JsonArray array, Schema schema, FieldSet set) {
    List<String> steps = new ArrayList<>(array.size());
    Set<String> seen = new HashSet<>();
    Set<String> twice = new HashSet<>();
    for (JsonElement item : array) {
      String step = Steps.item(item, schema);
      steps.add(step);
      if (!seen.add(step)) {
        twice.add(step);
      }
    }
    for (int i = 0; i < array.size(); i++) {
      FieldSet below = new FieldSet();
      if (!twice.contains(steps.get(i))) {
        boolean unused = collect(array.get(i), schema.items(), below);
      }
      set.add(steps.get(i), true, below);
    }
  }

  /** {@code live} with everything that {@code config} names; a new tree. */
  static JsonObject merge(JsonObject live, JsonObject config, Schema schema) {
    return mergeValue(live, config, schema).getAsJsonObject();
  }

  private static JsonElement mergeValue(
      @Nullable JsonElement live, JsonElement config, Schema schema) {
    boolean granular =
        (live instanceof JsonObject && !schema.isAtomicMap())
            || (live instanceof JsonArray && schema.listType() != Schema.ListType.ATOMIC);
    if (live != null && config.isJsonNull() && granular) {
      // A null names a map or list as a whole, and takes nothing of it away.
      return live.deepCopy();
    }
    if (config instanceof JsonObject wanted && !schema.isAtomicMap()) {
      return mergeObject(live instanceof JsonObject there ? there : null, wanted, schema);
    }
    if (config instanceof JsonArray wanted && schema.listType() != Schema.ListType.ATOMIC) {
      return mergeList(live instanceof JsonArray there ? there : new JsonArray(), wanted, schema);
    }
    return config.deepCopy();
  }

  private static JsonElement mergeObject(
      @Nullable JsonObject live, JsonObject config, Schema schema) {
    JsonObject merged = new JsonObject();
    if (live != null) {
      for (Map.Entry<String, JsonElement> entry : live.entrySet()) {
        JsonElement wanted = config.get(entry.getKey());
        merged.add(
            entry.getKey(),
            wanted == null
                ? entry.getValue().deepCopy()
                : mergeField(entry.getKey(), entry.getValue(), wanted, schema));
      }
    }
    for (Map.Entry<String, JsonElement> entry : config.entrySet()) {
      if (!merged.has(entry.getKey())) {
        merged.add(entry.getKey(), mergeField(entry.getKey(), null, entry.getValue(), schema));
      }
    }
    return merged;
  }

  private static JsonElement mergeField(
      String name, @Nullable JsonElement live, JsonElement config, Schema schema) {
    Schema field = schema.field(name);
    try {
      return mergeValue(live, config, field == null ? Schema.UNKNOWN : field);
    } catch (FieldsException unmergeable) {
      throw unmergeable.under("." + name);
    }
  }

  /** The order: the applied items in their order, the others where they were between them. */
  private static JsonElement mergeList(JsonArray live, JsonArray config, Schema schema) {
    Map<String, JsonElement> wanted = new LinkedHashMap<>();
    for (JsonElement item : config) {
      String step = Steps.item(item, schema);
      if (wanted.put(step, item) != null) {
        throw new FieldsException("duplicate entries for key " + Steps.print(List.of(step)));
      }
    }
    List<String> there = new ArrayList<>();
    Map<String, JsonElement> liveItems = new LinkedHashMap<>();
    Set<String> twice = new HashSet<>();
    for (JsonElement item : live) {
      String step = Steps.item(item, schema);
      there.add(step);
      if (liveItems.put(step, item) != null) {
        twice.add(step);
      }
    }
    JsonArray merged = new JsonArray();
    Set<String> done = new LinkedHashSet<>();
    List<String> order = new ArrayList<>(wanted.keySet());
    int next = 0;
    for (int i = 0; i < there.size(); i++) {
      String step = there.get(i);
      if (!wanted.containsKey(step)) {
        merged.add(live.get(i).deepCopy());
        continue;
      }
      // New items that the applier puts before this one come before it.
      int until = order.indexOf(step);
      for (; next <= until; next++) {
        add(order.get(next), wanted, liveItems, twice, schema, done, merged);
      }
    }
    for (; next < order.size(); next++) {
      add(order.get(next), wanted, liveItems, twice, schema, done, merged);
    }
    return merged;
  }

  private static void add(
      String step,
      Map<String, JsonElement> wanted,
      Map<String, JsonElement> live,
      Set<String> twice,
      Schema schema,
      Set<String> done,
      JsonArray merged) {
    JsonElement item = wanted.get(step);
    if (item == null || !done.add(step)) {
      return;
    }
    try {
      merged.add(mergeValue(twice.contains(step) ? null : live.get(step), item, schema.items()));
    } catch (FieldsException unmergeable) {
      throw unmergeable.under(Steps.print(List.of(step)));
    }
  }

  /** {@code value} without the paths of {@code gone}; a new tree. */
  static JsonObject remove(JsonObject value, FieldSet gone, Schema schema) {
    return removeValue(value, gone, schema) instanceof JsonObject left ? left : new JsonObject();
  }

  private static JsonElement removeValue(JsonElement value, FieldSet gone, Schema schema) {
    if (value instanceof JsonArray array && schema.listType() != Schema.ListType.ATOMIC) {
      JsonArray left = new JsonArray();
      for (JsonElement item : array) {
        String step = Steps.item(item, schema);
        if (!gone.hasMember(step)) {
          FieldSet below = gone.child(step);
          left.add(below == null ? item.deepCopy() : removeValue(item, below, schema.items()));
        }
      }
      return left.isEmpty() ? JsonNull.INSTANCE : left;
    }
    if (value instanceof JsonObject object && !schema.isAtomicMap()) {
      JsonObject left = new JsonObject();
      for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
        String step = Steps.field(entry.getKey());
        if (!gone.hasMember(step)) {
          FieldSet below = gone.child(step);
          Schema field = schema.field(entry.getKey());
          left.add(
              entry.getKey(),
              below == null
                  ? entry.getValue().deepCopy()
                  : removeValue(entry.getValue(), below, field == null ? Schema.UNKNOWN : field));
        }
      }
      return left.isEmpty() ? JsonNull.INSTANCE : left;
    }
    return value.deepCopy();
  }

  /** {@code set} with every struct field on the way to a member as a member too. */
  static FieldSet withNamedFields(FieldSet set, Schema schema) {
    FieldSet result = new FieldSet();
    result.members().addAll(set.members());
    set.children()
        .forEach(
            (step, child) -> {
              Schema below = Schema.UNKNOWN;
              if (step.startsWith("f:")) {
                String name = step.substring(2);
                Schema field = schema.field(name);
                below = field == null ? Schema.UNKNOWN : field;
                if (schema.isStructField(name)) {
                  result.members().add(step);
                }
              } else {
                below = schema.items();
              }
              result.children().put(step, withNamedFields(child, below));
            });
    return result;
  }
}
