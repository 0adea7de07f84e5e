/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is served, as clients ask before they do anything. Stateless. */
final class Discovery {
  private Discovery() {}

  /** The answer for {@code path}, if it is one of discovery's. */
  static Optional<JsonObject> answer(String path, Kinds kinds) {
    return switch (path) {
      case "/api" ->
          Optional.of(Trees.objectOf("kind", "APIVersions", "versions", Trees.arrayOf("v1")));
      case "/apis" -> Optional.of(groups(kinds));
      case "/version" ->
          Optional.of(
              Trees.objectOf(
                  "major", "1",
                  "minor", "34",
                  "gitVersion", "v1.34.4",
                  "platform", "embedded/java"));
      default ->
          path.startsWith("/api/") || path.startsWith("/apis/")
              ? version(path, kinds)
              : Optional.empty();
    };
  }

  private static Map<String, Set<String>> versionsByGroup(Kinds kinds) {
    Map<String, Set<String>> versions = new LinkedHashMap<>();
    for (ResourceKind kind : kinds.all()) {
      if (!kind.group().isEmpty()) {
        versions.computeIfAbsent(kind.group(), unused -> new LinkedHashSet<>()).add(kind.version());
      }
    }
    return versions;
  }

  private static JsonObject groups(Kinds kinds) {
    JsonArray groups = new JsonArray();
    versionsByGroup(kinds).forEach((group, versions) -> groups.add(group(group, versions)));
    return Trees.objectOf("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
  }

  private static JsonObject group(String group, Set<String> versions) {
    JsonArray all = new JsonArray();
    for (String version : versions) {
      all.add(Trees.objectOf("groupVersion", group + "/" + version, "version", version));
    }
    return Trees.objectOf("name", group, "versions", all, "preferredVersion", all.get(0));
  }

  private static Optional<JsonObject> version(String path, Kinds kinds) {
    String apiVersion = path.replaceFirst("^/apis?/", "");
    Set<String> versions = versionsByGroup(kinds).get(apiVersion);
    if (versions != null) {
      JsonObject group = group(apiVersion, versions);
      group.addProperty("kind", "APIGroup");
      group.addProperty("apiVersion", "v1");
      return Optional.of(group);
    }
    JsonArray resources = new JsonArray();
    for (ResourceKind kind : kinds.all()) {
      if (kind.apiVersion().equals(apiVersion)) {
        resources.add(resource(kind));
        if (kind.status()) {
          resources.add(subresource(kind, "status"));
        }
        if (kind.scale()) {
          JsonObject scale = subresource(kind, "scale");
          scale.addProperty("group", "autoscaling");
          scale.addProperty("version", "v1");
          scale.addProperty("kind", "Scale");
          resources.add(scale);
        }
      }
    }
    if (resources.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Trees.objectOf(
            "kind",
            "APIResourceList",
            "apiVersion",
            "v1",
            "groupVersion",
            apiVersion,
            "resources",
            resources));
  }

  private static JsonObject resource(ResourceKind kind) {
    JsonObject resource =
        Trees.objectOf(
            "name", kind.plural(),
            "singularName", kind.singular(),
            "namespaced", kind.namespaced(),
            "kind", kind.kind(),
            "verbs",
                verbs(
                    List.of(
                        "create",
                        "delete",
                        "deletecollection",
                        "get",
                        "list",
                        "patch",
                        "update",
                        "watch")));
    if (!kind.shortNames().isEmpty()) {
      resource.add("shortNames", verbs(kind.shortNames()));
    }
    return resource;
  }

  private static JsonObject subresource(ResourceKind kind, String name) {
    return Trees.objectOf(
        "name", kind.plural() + "/" + name,
        "singularName", "",
        "namespaced", kind.namespaced(),
        "kind", kind.kind(),
        "verbs", verbs(List.of("get", "patch", "update")));
  }

  private static JsonArray verbs(List<String> words) {
    JsonArray verbs = new JsonArray();
    words.forEach(verbs::add);
    return verbs;
  }
}
