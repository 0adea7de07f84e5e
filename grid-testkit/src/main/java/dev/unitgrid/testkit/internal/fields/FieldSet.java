/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.fields;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths of fields, as {@code managedFields} hold them: each step is {@code f:name}, {@code
 * k:{"key":value}} or {@code v:value}. Mutable, one thread.
 */
public final class FieldSet {
  private final TreeSet<String> members = new TreeSet<>();
  private final TreeMap<String, FieldSet> children = new TreeMap<>();

  /** The set that the {@code fieldsV1} of an entry says. */
  public static FieldSet parse(JsonObject fieldsV1) {
    FieldSet set = new FieldSet();
    for (Map.Entry<String, JsonElement> field : fieldsV1.entrySet()) {
      if (field.getKey().equals(".") || !(field.getValue() instanceof JsonObject below)) {
        continue;
      }
      if (below.isEmpty() || below.has(".")) {
        set.members.add(field.getKey());
      }
      FieldSet child = parse(below);
      if (!child.isEmpty()) {
        set.children.put(field.getKey(), child);
      }
    }
    return set;
  }

  /** What an entry has in {@code fieldsV1}. */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    TreeSet<String> steps = new TreeSet<>(members);
    steps.addAll(children.keySet());
    for (String step : steps) {
      FieldSet child = children.get(step);
      JsonObject below = new JsonObject();
      if (child != null) {
        if (members.contains(step)) {
          below.add(".", new JsonObject());
        }
        child.toJson().entrySet().forEach(entry -> below.add(entry.getKey(), entry.getValue()));
      }
      json.add(step, below);
    }
    return json;
  }

  /** Adds the path {@code steps}; the empty path is ignored. */
  void insert(List<String> steps) {
    if (steps.isEmpty()) {
      return;
    }
    FieldSet set = this;
    for (String step : steps.subList(0, steps.size() - 1)) {
      set = set.children.computeIfAbsent(step, unused -> new FieldSet());
    }
    set.members.add(steps.get(steps.size() - 1));
  }

  /** Adds a step, as a member or not, with what is below it. */
  void add(String step, boolean member, FieldSet below) {
    if (member) {
      members.add(step);
    }
    put(step, below);
  }

  /** Whether there is no path in it. */
  public boolean isEmpty() {
    return members.isEmpty() && children.isEmpty();
  }

  boolean hasMember(String step) {
    return members.contains(step);
  }

  @Nullable FieldSet child(String step) {
    return children.get(step);
  }

  Set<String> members() {
    return members;
  }

  Map<String, FieldSet> children() {
    return children;
  }

  /** The paths in either. */
  public FieldSet union(FieldSet other) {
    FieldSet result = copy();
    result.members.addAll(other.members);
    other.children.forEach(
        (step, child) ->
            result.children.merge(step, child.copy(), (mine, theirs) -> mine.union(theirs)));
    return result;
  }

  /** The paths in both. */
  public FieldSet intersection(FieldSet other) {
    FieldSet result = new FieldSet();
    result.members.addAll(members);
    result.members.retainAll(other.members);
    children.forEach(
        (step, child) -> {
          FieldSet theirs = other.children.get(step);
          if (theirs != null) {
            result.put(step, child.intersection(theirs));
          }
        });
    return result;
  }

  /** The paths in this and not in {@code other}. */
  public FieldSet difference(FieldSet other) {
    FieldSet result = new FieldSet();
    result.members.addAll(members);
    result.members.removeAll(other.members);
    children.forEach(
        (step, child) -> {
          FieldSet theirs = other.children.get(step);
          result.put(step, theirs == null ? child.copy() : child.difference(theirs));
        });
    return result;
  }

  /** The paths that are not under one of {@code other}. */
  public FieldSet without(FieldSet other) {
    FieldSet result = new FieldSet();
    for (String member : members) {
      if (!other.members.contains(member)) {
        result.members.add(member);
      }
    }
    children.forEach(
        (step, child) -> {
          if (!other.members.contains(step)) {
            FieldSet theirs = other.children.get(step);
            result.put(step, theirs == null ? child.copy() : child.without(theirs));
          }
        });
    return result;
  }

  private void put(String step, FieldSet child) {
    if (!child.isEmpty()) {
      children.put(step, child);
    }
  }

  private FieldSet copy() {
    FieldSet copy = new FieldSet();
    copy.members.addAll(members);
    children.forEach((step, child) -> copy.children.put(step, child.copy()));
    return copy;
  }

  /** Every path, in order. */
  public List<List<String>> paths() {
    List<List<String>> paths = new ArrayList<>();
    collect(List.of(), paths);
    return paths;
  }

  private void collect(List<String> prefix, List<List<String>> paths) {
    for (String member : members) {
      paths.add(append(prefix, member));
    }
    children.forEach((step, child) -> child.collect(append(prefix, step), paths));
  }

  static List<String> append(List<String> path, String step) {
    List<String> longer = new ArrayList<>(path.size() + 1);
    longer.addAll(path);
    longer.add(step);
    return longer;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldSet set
        && members.equals(set.members)
        && children.equals(set.children);
  }

  @Override
  public int hashCode() {
    return 31 * members.hashCode() + children.hashCode();
  }

  @Override
  public String toString() {
    return toJson().toString();
  }
}
