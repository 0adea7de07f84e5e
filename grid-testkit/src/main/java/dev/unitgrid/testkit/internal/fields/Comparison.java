/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.schema.Schema;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which fields differ between two states of an object, by the rules of ownership: a field that
 * comes or goes counts with everything in it, an atomic list or map as a whole.
 */
final class Comparison {
  private final FieldSet added = new FieldSet();
  private final FieldSet modified = new FieldSet();
  private final FieldSet removed = new FieldSet();

  private Comparison() {}

  /** A way from the root, whose steps are needed only where something differs. */
  private record Path(@Nullable Path parent, String step) {}

  private static List<String> steps(@Nullable Path path) {
    Deque<String> steps = new ArrayDeque<>();
    for (Path here = path; here != null; here = here.parent()) {
      steps.addFirst(here.step());
    }
    return List.copyOf(steps);
  }

  static Comparison of(JsonObject before, JsonObject after, Schema schema) {
    Comparison comparison = new Comparison();
    comparison.compare(before, after, schema, null);
    return comparison;
  }

  FieldSet changed() {
    return modified.union(added);
  }

  FieldSet removed() {
    return removed;
  }

  private void compare(
      @Nullable JsonElement before,
      @Nullable JsonElement after,
      Schema schema,
      @Nullable Path path) {
    if (isLeaf(before, after, schema)) {
      leaf(before, after, path);
      return;
    }
    JsonElement shape = after == null || after.isJsonNull() ? before : after;
    if (shape instanceof JsonArray) {
      items(before, after, schema, path);
    } else {
      fields(before, after, schema, path);
    }
    if (before == null) {
      added.insert(steps(path));
    } else if (after == null) {
      removed.insert(steps(path));
    }
  }

  private static boolean isLeaf(
      @Nullable JsonElement before, @Nullable JsonElement after, Schema schema) {
    JsonElement shape = Trees.isNull(after) ? before : after;
    if (shape instanceof JsonArray) {
      return schema.listType() == Schema.ListType.ATOMIC || (isEmpty(before) && isEmpty(after));
    }
    if (shape instanceof JsonObject) {
      return schema.isAtomicMap() || (isEmpty(before) && isEmpty(after));
    }
    return true;
  }

  private static boolean isEmpty(@Nullable JsonElement value) {
    return Trees.isNull(value)
        || (value instanceof JsonArray array && array.isEmpty())
        || (value instanceof JsonObject object && object.isEmpty());
  }

  private void leaf(
      @Nullable JsonElement before, @Nullable JsonElement after, @Nullable Path path) {
    if (before == null) {
      added.insert(steps(path));
    } else if (after == null) {
      removed.insert(steps(path));
    } else if (!before.equals(after)) {
      modified.insert(steps(path));
    }
  }

  private void fields(
      @Nullable JsonElement before,
      @Nullable JsonElement after,
      Schema schema,
      @Nullable Path path) {
    JsonObject old = before instanceof JsonObject object ? object : new JsonObject();
    JsonObject now = after instanceof JsonObject object ? object : new JsonObject();
    for (Map.Entry<String, JsonElement> entry : old.entrySet()) {
      field(entry.getKey(), entry.getValue(), now.get(entry.getKey()), schema, path);
    }
    for (Map.Entry<String, JsonElement> entry : now.entrySet()) {
      if (!old.has(entry.getKey())) {
        field(entry.getKey(), null, entry.getValue(), schema, path);
      }
    }
  }

  private void field(
      String name,
      @Nullable JsonElement before,
      @Nullable JsonElement after,
      Schema schema,
      @Nullable Path path) {
    Schema field = schema.field(name);
    compare(
        before, after, field == null ? Schema.UNKNOWN : field, new Path(path, Steps.field(name)));
  }

  private void items(
      @Nullable JsonElement before,
      @Nullable JsonElement after,
      Schema schema,
      @Nullable Path path) {
    Map<String, List<JsonElement>> old = byStep(before, schema);
    Map<String, List<JsonElement>> now = byStep(after, schema);
    Set<String> steps = new LinkedHashSet<>(old.keySet());
    steps.addAll(now.keySet());
    for (String step : steps) {
      item(
          old.getOrDefault(step, List.of()),
          now.getOrDefault(step, List.of()),
          schema.items(),
          new Path(path, step));
    }
  }

  /** Items of one key more than once count as one value: they cannot be merged. */
  private void item(
      List<JsonElement> old, List<JsonElement> now, Schema schema, @Nullable Path path) {
    if (old.size() <= 1 && now.size() <= 1) {
      compare(old.isEmpty() ? null : old.get(0), now.isEmpty() ? null : now.get(0), schema, path);
    } else if (old.size() > 1 && now.size() > 1) {
      if (!old.equals(now)) {
        modified.insert(steps(path));
      }
    } else if (old.size() > 1) {
      if (!now.isEmpty()) {
        compare(null, now.get(0), schema, path);
      }
      removed.insert(steps(path));
    } else {
      if (!old.isEmpty()) {
        compare(old.get(0), null, schema, path);
      }
      added.insert(steps(path));
    }
  }

  private static Map<String, List<JsonElement>> byStep(@Nullable JsonElement list, Schema schema) {
    Map<String, List<JsonElement>> byStep = new LinkedHashMap<>();
    if (list instanceof JsonArray array) {
      for (JsonElement item : array) {
        byStep.computeIfAbsent(Steps.item(item, schema), step -> new ArrayList<>()).add(item);
      }
    }
    return byStep;
  }
}
