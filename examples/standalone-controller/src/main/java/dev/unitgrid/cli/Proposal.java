/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.cli;

import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.runtime.transport.TransportException;
import dev.unitgrid.runtime.transport.Watch;
import dev.unitgrid.runtime.transport.WatchListener;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as it would be if some grids had been applied: its lists and watches of grids show
 * them, all else is the cluster's own. Whatever plans on it plans the proposal, and observes as it
 * always does. It refuses every write. Thread-safe.
 */
final class Proposal implements ApiTransport {
  private static final byte[] REFUSAL =
      Json.object(
              "kind", "Status",
              "apiVersion", "v1",
              "status", "Failure",
              "reason", "MethodNotAllowed",
              "message", "a plan writes nothing",
              "code", 405)
          .toBytes();

  private final ApiTransport cluster;
  private final Map<String, ProposedGrid> proposed = new LinkedHashMap<>();

  /** Of lists under way, by path: the proposed grids that a page has shown. */
  private final Map<String, Set<String>> shown = new ConcurrentHashMap<>();

  Proposal(ApiTransport cluster, List<ProposedGrid> grids) {
    this.cluster = cluster;
    grids.forEach(grid -> proposed.put(key(grid.kind(), grid.object()), grid));
  }

  @Override
  public CompletableFuture<ApiResponse> send(ApiRequest request) {
    if (!request.method().equals("GET")) {
      return CompletableFuture.completedFuture(new ApiResponse(405, Map.of(), REFUSAL));
    }
    CompletableFuture<ApiResponse> answer = cluster.send(request);
    Optional<GridKind> kind = listed(request.path());
    return kind.isEmpty()
        ? answer
        : answer.thenApply(
            response -> response.isSuccess() ? page(kind.get(), request, response) : response);
  }

  @Override
  public Watch watch(ApiRequest request, WatchListener listener) {
    return cluster.watch(
        request,
        listed(request.path())
            .<WatchListener>map(kind -> new Overlay(kind, listener))
            .orElse(listener));
  }

  /** The kind of grid whose list has the path {@code path}. */
  private static Optional<GridKind> listed(String path) {
    for (GridKind kind : GridKind.values()) {
      if (path.startsWith("/apis/" + GridKind.GROUP + "/")
          && path.endsWith("/" + kind.type().plural())) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  private ApiResponse page(GridKind kind, ApiRequest request, ApiResponse response) {
    Json list = Json.parse(response.body());
    boolean first = !request.query().containsKey("continue");
    Set<String> seen = first ? new LinkedHashSet<>() : shown.getOrDefault(request.path(), Set.of());
    seen = new LinkedHashSet<>(seen);
    List<Json> items = new ArrayList<>();
    for (Json live : list.get("items").items()) {
      seen.add(key(kind, live));
      items.add(applied(kind, live));
    }
    if (list.get("metadata", "continue").asString("").isEmpty()) {
      items.addAll(created(kind, request.path(), seen));
    }
    shown.put(request.path(), seen);
    byte[] body = list.with("items", Json.array(items)).toBytes();
    return new ApiResponse(response.status(), response.headers(), body);
  }

  private List<Json> created(GridKind kind, String path, Set<String> seen) {
    List<Json> items = new ArrayList<>();
    proposed.forEach(
        (key, grid) -> {
          boolean there =
              path.equals(kind.type().path()) || path.equals(kind.type().path(grid.namespace()));
          if (grid.kind() == kind && there && !seen.contains(key)) {
            items.add(create(grid.object()));
          }
        });
    return items;
  }

  /** What the API server would add to a new object, as far as a plan reads it. */
  private static Json create(Json object) {
    Json metadata =
        object
            .get("metadata")
            .with("uid", Json.of("00000000-0000-0000-0000-000000000000"))
            .with("resourceVersion", Json.of("1"))
            .with("generation", Json.of(1));
    return object
        .with("metadata", metadata)
        .with("spec", withoutNulls(object.get("spec")))
        .without("status");
  }

  /** {@code live} as an apply of the proposal would leave it; itself if nothing is proposed. */
  Json applied(GridKind kind, Json live) {
    ProposedGrid grid = proposed.get(key(kind, live));
    if (grid == null) {
      return live;
    }
    Json spec = withoutNulls(grid.object().get("spec"));
    if (spec.equals(withoutNulls(live.get("spec")))) {
      spec = live.get("spec");
    }
    Json metadata = live.get("metadata");
    for (String field : new String[] {"labels", "annotations"}) {
      metadata =
          metadata.with(field, merged(metadata.get(field), grid.object().get("metadata", field)));
    }
    if (!spec.equals(live.get("spec"))) {
      metadata = metadata.with("generation", Json.of(metadata.get("generation").asLong(0) + 1));
    }
    return live.with("metadata", metadata).with("spec", spec);
  }

  /** A client-side apply drops a manifest's nulls and a server-side one keeps them: no change. */
  private static Json withoutNulls(Json value) {
    if (!value.isObject()) {
      return value.isArray() ? value.mapItems(Proposal::withoutNulls) : value;
    }
    Map<String, Json> fields = new LinkedHashMap<>();
    value
        .fields()
        .forEach(
            (name, field) -> {
              if (!field.isNull()) {
                fields.put(name, withoutNulls(field));
              }
            });
    return Json.object(fields);
  }

  private static Json merged(Json live, Json proposed) {
    Map<String, Json> fields = new LinkedHashMap<>(live.fields());
    fields.putAll(proposed.fields());
    return Json.object(fields);
  }

  private static String key(GridKind kind, Json object) {
    Json metadata = object.get("metadata");
    return kind
        + " "
        + metadata.get("namespace").asString("")
        + "/"
        + metadata.get("name").asString("");
  }

  /** A watch of grids while a plan is made: changes of the live grid do not undo the proposal. */
  private final class Overlay implements WatchListener {
    private final GridKind kind;
    private final WatchListener listener;

    Overlay(GridKind kind, WatchListener listener) {
      this.kind = kind;
      this.listener = listener;
    }

    @Override
    public void onOpen() {
      listener.onOpen();
    }

    @Override
    public void onFrame(byte[] frame) {
      Json event = Json.parse(frame);
      listener.onFrame(event.with("object", applied(kind, event.get("object"))).toBytes());
    }

    @Override
    public void onRefused(ApiResponse response) {
      listener.onRefused(response);
    }

    @Override
    public void onClosed(@Nullable TransportException cause) {
      listener.onClosed(cause);
    }
  }
}
