/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers;

import dev.unitgrid.api.Crds;
import dev.unitgrid.api.GridKind;
import dev.unitgrid.api.Labels;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import io.kubernetes.client.openapi.ApiClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A cluster in real time that tests act on without knowing which it is: the embedded one or a real
 * control plane. It has the CRDs.
 */
abstract class World implements AutoCloseable {
  static final ResourceType POD = new ResourceType("", "v1", "Pod", "pods", true);

  private static final ResourceType CRD =
      new ResourceType(
          "apiextensions.k8s.io",
          "v1",
          "CustomResourceDefinition",
          "customresourcedefinitions",
          false);
  private static final List<ResourceType> KNOWN =
      List.of(
          CRD,
          GridKind.DEPLOYMENT_GRID.type(),
          GridKind.STATEFUL_SET_GRID.type(),
          GridKind.SERVICE_GRID.type(),
          ResourceType.DEPLOYMENT,
          ResourceType.STATEFUL_SET,
          ResourceType.SERVICE,
          ResourceType.NODE);
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  /** A way to the API server with all rights. */
  abstract ApiTransport transport();

  /** A new client with all rights. */
  abstract ApiClient apiClient();

  /** Makes nodes that run pods and carry a label, e.g. {@code location=beijing}. */
  abstract void nodes(String label, String... names);

  @Override
  public abstract void close();

  /** An engine in this world, not started. */
  GridEngine.Builder engine() {
    return GridEngine.builder(transport());
  }

  final void installCrds() {
    apply(Crds.yaml());
    for (GridKind kind : GridKind.values()) {
      await(kind + " is served", () -> send(ApiRequest.get(kind.type().path())).status() == 200);
    }
  }

  /** Applies every document on the server's side, as a user would. */
  void apply(String manifests) {
    for (Json object : documents(manifests)) {
      String path = type(object).path(namespace(object), name(object));
      checked(
          ApiRequest.patch(path, ApiRequest.APPLY_PATCH, object.toBytes())
              .query("fieldManager", "kubectl")
              .query("force", "true"));
    }
  }

  /** Creates every document. */
  final void create(String manifests) {
    for (Json object : documents(manifests)) {
      checked(ApiRequest.post(type(object).path(namespace(object)), object.toBytes()));
    }
  }

  /** The documents of {@code manifests} as they are written, nulls and all. */
  static List<Json> documents(String manifests) {
    List<Json> objects = new ArrayList<>();
    new Yaml(new SafeConstructor(new LoaderOptions()))
        .loadAll(manifests)
        .forEach(document -> objects.add(Json.from(document)));
    return objects;
  }

  private static ResourceType type(Json object) {
    String kind = object.get("kind").asString("");
    return KNOWN.stream().filter(known -> known.kind().equals(kind)).findFirst().orElseThrow();
  }

  private static String namespace(Json object) {
    return object.get("metadata", "namespace").asString("default");
  }

  final Optional<Json> find(ResourceType type, String name) {
    ApiRequest request = ApiRequest.get(type.path("default", name));
    return send(request).status() == 404 ? Optional.empty() : Optional.of(checked(request));
  }

  final Json get(ResourceType type, String name) {
    return checked(ApiRequest.get(type.path("default", name)));
  }

  final List<Json> list(ResourceType type) {
    return checked(ApiRequest.get(type.path("default"))).get("items").items();
  }

  final List<String> names(ResourceType type) {
    return list(type).stream().map(World::name).sorted().toList();
  }

  final Json merge(ResourceType type, String name, Json patch) {
    return checked(
        ApiRequest.patch(type.path("default", name), ApiRequest.MERGE_PATCH, patch.toBytes())
            .query("fieldManager", "kubectl"));
  }

  final void delete(ResourceType type, String name) {
    checked(ApiRequest.delete(type.path("default", name), Json.emptyObject().toBytes()));
  }

  /**
   * Deletes all grids and their children, and all nodes once their pods are gone. Children too: a
   * real garbage collector takes half a minute to learn of a new kind.
   */
  final void clear() {
    for (GridKind kind : GridKind.values()) {
      names(kind.type()).forEach(name -> delete(kind.type(), name));
    }
    for (GridKind kind : GridKind.values()) {
      await("no " + kind, () -> list(kind.type()).isEmpty());
    }
    for (GridKind kind : GridKind.values()) {
      list(kind.childType()).stream()
          .filter(child -> child.get("metadata", "labels").has(Labels.GRID_SELECTOR))
          .forEach(child -> deleteIfThere(kind.childType(), name(child)));
    }
    await(
        "no children and no pods",
        () ->
            Stream.of(ResourceType.DEPLOYMENT, ResourceType.STATEFUL_SET, POD)
                    .allMatch(type -> names(type).isEmpty())
                && names(ResourceType.SERVICE).stream().allMatch("kubernetes"::equals));
    names(ResourceType.NODE).forEach(name -> delete(ResourceType.NODE, name));
    await("no nodes", () -> names(ResourceType.NODE).isEmpty());
  }

  private void deleteIfThere(ResourceType type, String name) {
    send(ApiRequest.delete(type.path("default", name), Json.emptyObject().toBytes()));
  }

  final void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE + ": " + what + "; there is " + all());
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  private List<String> all() {
    List<String> all = new ArrayList<>();
    for (ResourceType type : List.of(ResourceType.DEPLOYMENT, ResourceType.STATEFUL_SET, POD)) {
      list(type).forEach(object -> all.add(name(object) + " " + object.get("status")));
    }
    for (GridKind kind : GridKind.values()) {
      list(kind.type()).forEach(grid -> all.add(name(grid) + " " + grid.get("status")));
    }
    return all;
  }

  private Json checked(ApiRequest request) {
    ApiResponse response = send(request);
    if (!response.isSuccess()) {
      throw new IllegalStateException(
          request + ": " + new String(response.body(), StandardCharsets.UTF_8));
    }
    return Json.parse(response.body());
  }

  private ApiResponse send(ApiRequest request) {
    return transport().send(request).join();
  }

  static String name(Json object) {
    return object.get("metadata", "name").asString("");
  }
}
