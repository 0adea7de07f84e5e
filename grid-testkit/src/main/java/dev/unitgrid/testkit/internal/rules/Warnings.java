/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.rules;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the real server takes and warns of. Stateless. */
public final class Warnings {
  private Warnings() {}

  /** The warnings of a create, or of an update of {@code before}. */
  public static List<String> of(String storage, JsonObject object, @Nullable JsonElement before) {
    List<String> warnings = new ArrayList<>();
    switch (storage) {
      case "pods" -> {
        name(object, before, "the Pod's hostname", warnings);
        pod(Trees.object(object, "spec"), "spec", warnings);
      }
      case "deployments.apps", "replicasets.apps" -> {
        name(object, before, "Pod names and hostnames", warnings);
        pod(Trees.object(object, "spec", "template", "spec"), "spec.template.spec", warnings);
      }
      case "statefulsets.apps" -> {
        pod(Trees.object(object, "spec", "template", "spec"), "spec.template.spec", warnings);
        if (Trees.number(object, 0, "spec", "revisionHistoryLimit") < 0) {
          warnings.add(
              "spec.revisionHistoryLimit: a negative value retains all historical revisions; a"
                  + " value >= 0 is recommended");
        }
      }
      case "services" -> service(object, warnings);
      default -> {
        // Nothing to warn of.
      }
    }
    return warnings;
  }

  private static void name(
      JsonObject object, @Nullable JsonElement before, String use, List<String> warnings) {
    List<String> problems = Names.problemsOfLabel(Trees.string(object, "metadata", "name"));
    if (before == null && !problems.isEmpty()) {
      warnings.add(
          "metadata.name: this is used in "
              + use
              + ", which can result in surprising behavior; a DNS label is recommended: ["
              + String.join(", ", problems)
              + "]");
    }
  }

  private static void service(JsonObject object, List<String> warnings) {
    JsonObject spec = Trees.object(object, "spec");
    if (!Trees.string(spec, "externalName").isEmpty()
        && !Trees.string(spec, "type").equals("ExternalName")) {
      warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
    }
  }

  private static void pod(JsonObject spec, String path, List<String> warnings) {
    List<JsonObject> secrets = Trees.objects(spec, "imagePullSecrets");
    for (int i = 0; i < secrets.size(); i++) {
      if (Trees.string(secrets.get(i), "name").isEmpty()) {
        warnings.add(path + ".imagePullSecrets[" + i + "].name: invalid empty name \"\"");
      }
    }
  }
}
