/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The status of a CustomResourceDefinition, which the real server writes itself. Stateless. */
final class Definitions {
  static final String STORAGE = "customresourcedefinitions.apiextensions.k8s.io";

  private Definitions() {}

  /** What a definition has before its names were looked at. */
  static JsonObject unlooked(JsonObject definition) {
    JsonArray stored = new JsonArray();
    for (JsonObject version : Trees.objects(definition, "spec", "versions")) {
      if (Trees.isTrue(version, "storage")) {
        stored.add(Trees.string(version, "name"));
      }
    }
    return Trees.objectOf(
        "conditions",
        JsonNull.INSTANCE,
        "acceptedNames",
        Trees.objectOf("plural", "", "kind", ""),
        "storedVersions",
        stored);
  }

  /** The versions that were ever stored: an update adds the storage version. */
  static void rememberStored(JsonObject live, JsonObject next) {
    JsonArray stored = Trees.array(live, "status", "storedVersions").deepCopy();
    for (JsonElement now : Trees.array(unlooked(next), "storedVersions")) {
      if (!stored.contains(now)) {
        stored.add(now);
      }
    }
    Trees.child(next, "status").add("storedVersions", stored);
  }

  /** {@code definition} with what is said of its names beside those of {@code others}. */
  static JsonObject judged(JsonObject definition, Collection<JsonObject> others, String now) {
    JsonObject judged = definition.deepCopy();
    JsonObject names = Trees.object(definition, "spec", "names");
    Optional<String[]> conflict = conflict(definition, others);
    JsonObject accepted = names.deepCopy();
    accepted.remove("categories");
    conflict.ifPresent(found -> accepted.remove(found[0]));
    if (conflict.isPresent()) {
      accepted.addProperty("kind", "");
      accepted.remove("singular");
    }
    JsonObject status = Trees.child(judged, "status");
    status.add("acceptedNames", accepted);
    JsonObject namesAccepted =
        conflict
            .map(
                found ->
                    condition(
                        "NamesAccepted",
                        "False",
                        now,
                        found[1],
                        "\"" + found[2] + "\" is already in use"))
            .orElseGet(
                () -> condition("NamesAccepted", "True", now, "NoConflicts", "no conflicts found"));
    JsonObject established =
        conflict.isPresent()
            ? condition("Established", "False", now, "NotAccepted", "not all names are accepted")
            : condition(
                "Established",
                "True",
                now,
                "InitialNamesAccepted",
                "the initial names have been accepted");
    status.add("conditions", Trees.arrayOf(namesAccepted, established));
    return judged;
  }

  /** Whether the kinds of {@code definition} may be served. */
  static boolean isRefused(JsonObject definition) {
    return Trees.objects(definition, "status", "conditions").stream()
        .anyMatch(
            condition ->
                Trees.string(condition, "type").equals("NamesAccepted")
                    && Trees.string(condition, "status").equals("False"));
  }

  /** Whether the kinds of {@code definition} are served. */
  static boolean isEstablished(JsonObject definition) {
    return Trees.objects(definition, "status", "conditions").stream()
        .anyMatch(
            condition ->
                Trees.string(condition, "type").equals("Established")
                    && Trees.string(condition, "status").equals("True"));
  }

  private static JsonObject condition(
      String type, String status, String now, String reason, String message) {
    return Trees.objectOf(
        "type", type,
        "status", status,
        "lastTransitionTime", now,
        "reason", reason,
        "message", message);
  }

  private static Optional<String[]> conflict(JsonObject definition, Collection<JsonObject> others) {
    String group = Trees.string(definition, "spec", "group");
    JsonObject names = Trees.object(definition, "spec", "names");
    List<String> kinds = new ArrayList<>();
    List<String> resources = new ArrayList<>();
    for (JsonObject other : others) {
      boolean competes =
          Trees.string(other, "spec", "group").equals(group)
              && !Trees.string(other, "metadata", "name")
                  .equals(Trees.string(definition, "metadata", "name"));
      if (competes) {
        JsonObject taken = Trees.object(other, "status", "acceptedNames");
        kinds.add(Trees.string(taken, "kind"));
        kinds.add(Trees.string(taken, "listKind"));
        resources.add(Trees.string(taken, "plural"));
        resources.add(Trees.string(taken, "singular"));
        Trees.array(taken, "shortNames").forEach(name -> resources.add(name.getAsString()));
      }
    }
    // In the real server's order: the last conflict is the one that is told.
    Optional<String[]> found = Optional.empty();
    for (String[] field :
        new String[][] {
          {"plural", "PluralConflict"},
          {"singular", "SingularConflict"},
          {"kind", "KindConflict"},
          {"listKind", "ListKindConflict"}
        }) {
      String name = Trees.string(names, field[0]);
      List<String> taken = field[0].endsWith("ind") ? kinds : resources;
      if (!name.isEmpty() && taken.contains(name)) {
        found = Optional.of(new String[] {field[0], field[1], name});
      }
    }
    return found;
  }
}
