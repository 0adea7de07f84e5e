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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Whether a CustomResourceDefinition is one, in the real server's words. One object, one thread.
 */
final class DefinitionCheck {
  private static final Pattern SIMPLE_PATH = Pattern.compile("(\\.[^.\\[\\]]+|\\[.+])+");
  private static final Set<String> COLUMN_TYPES =
      Set.of("boolean", "date", "integer", "number", "string");

  private final JsonObject spec;
  private final List<Cause> causes = new ArrayList<>();

  private DefinitionCheck(JsonObject spec) {
    this.spec = spec;
  }

  /** What is wrong with {@code definition}; its metadata aside. */
  static List<Cause> of(JsonObject definition) {
    JsonObject spec = Trees.object(definition, "spec");
    DefinitionCheck check = new DefinitionCheck(spec);
    check.name(Trees.string(definition, "metadata", "name"));
    check.approval(definition);
    check.group();
    check.scope();
    check.names();
    check.versions(definition);
    check.conversion();
    return check.causes;
  }

  /** What is wrong with {@code definition}, or with what it was changed from. */
  static List<Cause> ofChange(JsonObject definition, JsonObject before) {
    DefinitionCheck change = new DefinitionCheck(Trees.object(definition, "spec"));
    JsonObject old = Trees.object(before, "spec");
    if (Definitions.isEstablished(before)) {
      change.same(old, "scope");
      change.same(old, "names", "kind");
    }
    change.same(old, "group");
    change.same(old, "names", "plural");
    change.storedVersions(Trees.array(definition, "status", "storedVersions"));
    // Its name cannot change; that it does not fit the others any more is not told besides.
    of(definition).stream()
        .filter(cause -> !cause.field().equals("metadata.name"))
        .forEach(change.causes::add);
    return change.causes;
  }

  private void same(JsonObject old, String... path) {
    String now = Trees.string(spec, path);
    if (!now.equals(Trees.string(old, path))) {
      invalid("spec." + String.join(".", path), now, "field is immutable");
    }
  }

  private void storedVersions(JsonArray stored) {
    List<String> names =
        Trees.objects(spec, "versions").stream().map(each -> Trees.string(each, "name")).toList();
    for (int i = 0; i < stored.size(); i++) {
      String version = stored.get(i).getAsString();
      if (!names.contains(version)) {
        invalid(
            "status.storedVersions[" + i + "]",
            version,
            "missing from spec.versions; "
                + version
                + " was previously a storage version, and must remain in spec.versions until a"
                + " storage migration ensures no data remains persisted in "
                + version
                + " and removes "
                + version
                + " from status.storedVersions");
      }
    }
  }

  private void name(String name) {
    String plural = Trees.string(spec, "names", "plural");
    String group = Trees.string(spec, "group");
    if (!plural.isEmpty() && !group.isEmpty() && !name.equals(plural + "." + group)) {
      invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group");
    }
  }

  private void approval(JsonObject definition) {
    String group = Trees.string(spec, "group");
    boolean isProtected =
        group.equals("k8s.io")
            || group.equals("kubernetes.io")
            || group.endsWith(".k8s.io")
            || group.endsWith(".kubernetes.io");
    String approval = "api-approved.kubernetes.io";
    if (isProtected && Trees.string(definition, "metadata", "annotations", approval).isEmpty()) {
      causes.add(
          Cause.required(
              "metadata.annotations[" + approval + "]",
              "protected groups must have approval annotation \""
                  + approval
                  + "\", see https://github.com/kubernetes/enhancements/pull/1111"));
    }
  }

  private void group() {
    String group = Trees.string(spec, "group");
    if (group.isEmpty()) {
      causes.add(Cause.required("spec.group", ""));
      return;
    }
    List<String> problems = Names.problemsOfSubdomain(group);
    problems.forEach(problem -> invalid("spec.group", group, problem));
    if (problems.isEmpty() && !group.contains(".")) {
      invalid("spec.group", group, "should be a domain with at least one dot");
    }
  }

  private void scope() {
    String scope = Trees.string(spec, "scope");
    if (scope.isEmpty()) {
      causes.add(Cause.required("spec.scope", ""));
    } else if (!scope.equals("Cluster") && !scope.equals("Namespaced")) {
      causes.add(
          Cause.unsupported("spec.scope", "\"" + scope + "\"", "\"Cluster\", \"Namespaced\""));
    }
  }

  private void names() {
    JsonObject names = Trees.object(spec, "names");
    for (String field : List.of("plural", "singular", "kind", "listKind")) {
      String name = Trees.string(names, field);
      boolean mixed = field.equals("kind") || field.equals("listKind");
      boolean derived =
          name.isEmpty() && Trees.string(names, "kind").isEmpty() && !field.equals("kind");
      if (name.isEmpty() && !derived) {
        causes.add(Cause.required("spec.names." + field, ""));
      } else if (!name.isEmpty()) {
        label("spec.names." + field, name, mixed);
      }
    }
    String kind = Trees.string(names, "kind");
    if (!kind.isEmpty() && kind.equals(Trees.string(names, "listKind"))) {
      invalid("spec.names.listKind", kind, "kind and listKind may not be the same");
    }
    for (String field : List.of("shortNames", "categories")) {
      JsonArray words = Trees.array(names, field);
      for (int i = 0; i < words.size(); i++) {
        label("spec.names." + field + "[" + i + "]", words.get(i).getAsString(), false);
      }
    }
  }

  private void label(String field, String name, boolean mixed) {
    for (String problem : Names.problemsOfDns1035(mixed ? name.toLowerCase(Locale.ROOT) : name)) {
      invalid(
          field,
          name,
          (mixed ? "may have mixed case, but should otherwise match: " : "") + problem);
    }
  }

  private void versions(JsonObject definition) {
    JsonArray versions = Trees.array(spec, "versions");
    Set<String> names = new HashSet<>();
    List<String> stored = new ArrayList<>();
    boolean unique = true;
    for (int i = 0; i < versions.size(); i++) {
      JsonElement version = versions.get(i);
      String name = Trees.string(version, "name");
      unique &= names.add(name);
      if (Trees.isTrue(version, "storage")) {
        stored.add(name);
      }
      String path = "spec.versions[" + i + "]";
      if (!Names.problemsOfDns1035(name).isEmpty()) {
        label(path + ".name", name, false);
        if (i == 0) {
          label("spec.version", name, false);
        }
      }
      version(version, path);
    }
    if (!unique) {
      causes.add(
          Cause.invalid("spec.versions", shown(versions), "must contain unique version names"));
    }
    storage(definition, versions, stored);
    if (Trees.isTrue(spec, "preserveUnknownFields")) {
      causes.add(
          Cause.invalid(
              "spec.preserveUnknownFields",
              "true",
              "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                  + " spec.versions[*].schema instead"));
    }
  }

  private void storage(JsonObject definition, JsonArray versions, List<String> stored) {
    if (stored.size() != 1) {
      causes.add(
          Cause.invalid(
              "spec.versions",
              shown(versions),
              "must have exactly one version marked as storage version"));
    }
    JsonArray known = Trees.array(definition, "status", "storedVersions");
    if (stored.isEmpty() && known.isEmpty()) {
      causes.add(
          Cause.invalid("status.storedVersions", "null", "must have at least one stored version"));
    } else if (stored.size() > 1) {
      causes.add(
          Cause.invalid(
              "status.storedVersions",
              Trees.arrayOf(stored.get(0)).toString(),
              "must have the storage version " + stored.get(stored.size() - 1)));
    }
  }

  /**
   * As the real server prints what it holds in memory: what versions have in common is elsewhere.
   */
  private String shown(JsonArray versions) {
    List<String> shown = new ArrayList<>();
    for (JsonElement version : versions) {
      shown.add(
          "{\"Name\":\""
              + Trees.string(version, "name")
              + "\",\"Served\":"
              + Trees.isTrue(version, "served")
              + ",\"Storage\":"
              + Trees.isTrue(version, "storage")
              + ",\"Deprecated\":"
              + Trees.isTrue(version, "deprecated")
              + ",\"DeprecationWarning\":null,\"Schema\":null,\"Subresources\":null,"
              + "\"AdditionalPrinterColumns\":null,\"SelectableFields\":null}");
    }
    return "[" + String.join(",", shown) + "]";
  }

  private void version(JsonElement version, String path) {
    JsonObject schema = Trees.object(version, "schema", "openAPIV3Schema");
    if (schema.isEmpty()) {
      causes.add(Cause.required(path + ".schema.openAPIV3Schema", ""));
    } else {
      causes.addAll(
          StructuralCheck.of(
              schema,
              same("schema")
                  ? "spec.validation.openAPIV3Schema"
                  : path + ".schema.openAPIV3Schema"));
    }
    String prefix = same("subresources") ? "spec" : path;
    if (Trees.at(version, "subresources", "scale") instanceof JsonObject scale) {
      scale(scale, prefix + ".subresources.scale.");
    }
    String columns =
        (same("additionalPrinterColumns") ? "spec" : path) + ".additionalPrinterColumns[";
    int index = 0;
    for (JsonObject column : Trees.objects(version, "additionalPrinterColumns")) {
      column(column, columns + index++ + "].");
    }
    selectable(version, schema, same("selectableFields") ? "spec" : path);
  }

  /** What all versions have in common the real server reports once. */
  private boolean same(String field) {
    List<JsonObject> versions = Trees.objects(spec, "versions");
    return versions.stream()
        .allMatch(one -> Trees.same(one.get(field), versions.get(0).get(field)));
  }

  private void scale(JsonObject scale, String path) {
    path(scale, "specReplicasPath", ".spec", path, true);
    path(scale, "statusReplicasPath", ".status", path, true);
    path(scale, "labelSelectorPath", "", path, false);
  }

  private void path(JsonObject scale, String field, String root, String path, boolean required) {
    String said = Trees.string(scale, field);
    if (said.isEmpty()) {
      if (required) {
        causes.add(Cause.required(path + field, ""));
      }
    } else if (!SIMPLE_PATH.matcher(said).matches()) {
      invalid(path + field, said, "must be a simple json path starting with .");
    } else if (root.isEmpty()
        ? !said.startsWith(".spec.") && !said.startsWith(".status.")
        : !said.startsWith(root + ".")) {
      invalid(
          path + field,
          said,
          "should be a json path under " + (root.isEmpty() ? "either .spec or .status" : root));
    }
  }

  private void column(JsonObject column, String path) {
    if (Trees.string(column, "name").isEmpty()) {
      causes.add(Cause.required(path + "name", ""));
    }
    String type = Trees.string(column, "type");
    if (type.isEmpty()) {
      causes.add(
          Cause.required(path + "type", "must be one of boolean,date,integer,number,string"));
    } else if (!COLUMN_TYPES.contains(type)) {
      invalid(path + "type", type, "must be one of boolean,date,integer,number,string");
    }
    String where = Trees.string(column, "jsonPath");
    if (where.isEmpty()) {
      causes.add(Cause.required(path + "JSONPath", ""));
    } else if (!where.startsWith(".")) {
      invalid(path + "JSONPath", where, "must be a simple json path starting with .");
    }
  }

  private void selectable(JsonElement version, JsonObject schema, String path) {
    int index = 0;
    for (JsonObject field : Trees.objects(version, "selectableFields")) {
      String where = Trees.string(field, "jsonPath");
      JsonElement found = schema;
      for (String step : where.substring(Math.min(1, where.length())).split("\\.", -1)) {
        found = Trees.at(found, "properties", step);
      }
      if (found == null) {
        invalid(
            path + ".selectableFields[" + index + "].jsonPath",
            where,
            "is an invalid path: does not refer to a valid field");
      }
      index++;
    }
  }

  private void conversion() {
    String strategy = Trees.string(spec, "conversion", "strategy");
    if (strategy.equals("Webhook")) {
      JsonElement webhook = Trees.at(spec, "conversion", "webhook");
      if (Trees.at(webhook, "clientConfig") == null) {
        causes.add(
            Cause.required(
                "spec.conversion.webhookClientConfig", "required when strategy is set to Webhook"));
      }
      if (Trees.array(webhook, "conversionReviewVersions").isEmpty()) {
        causes.add(Cause.required("spec.conversion.conversionReviewVersions", ""));
      }
    } else if (!strategy.isEmpty() && !strategy.equals("None")) {
      causes.add(
          Cause.unsupported(
              "spec.conversion.strategy", "\"" + strategy + "\"", "\"None\", \"Webhook\""));
    }
  }

  private void invalid(String field, String value, String detail) {
    causes.add(Cause.invalid(field, "\"" + value + "\"", detail));
  }
}
