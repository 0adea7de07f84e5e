/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** Which types a cluster serves, by what objects say they are. Thread-safe. */
final class ServedTypes {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final long PAUSE_NANOS = 20_000_000;

  private final Cluster cluster;
  private final Map<String, ResourceType> known = new ConcurrentHashMap<>();

  ServedTypes(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * The type of objects that say that they are a {@code kind}.
   *
   * @throws IllegalStateException if none is served
   */
  ResourceType type(String apiVersion, String kind) {
    return known.computeIfAbsent(
        apiVersion + " " + kind,
        unused ->
            discover(apiVersion, kind)
                .orElseThrow(
                    () -> new IllegalStateException(apiVersion + " " + kind + " is not served")));
  }

  private Optional<ResourceType> discover(String apiVersion, String kind) {
    int slash = apiVersion.indexOf('/');
    String group = slash < 0 ? "" : apiVersion.substring(0, slash);
    String path = (slash < 0 ? "/api/" : "/apis/") + apiVersion;
    return cluster
        .read(path)
        .flatMap(
            list ->
                list.get("resources").items().stream()
                    .filter(one -> one.get("kind").equals(Json.of(kind)))
                    .filter(one -> !one.get("name").asString("/").contains("/"))
                    .findFirst())
        .map(
            one ->
                new ResourceType(
                    group,
                    apiVersion.substring(slash + 1),
                    kind,
                    one.get("name").asString(""),
                    one.get("namespaced").equals(Json.of(true))));
  }

  /**
   * Waits until the kind that {@code definition} defines is served: a real server needs a moment.
   */
  void awaitEstablished(Json definition) {
    known.clear();
    String name = definition.get("metadata", "name").asString("");
    String group = definition.get("spec", "group").asString("");
    String kind = definition.get("spec", "names", "kind").asString("");
    String version =
        definition.get("spec", "versions").items().stream()
            .filter(one -> one.get("served").equals(Json.of(true)))
            .map(one -> one.get("name").asString(""))
            .findFirst()
            .orElse("");
    if (version.isEmpty()) {
      return;
    }
    long end = System.nanoTime() + LIMIT.toNanos();
    while (discover(group + "/" + version, kind).isEmpty()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "the definition " + name + " is not served after " + LIMIT.toSeconds() + " s");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
