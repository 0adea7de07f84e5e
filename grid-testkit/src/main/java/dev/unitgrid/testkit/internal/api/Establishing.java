/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.store.Change;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.Locale;

/**
 * Says in the status of a CustomResourceDefinition that its names are accepted and its kind is
 * served. Names in conflict are not looked for. Not thread-safe: the server's lock guards it.
 */
final class Establishing {
  private static final String DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io";

  private final Kinds kinds;
  private final ObjectWriter writer;

  Establishing(Kinds kinds, ObjectWriter writer) {
    this.kinds = kinds;
    this.writer = writer;
  }

  void changed(Change change) {
    JsonObject after = change.after();
    if (!change.key().resource().equals(DEFINITIONS) || after == null) {
      return;
    }
    JsonObject names = names(after);
    if (names.equals(Trees.object(after, "status", "acceptedNames"))) {
      return;
    }
    writer.update(
        kinds.byStorage(DEFINITIONS),
        change.key(),
        "status",
        Request.untracked("kube-apiserver"),
        live -> {
          live.add("status", status(live, names));
          return live;
        });
  }

  private static JsonObject names(JsonObject definition) {
    JsonObject names = Trees.object(definition, "spec", "names").deepCopy();
    String kind = Trees.string(names, "kind");
    Trees.setDefault(names, "listKind", kind + "List");
    Trees.setDefault(names, "singular", kind.toLowerCase(Locale.ROOT));
    return names;
  }

  private JsonObject status(JsonObject definition, JsonObject names) {
    JsonArray versions = Trees.array(definition, "status", "storedVersions").deepCopy();
    for (JsonObject version : Trees.objects(definition, "spec", "versions")) {
      boolean isNew = Trees.isTrue(version, "storage") && !versions.contains(version.get("name"));
      if (isNew) {
        versions.add(version.get("name"));
      }
    }
    return Trees.objectOf(
        "acceptedNames",
        names,
        "conditions",
        Trees.arrayOf(
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition(
                "Established", "InitialNamesAccepted", "the initial names have been accepted")),
        "storedVersions",
        versions);
  }

  private JsonObject condition(String type, String reason, String message) {
    return Trees.objectOf(
        "lastTransitionTime", writer.now(),
        "message", message,
        "reason", reason,
        "status", "True",
        "type", type);
  }
}
