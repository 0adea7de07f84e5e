/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.testkit.internal.schema.BuiltInSchemas;
import dev.unitgrid.testkit.internal.schema.GoTypes;
import dev.unitgrid.testkit.internal.schema.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Events, which are served in two groups and stored once, as the core group has them: most fields
 * have another name in {@code events.k8s.io}. Stateless.
 */
final class EventVersions {
  /** The group in which events are served besides the core one. */
  static final String GROUP = "events.k8s.io";

  /** The name of all events in the store. */
  static final String STORAGE = "events";

  private static final String CORE = "v1";

  private static final Map<String, String> TO_CORE =
      Map.of(
          "regarding",
          "involvedObject",
          "note",
          "message",
          "reportingController",
          "reportingComponent",
          "deprecatedSource",
          "source",
          "deprecatedFirstTimestamp",
          "firstTimestamp",
          "deprecatedLastTimestamp",
          "lastTimestamp",
          "deprecatedCount",
          "count");

  private static final Map<String, String> FROM_CORE =
      TO_CORE.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

  private EventVersions() {}

  /** An event of {@code events.k8s.io} as it is stored. */
  static JsonObject stored(JsonObject event) {
    return renamed(event, CORE, TO_CORE, BuiltInSchemas.get().of(CORE, "Event"));
  }

  /** A stored event as {@code events.k8s.io} shows it. */
  static JsonObject shown(JsonObject event, ResourceKind kind) {
    return renamed(event, kind.apiVersion(), FROM_CORE, kind.schema());
  }

  /** Where the stored event has what {@code events.k8s.io} has at {@code path}. */
  static String storedPath(String path) {
    int dot = path.indexOf('.');
    String field = dot < 0 ? path : path.substring(0, dot);
    return TO_CORE.getOrDefault(field, field) + path.substring(field.length());
  }

  /** Whether objects of {@code kind} are events that can be said in {@code apiVersion}. */
  static boolean isEvent(ResourceKind kind, String apiVersion) {
    return kind.builtIn()
        && kind.storage().equals(STORAGE)
        && List.of(CORE, GROUP + "/v1").contains(apiVersion);
  }

  private static JsonObject renamed(
      JsonObject event, String apiVersion, Map<String, String> names, Schema schema) {
    JsonObject renamed = new JsonObject();
    for (Map.Entry<String, JsonElement> field : event.entrySet()) {
      renamed.add(names.getOrDefault(field.getKey(), field.getKey()), field.getValue());
    }
    renamed.addProperty("apiVersion", apiVersion);
    return GoTypes.normalise(renamed, schema, new HashSet<>());
  }
}
