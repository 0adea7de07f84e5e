/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.differential;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Answers without what a server makes up: uids, versions and addresses become the order in which
 * they were first seen, so that what is equal stays so; times become one. One sequence, one thread.
 */
final class Anonymous {
  private static final Set<String> TIMES = Set.of("creationTimestamp", "deletionTimestamp", "time");
  private static final Set<String> MADE_UP = Set.of("uid", "resourceVersion", "clusterIP");

  private final Map<String, String> names = new LinkedHashMap<>();

  JsonElement of(JsonElement value) {
    if (value instanceof JsonObject object) {
      JsonObject copy = new JsonObject();
      // In the order of names: the order of fields is no part of an answer.
      new TreeSet<>(object.keySet()).forEach(name -> copy.add(name, field(name, object.get(name))));
      return copy;
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      array.forEach(item -> copy.add(of(item)));
      return copy;
    }
    return value;
  }

  private JsonElement field(String name, JsonElement value) {
    if ((name.equals("managedFields") || name.equals("causes"))
        && value instanceof JsonArray entries) {
      return sorted(entries);
    }
    if (value instanceof JsonPrimitive text && text.isString()) {
      if (TIMES.contains(name)) {
        return new JsonPrimitive("a time");
      }
      if (MADE_UP.contains(name)) {
        return new JsonPrimitive(named(name, text.getAsString()));
      }
      if (name.equals("message")) {
        return new JsonPrimitive(replaced(text.getAsString()));
      }
    }
    if (name.equals("clusterIPs") && value instanceof JsonArray addresses) {
      JsonArray copy = new JsonArray();
      addresses.forEach(address -> copy.add(named("clusterIP", address.getAsString())));
      return copy;
    }
    return of(value);
  }

  private String named(String what, String value) {
    boolean said = value.isEmpty() || value.equals("None") || value.length() == 1;
    return said
        ? value
        : names.computeIfAbsent(what + ":" + value, unseen -> what + "#" + names.size());
  }

  /** Without what was patched, without where Go's scheme was made, and with causes in one order. */
  private String replaced(String message) {
    String result =
        message
            .replaceAll("(?s)Invalid value: \"\\{\\\\\".*}\": ", "Invalid value: ...: ")
            .replaceAll("StorageError: .*AdditionalErrorMsg: ", "")
            .replaceAll("in scheme \"[^\"]*\"", "in a scheme")
            .replaceAll("(?s)is invalid: \\[.*]$", "is invalid: ...");
    if (result.contains(": field not declared in schema")) {
      // The real server stops at such a field, wherever its map of Go has it.
      return "field not declared in schema";
    }
    if (result.contains("errors:\n")) {
      List<String> lines = new ArrayList<>(result.lines().toList());
      lines.subList(1, lines.size()).sort(Comparator.naturalOrder());
      result = String.join("\n", lines);
    }
    for (Map.Entry<String, String> name : names.entrySet()) {
      String value = name.getKey().substring(name.getKey().indexOf(':') + 1);
      if (value.length() > 6) {
        result = result.replace(value, name.getValue());
      }
    }
    return result;
  }

  /** Times decide the order of owners, to the second; maps of Go decide the order of causes. */
  private JsonArray sorted(JsonArray entries) {
    List<JsonElement> list = new ArrayList<>();
    // The real server checks metadata up to three times, and says so each time.
    entries.forEach(
        entry -> {
          JsonElement copy = of(entry);
          if (!list.contains(copy)) {
            list.add(copy);
          }
        });
    list.sort(Comparator.comparing(JsonElement::toString));
    JsonArray sorted = new JsonArray();
    list.forEach(sorted::add);
    return sorted;
  }
}
