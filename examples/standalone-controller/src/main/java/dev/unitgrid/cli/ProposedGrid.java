/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.cli.yaml.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A grid as a user wrote it, not applied yet.
 *
 * @param kind which of the three
 * @param object the manifest, with a namespace
 * @param place where it stands, {@code file:line}
 */
record ProposedGrid(GridKind kind, Json object, String place) {
  /**
   * The grids among {@code manifests}; what is none is named in a note.
   *
   * @param namespace of a grid that names none
   * @throws CommandFailure if there is none, one has no name, or two have one name
   */
  static List<ProposedGrid> among(
      List<Manifest> manifests, String namespace, Consumer<String> notes) {
    Map<String, ProposedGrid> grids = new LinkedHashMap<>();
    for (Manifest manifest : manifests) {
      Optional<GridKind> kind = kindOf(manifest);
      if (kind.isEmpty()) {
        notes.accept(manifest.place() + ": " + manifest.kind() + " is no grid, left out");
        continue;
      }
      ProposedGrid grid = of(kind.get(), manifest, namespace);
      if (grids.put(grid.toString(), grid) != null) {
        throw new CommandFailure(manifest.place() + ": " + grid + " is there twice");
      }
    }
    if (grids.isEmpty()) {
      throw new CommandFailure(
          "there is no grid in what -f names (DeploymentGrid, StatefulSetGrid or ServiceGrid of "
              + GridKind.GROUP
              + "/v1)");
    }
    return List.copyOf(grids.values());
  }

  String namespace() {
    return object.get("metadata", "namespace").asString("");
  }

  String name() {
    return object.get("metadata", "name").asString("");
  }

  @Override
  public String toString() {
    return kind.type().kind() + " " + namespace() + "/" + name();
  }

  private static Optional<GridKind> kindOf(Manifest manifest) {
    String apiVersion = manifest.object().get("apiVersion").asString("");
    for (GridKind kind : GridKind.values()) {
      if (kind.type().kind().equals(manifest.kind()) && apiVersion.startsWith(GridKind.GROUP)) {
        if (!apiVersion.equals(kind.type().apiVersion())) {
          throw new CommandFailure(
              manifest.place()
                  + ": the apiVersion is "
                  + kind.type().apiVersion()
                  + ", not "
                  + apiVersion);
        }
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private static ProposedGrid of(GridKind kind, Manifest manifest, String namespace) {
    Json object = manifest.object();
    if (object.find("metadata", "namespace").isEmpty()) {
      object = object.withAt(List.of("metadata", "namespace"), Json.of(namespace));
    }
    ProposedGrid grid = new ProposedGrid(kind, object, manifest.place());
    if (grid.name().isEmpty()) {
      throw new CommandFailure(
          manifest.place() + ": the " + manifest.kind() + " has no metadata.name");
    }
    return grid;
  }
}
