/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.core.federation;

import com.google.common.collect.ImmutableList;
import dev.unitgrid.api.Annotations;
import dev.unitgrid.api.Finalizers;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.core.Grids;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Sources, copies and what children make of them. */
final class Fed {
  static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  static final String SOURCE_UID = "source-uid";
  static final String COPY_UID = "copy-uid";
  static final String LOCAL_UID = "local-uid";

  private Fed() {}

  /** The grid {@code default/demo} that users want everywhere. */
  static Json source() {
    return object("default", "demo", SOURCE_UID, Map.of(Labels.FED, "yes", "app", "echo"))
        .withAt(List.of("metadata", "generation"), Json.of(3));
  }

  static Json object(String namespace, String name, String uid, Map<String, String> labels) {
    return Json.object(
        "metadata",
        Json.object(
            "namespace", namespace, "name", name, "uid", uid, "labels", Json.strings(labels)),
        "spec",
        Grids.spec("zone", Grids.deployment()));
  }

  static FederatedGrid grid(Json object) {
    return FederatedGrid.decode(GridKind.DEPLOYMENT_GRID, object);
  }

  /** The copy of {@code source} in {@code cluster}, as the parent creates it. */
  static Json copy(String cluster, Json source) {
    ParentPlan plan =
        ParentPlanner.plan(
            sourceObserved(source)
                .addClusters(new ClusterView(cluster, false, false, ImmutableList.of()))
                .build());
    return created(((ParentAction.Create) plan.actions().get(0)).wish(), COPY_UID);
  }

  static Json created(Wish wish, String uid) {
    return wish.body()
        .withAt(List.of("metadata", "uid"), Json.of(uid))
        .withAt(List.of("metadata", "generation"), Json.of(1));
  }

  static ImmutableObservedSource.Builder sourceObserved(Json source) {
    FederatedGrid grid = grid(source);
    return observed(grid.namespace(), grid.name()).source(grid);
  }

  static ImmutableObservedSource.Builder observed(String namespace, String name) {
    return ImmutableObservedSource.builder()
        .kind(GridKind.DEPLOYMENT_GRID)
        .namespace(namespace)
        .name(name)
        .now(NOW);
  }

  static ClusterView cluster(String name, Json... grids) {
    return new ClusterView(name, false, false, grids(grids));
  }

  static ImmutableList<FederatedGrid> grids(Json... grids) {
    return List.of(grids).stream().map(Fed::grid).collect(ImmutableList.toImmutableList());
  }

  static ImmutableObservedCopy.Builder copyObserved() {
    return ImmutableObservedCopy.builder()
        .kind(GridKind.DEPLOYMENT_GRID)
        .clusterNamespace("cluster-a")
        .keyHasNodes(true)
        .now(NOW);
  }

  static ImmutableObservedCopy.Builder copyObserved(Json copy) {
    return copyObserved().copy(grid(copy));
  }

  /** The grid that a child makes of {@code copy}. */
  static Json local(Json copy) {
    ChildPlan plan = ChildPlanner.plan(copyObserved(held(copy)).build());
    return created(((ChildAction.Create) plan.action().orElseThrow()).wish(), LOCAL_UID);
  }

  static Json held(Json object) {
    return object.withAt(List.of("metadata", "finalizers"), Json.array(Json.of(Finalizers.CHILD)));
  }

  static Json deleting(Json object) {
    return object.withAt(List.of("metadata", "deletionTimestamp"), Json.of(NOW.toString()));
  }

  static Json intended(Json copy) {
    return annotated(copy, Annotations.DELETE_INTENT, copy.get("metadata", "uid").asString(""));
  }

  static Json annotated(Json object, String name, String value) {
    return object.withAt(List.of("metadata", "annotations", name), Json.of(value));
  }

  static Json unannotated(Json object, String name) {
    return object.withoutAt(List.of("metadata", "annotations", name));
  }

  static Json labelled(Json object, String name, String value) {
    return object.withAt(List.of("metadata", "labels", name), Json.of(value));
  }

  static Json unlabelled(Json object, String name) {
    return object.withoutAt(List.of("metadata", "labels", name));
  }

  /** Applies the operations that wishes use of RFC 6902. */
  static Json patched(Json object, Json patch) {
    Json result = object;
    for (Json operation : patch.items()) {
      List<String> path = path(operation.get("path").asString(""));
      result =
          switch (operation.get("op").asString("")) {
            case "test" -> tested(result, path, operation.get("value"));
            case "remove" -> result.withoutAt(path);
            default -> result.withAt(path, operation.get("value"));
          };
    }
    return result;
  }

  private static Json tested(Json object, List<String> path, Json value) {
    if (!object.get(path.toArray(String[]::new)).equals(value)) {
      throw new IllegalStateException("the test of " + path + " fails");
    }
    return object;
  }

  private static List<String> path(String pointer) {
    List<String> path = new ArrayList<>();
    for (String step : pointer.substring(1).split("/")) {
      path.add(step.replace("~1", "/").replace("~0", "~"));
    }
    return path;
  }
}
