/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api;

import dev.unitgrid.api.json.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A grid as it was observed. Immutable.
 *
 * @param kind which of the three
 * @param namespace its namespace
 * @param name its name
 * @param uid its uid; empty in a manifest that was never applied
 * @param resourceVersion its version; empty in a manifest
 * @param generation counts changes of the spec; 0 in a manifest
 * @param labels its labels
 * @param annotations its annotations
 * @param deleting whether it has a deletion timestamp
 * @param spec its spec
 * @param status the field {@code status} as it stands
 */
public record Grid(
    GridKind kind,
    String namespace,
    String name,
    String uid,
    String resourceVersion,
    long generation,
    Map<String, String> labels,
    Map<String, String> annotations,
    boolean deleting,
    GridSpec spec,
    Json status) {
  /** Copies the maps. */
  public Grid {
    labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /**
   * The grid that {@code object} says; what its spec does not say well is in {@link
   * GridSpec#problems()}.
   */
  public static Grid parse(GridKind kind, Json object) {
    Json metadata = object.get("metadata");
    return new Grid(
        kind,
        metadata.get("namespace").asString("default"),
        metadata.get("name").asString(""),
        metadata.get("uid").asString(""),
        metadata.get("resourceVersion").asString(""),
        metadata.get("generation").asLong(0),
        metadata.get("labels").asStrings(),
        metadata.get("annotations").asStrings(),
        !metadata.get("deletionTimestamp").isNull(),
        GridSpec.parse(object.get("spec")),
        object.get("status"));
  }

  /** Whether the user annotated it as paused (RULE 19). */
  public boolean paused() {
    return "true".equals(annotations.get(Annotations.PAUSED));
  }
}
