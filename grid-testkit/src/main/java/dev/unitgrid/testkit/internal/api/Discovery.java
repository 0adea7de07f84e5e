/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.schema.OpenApiDocuments;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is served, as clients ask before they do anything: group by group, or all at once. Of what
 * the real server tells of its kinds it tells what is served here. Not thread-safe: the server's
 * lock guards it.
 */
final class Discovery {
  /** What a client takes that wants everything at once. */
  static final String AGGREGATED =
      "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  private static final JsonObject REAL = read();
  private static final List<String> SUBRESOURCES =
      List.of("binding", "eviction", "scale", "status", "token");
  private static final Pattern PATH_OF_VERSION = Pattern.compile("/api/[^/]+|/apis/[^/]+/[^/]+");

  private static final Pattern VERSION = Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?");

  private final Store store;
  private final Kinds kinds;

  Discovery(Store store, Kinds kinds) {
    this.store = store;
    this.kinds = kinds;
  }

  private static JsonObject read() {
    try (InputStream real = Discovery.class.getResourceAsStream("discovery.json")) {
      return Trees.parse(Objects.requireNonNull(real, "discovery.json").readAllBytes())
          .getAsJsonObject();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Whether {@code call} wants everything at once. */
  static boolean isAggregated(Call call) {
    return (call.path().equals("/api") || call.path().equals("/apis"))
        && call.accept().replace(" ", "").contains(AGGREGATED);
  }

  /** The answer to {@code call}, if it asks for discovery. */
  Optional<JsonObject> answer(Call call) {
    String path = call.path();
    if (isAggregated(call)) {
      return Optional.of(aggregated(path.equals("/api")));
    }
    return switch (path) {
      case "/api" ->
          Optional.of(Trees.objectOf("kind", "APIVersions", "versions", Trees.arrayOf("v1")));
      case "/apis" -> Optional.of(groups());
      case "/version" -> Optional.of(version());
      default ->
          path.startsWith("/api/") || path.startsWith("/apis/")
              ? below(path.replaceFirst("^/apis?/", "").replaceFirst("/$", ""))
              : Optional.empty();
    };
  }

  /** Whether {@code path} is in a group of which anything is served. */
  boolean knowsGroup(String path) {
    String[] parts = path.split("/", -1);
    return parts.length > 1
        && (parts[1].equals("api")
            || (parts[1].equals("apis")
                && parts.length > 2
                && kinds.all().stream().anyMatch(kind -> kind.group().equals(parts[2]))));
  }

  /** Whether {@code path} is that of a version, and of nothing in it. */
  boolean describes(String path) {
    return PATH_OF_VERSION.matcher(path).matches()
        && below(path.replaceFirst("^/apis?/", "")).isPresent();
  }

  private static JsonObject version() {
    String version = OpenApiDocuments.KUBERNETES_VERSION;
    String[] parts = version.substring(1).split("\\.", -1);
    return Trees.objectOf(
        "major",
        parts[0],
        "minor",
        parts[1],
        "gitVersion",
        version,
        "gitCommit",
        "unknown",
        "gitTreeState",
        "clean",
        "buildDate",
        "1970-01-01T00:00:00Z",
        "goVersion",
        "none",
        "compiler",
        "javac",
        "platform",
        "embedded/java");
  }

  /** The resources by group and version, the groups in the real server's order. */
  private Map<String, Map<String, List<JsonObject>>> resources() {
    Map<String, Map<String, List<JsonObject>>> all = new LinkedHashMap<>();
    REAL.keySet().forEach(apiVersion -> all.put(group(apiVersion), new LinkedHashMap<>()));
    Map<String, Map<String, List<JsonObject>>> custom = new TreeMap<>();
    for (ResourceKind kind : kinds.all()) {
      (all.containsKey(kind.group()) ? all : custom)
          .computeIfAbsent(
              kind.group(),
              group -> new TreeMap<>(Comparator.comparing(Discovery::rank).reversed()))
          .computeIfAbsent(kind.version(), version -> new ArrayList<>())
          .add(resource(kind));
    }
    for (Reviews.Kind review : Reviews.KINDS) {
      real(review.apiVersion(), review.plural())
          .ifPresent(
              resource ->
                  all.computeIfAbsent(group(review.apiVersion()), group -> new LinkedHashMap<>())
                      .computeIfAbsent(
                          review.apiVersion().substring(review.apiVersion().indexOf('/') + 1),
                          version -> new ArrayList<>())
                      .add(resource));
    }
    all.values().removeIf(Map::isEmpty);
    all.putAll(custom);
    all.values()
        .forEach(
            versions ->
                versions
                    .values()
                    .forEach(
                        list ->
                            list.sort(
                                Comparator.comparing(each -> Trees.string(each, "resource")))));
    return all;
  }

  private static String group(String apiVersion) {
    int slash = apiVersion.indexOf('/');
    return slash < 0 ? "" : apiVersion.substring(0, slash);
  }

  /** Stable versions before betas before alphas, the newest first, others last. */
  private static String rank(String version) {
    Matcher parts = VERSION.matcher(version);
    if (!parts.matches()) {
      return "0" + version;
    }
    String stage = parts.group(2) == null ? "3" : parts.group(2).equals("beta") ? "2" : "1";
    String minor = parts.group(3) == null ? "0" : parts.group(3);
    return stage
        + "%010d".formatted(Long.parseLong(parts.group(1)))
        + "%010d".formatted(Long.parseLong(minor));
  }

  private static Optional<JsonObject> real(String apiVersion, String plural) {
    return Trees.objects(REAL, apiVersion).stream()
        .filter(each -> Trees.string(each, "resource").equals(plural))
        .findFirst();
  }

  private JsonObject resource(ResourceKind kind) {
    return real(kind.apiVersion(), kind.plural())
        .filter(unused -> kind.builtIn())
        .map(known -> served(known, kind))
        .orElseGet(() -> custom(kind));
  }

  private static JsonObject served(JsonObject known, ResourceKind kind) {
    JsonObject resource = known.deepCopy();
    JsonArray subresources = new JsonArray();
    for (JsonObject each : Trees.objects(known, "subresources")) {
      String name = Trees.string(each, "subresource");
      boolean isServed =
          SUBRESOURCES.contains(name)
              && (!name.equals("status") || kind.status())
              && (!name.equals("scale") || kind.scale());
      if (isServed) {
        subresources.add(each);
      }
    }
    resource.remove("subresources");
    if (!subresources.isEmpty()) {
      resource.add("subresources", subresources);
    }
    return resource;
  }

  private JsonObject custom(ResourceKind kind) {
    JsonObject self =
        Trees.objectOf("group", kind.group(), "version", kind.version(), "kind", kind.kind());
    JsonObject resource =
        Trees.objectOf(
            "resource",
            kind.plural(),
            "responseKind",
            self,
            "scope",
            kind.namespaced() ? "Namespaced" : "Cluster",
            "singularResource",
            kind.singular(),
            "verbs",
            Trees.arrayOf(
                "delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"));
    if (!kind.shortNames().isEmpty()) {
      resource.add("shortNames", Trees.arrayOf(kind.shortNames().toArray()));
    }
    JsonElement categories = Trees.at(definition(kind), "spec", "names", "categories");
    if (categories != null) {
      resource.add("categories", categories);
    }
    JsonArray subresources = new JsonArray();
    if (kind.status()) {
      subresources.add(subresource("status", self));
    }
    if (kind.scale()) {
      subresources.add(
          subresource(
              "scale", Trees.objectOf("group", "autoscaling", "version", "v1", "kind", "Scale")));
    }
    if (!subresources.isEmpty()) {
      resource.add("subresources", subresources);
    }
    return resource;
  }

  private @Nullable JsonObject definition(ResourceKind kind) {
    return store.get(
        new ObjectKey("customresourcedefinitions.apiextensions.k8s.io", "", kind.storage()));
  }

  private static JsonObject subresource(String name, JsonObject responseKind) {
    return Trees.objectOf(
        "subresource",
        name,
        "responseKind",
        responseKind,
        "verbs",
        Trees.arrayOf("get", "patch", "update"));
  }

  private JsonObject aggregated(boolean core) {
    JsonArray items = new JsonArray();
    resources()
        .forEach(
            (group, versions) -> {
              if (group.isEmpty() == core) {
                JsonObject metadata = new JsonObject();
                if (!core) {
                  metadata.addProperty("name", group);
                }
                items.add(Trees.objectOf("metadata", metadata, "versions", versions(versions)));
              }
            });
    return Trees.objectOf(
        "kind",
        "APIGroupDiscoveryList",
        "apiVersion",
        "apidiscovery.k8s.io/v2",
        "metadata",
        new JsonObject(),
        "items",
        items);
  }

  private static JsonArray versions(Map<String, List<JsonObject>> versions) {
    JsonArray array = new JsonArray();
    versions.forEach(
        (version, resources) ->
            array.add(
                Trees.objectOf(
                    "version",
                    version,
                    "resources",
                    Trees.arrayOf(resources.toArray()),
                    "freshness",
                    "Current")));
    return array;
  }

  private JsonObject groups() {
    JsonArray groups = new JsonArray();
    resources()
        .forEach(
            (group, versions) -> {
              if (!group.isEmpty()) {
                groups.add(group(group, versions));
              }
            });
    return Trees.objectOf("kind", "APIGroupList", "apiVersion", "v1", "groups", groups);
  }

  private static JsonObject group(String group, Map<String, List<JsonObject>> versions) {
    JsonArray all = new JsonArray();
    for (String version : versions.keySet()) {
      all.add(Trees.objectOf("groupVersion", group + "/" + version, "version", version));
    }
    return Trees.objectOf("name", group, "versions", all, "preferredVersion", all.get(0));
  }

  private Optional<JsonObject> below(String apiVersion) {
    Map<String, Map<String, List<JsonObject>>> all = resources();
    Map<String, List<JsonObject>> versions = all.get(apiVersion);
    if (versions != null && !apiVersion.isEmpty()) {
      JsonObject group = Trees.objectOf("kind", "APIGroup", "apiVersion", "v1");
      JsonObject of = group(apiVersion, versions);
      of.keySet().forEach(field -> group.add(field, of.get(field)));
      return Optional.of(group);
    }
    List<JsonObject> resources =
        all.getOrDefault(group(apiVersion), Map.of())
            .getOrDefault(apiVersion.substring(apiVersion.indexOf('/') + 1), List.of());
    if (resources.isEmpty()) {
      return Optional.empty();
    }
    JsonArray array = new JsonArray();
    resources.forEach(resource -> addAll(array, resource));
    JsonObject list = Trees.objectOf("kind", "APIResourceList");
    if (!group(apiVersion).isEmpty()) {
      list.addProperty("apiVersion", "v1");
    }
    list.addProperty("groupVersion", apiVersion);
    list.add("resources", array);
    return Optional.of(list);
  }

  /** A resource and its subresources, as they are listed one by one. */
  private static void addAll(JsonArray array, JsonObject resource) {
    String name = Trees.string(resource, "resource");
    boolean namespaced = Trees.string(resource, "scope").equals("Namespaced");
    JsonObject single =
        Trees.objectOf(
            "name",
            name,
            "singularName",
            Trees.string(resource, "singularResource"),
            "namespaced",
            namespaced,
            "kind",
            Trees.string(resource, "responseKind", "kind"),
            "verbs",
            Trees.array(resource, "verbs"));
    for (String more : List.of("shortNames", "categories")) {
      if (resource.has(more)) {
        single.add(more, resource.get(more));
      }
    }
    array.add(single);
    for (JsonObject each : Trees.objects(resource, "subresources")) {
      JsonObject sub =
          Trees.objectOf(
              "name",
              name + "/" + Trees.string(each, "subresource"),
              "singularName",
              "",
              "namespaced",
              namespaced);
      String kind = Trees.string(each, "responseKind", "kind");
      boolean isOther = !kind.equals(Trees.string(resource, "responseKind", "kind"));
      if (isOther) {
        sub.addProperty("group", Trees.string(each, "responseKind", "group"));
        sub.addProperty("version", Trees.string(each, "responseKind", "version"));
      }
      sub.addProperty("kind", kind);
      sub.add("verbs", Trees.array(each, "verbs"));
      array.add(sub);
    }
  }
}
