/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.api.StatusException.Cause;
import dev.unitgrid.testkit.internal.rules.Names;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the real server refuses in the metadata of every kind. One instance checks one object. */
final class MetadataRules {
  private static final int LARGEST_ANNOTATIONS = 256 * 1024;
  private static final Set<String> STANDARD_FINALIZERS =
      Set.of("kubernetes", "orphan", "foregroundDeletion");

  private final ResourceKind kind;
  private final JsonObject metadata;
  private final List<Cause> causes = new ArrayList<>();

  private MetadataRules(ResourceKind kind, JsonObject metadata) {
    this.kind = kind;
    this.metadata = metadata;
  }

  /** The problems of a new object's metadata, in the real server's order. */
  static List<Cause> problems(ResourceKind kind, JsonObject object) {
    MetadataRules rules = new MetadataRules(kind, Trees.object(object, "metadata"));
    rules.names();
    rules.rest();
    return rules.causes;
  }

  /**
   * The problems of a change of metadata. The real server checks a built-in kind twice and tells
   * its problems twice.
   *
   * @param before of the object as it is
   */
  static List<Cause> problemsOfChange(ResourceKind kind, JsonObject object, JsonObject before) {
    MetadataRules rules = new MetadataRules(kind, Trees.object(object, "metadata"));
    rules.rest();
    rules.newFinalizers(Trees.object(before, "metadata"));
    List<Cause> told = new ArrayList<>(rules.causes);
    if (kind.builtIn()) {
      told.addAll(rules.causes);
    }
    return told;
  }

  private void names() {
    String prefix = Trees.string(metadata, "generateName");
    if (!prefix.isEmpty()) {
      // A dash at its end is no mistake: five characters come after it.
      String masked =
          prefix.endsWith("-") ? prefix.substring(0, prefix.length() - 1) + "a" : prefix;
      problemsOfName(masked).forEach(why -> invalid("metadata.generateName", quoted(prefix), why));
    }
    String name = Trees.string(metadata, "name");
    if (name.isEmpty()) {
      causes.add(Cause.required("metadata.name", "name or generateName is required"));
    } else {
      problemsOfName(name).forEach(why -> invalid("metadata.name", quoted(name), why));
    }
  }

  private List<String> problemsOfName(String name) {
    if (kind.group().startsWith("rbac.")) {
      return Names.problemsOfPathSegment(name);
    }
    return switch (kind.storage()) {
      case "services" -> Names.problemsOfDns1035(name);
      case "namespaces", "statefulsets.apps" -> Names.problemsOfLabel(name);
      default -> Names.problemsOfSubdomain(name);
    };
  }

  private void rest() {
    causes.addAll(problemsOfLabels(Trees.object(metadata, "labels"), "metadata.labels"));
    annotations(Trees.object(metadata, "annotations"));
    owners(Trees.array(metadata, "ownerReferences"));
    finalizers(Trees.array(metadata, "finalizers"));
  }

  /** The problems of labels or of a selector of equal labels. */
  static List<Cause> problemsOfLabels(JsonObject labels, String field) {
    List<Cause> causes = new ArrayList<>();
    for (Map.Entry<String, String> label : Trees.strings(labels).entrySet()) {
      Names.problemsOfKey(label.getKey())
          .forEach(why -> causes.add(Cause.invalid(field, quoted(label.getKey()), why)));
      Names.problemsOfLabelValue(label.getValue())
          .forEach(why -> causes.add(Cause.invalid(field, quoted(label.getValue()), why)));
    }
    return causes;
  }

  private void annotations(JsonObject annotations) {
    long size = 0;
    for (Map.Entry<String, String> annotation : Trees.strings(annotations).entrySet()) {
      String key = annotation.getKey();
      Names.problemsOfKey(key.toLowerCase(Locale.ROOT))
          .forEach(why -> invalid("metadata.annotations", quoted(key), why));
      size += key.getBytes(StandardCharsets.UTF_8).length;
      size += annotation.getValue().getBytes(StandardCharsets.UTF_8).length;
    }
    if (size > LARGEST_ANNOTATIONS) {
      causes.add(
          new Cause(
              "FieldValueTooLong",
              "Too long: may not be more than " + LARGEST_ANNOTATIONS + " bytes",
              "metadata.annotations"));
    }
  }

  private void owners(JsonArray owners) {
    String field = "metadata.ownerReferences";
    @Nullable JsonObject controller = null;
    for (JsonElement element : owners) {
      JsonObject owner = element.getAsJsonObject();
      String version = Trees.string(owner, "apiVersion");
      if (version.isEmpty()) {
        invalid(field + ".apiVersion", quoted(""), "version must not be empty");
      }
      if (version.equals("v1") && Trees.string(owner, "kind").equals("Event")) {
        invalid(field, owner.toString(), "/v1, Kind=Event is disallowed from being an owner");
      }
      for (String name : List.of("kind", "name", "uid")) {
        if (Trees.string(owner, name).isEmpty()) {
          invalid(field + "." + name, quoted(""), "must not be empty");
        }
      }
      if (Trees.isTrue(owner, "controller") && controller != null) {
        invalid(
            field,
            owners.toString(),
            "Only one reference can have Controller set to true. Found \"true\" in references for "
                + path(controller)
                + " and "
                + path(owner));
      } else if (Trees.isTrue(owner, "controller")) {
        controller = owner;
      }
    }
  }

  private static String path(JsonObject owner) {
    return Trees.string(owner, "kind") + "/" + Trees.string(owner, "name");
  }

  private void finalizers(JsonArray finalizers) {
    for (int i = 0; i < finalizers.size(); i++) {
      String finalizer = finalizers.get(i).getAsString();
      List<String> problems = Names.problemsOfKey(finalizer);
      problems.forEach(why -> invalid("metadata.finalizers", quoted(finalizer), why));
      if (kind.builtIn()
          && problems.isEmpty()
          && !finalizer.contains("/")
          && !STANDARD_FINALIZERS.contains(finalizer)) {
        invalid(
            "metadata.finalizers[" + i + "]",
            quoted(finalizer),
            "name is neither a standard finalizer name nor is it fully qualified");
      }
    }
    List<String> all = finalizers.asList().stream().map(JsonElement::getAsString).toList();
    if (all.contains("orphan") && all.contains("foregroundDeletion")) {
      invalid(
          "metadata.finalizers",
          finalizers.toString(),
          "finalizer orphan and foregroundDeletion cannot be both set");
    }
  }

  private void newFinalizers(JsonObject before) {
    if (!before.has("deletionTimestamp")) {
      return;
    }
    List<String> added = new ArrayList<>();
    for (JsonElement finalizer : Trees.array(metadata, "finalizers")) {
      if (!Trees.array(before, "finalizers").contains(finalizer)) {
        added.add(quoted(finalizer.getAsString()));
      }
    }
    if (!added.isEmpty()) {
      causes.add(
          Cause.forbidden(
              "metadata.finalizers",
              "no new finalizers can be added if the object is being deleted, found new finalizers"
                  + " []string{"
                  + String.join(", ", added)
                  + "}"));
    }
  }

  private void invalid(String field, String value, String why) {
    causes.add(Cause.invalid(field, value, why));
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }
}
