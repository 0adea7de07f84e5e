/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import com.google.gson.JsonObject;
import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.internal.access.Identity;
import dev.unitgrid.testkit.internal.api.Call;
import dev.unitgrid.testkit.internal.api.RequestTarget;
import dev.unitgrid.testkit.internal.cluster.NodeObjects;
import dev.unitgrid.testkit.internal.tree.Trees;
import io.kubernetes.client.common.KubernetesObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What a test does to a cluster, at once and without the request log: nodes, manifests, reading.
 * The same in real time ({@link TestCluster}) and in virtual time ({@link Simulation#cluster()}).
 * Thread-safe.
 */
public abstract sealed class Cluster permits TestCluster, SimulatedCluster {
  /** The field manager of {@link #apply(String)}. */
  public static final String APPLIER = "kubectl";

  private static final Identity OURSELVES = Identity.master(EmbeddedApiServer.ADMIN);

  private final Backend backend;
  private final ServedTypes served = new ServedTypes(this);
  private volatile String validation = "&fieldValidation=Strict";
  private volatile boolean closed;

  Cluster(Backend backend) {
    this.backend = backend;
  }

  /**
   * What is behind it.
   *
   * @throws IllegalStateException once it is closed
   */
  final Backend backend() {
    if (closed) {
      throw new IllegalStateException("this cluster is closed");
    }
    return backend;
  }

  final void markClosed() {
    closed = true;
  }

  final boolean isClosed() {
    return closed;
  }

  final boolean standsOn(Class<? extends Backend> kind) {
    return kind.isInstance(backend);
  }

  /**
   * The embedded server itself.
   *
   * @throws UnsupportedOperationException if the cluster is a real one
   */
  public final EmbeddedApiServer server() {
    return backend.embedded();
  }

  /** The door in process. */
  public final ApiTransport transport() {
    return transport(EmbeddedApiServer.ADMIN);
  }

  /** The door in process, as {@code user}. */
  public final ApiTransport transport(String user) {
    return backend().doors().transport(user);
  }

  /** Who is let in by which token, and whether RBAC objects are enforced. */
  public final Access access() {
    return backend.access();
  }

  /** What goes wrong between clients and the server. */
  public final Faults faults() {
    return backend.doors().front().faults();
  }

  /**
   * The simulated cluster around the server: its parts, images, nodes that fail, names.
   *
   * @throws UnsupportedOperationException if the cluster is a real one: its parts are real as well,
   *     and cannot be switched. {@link TestCluster#isReal()} tells
   */
  public final Surroundings around() {
    return server().around();
  }

  /** What clients asked so far, oldest first. */
  public final List<RecordedRequest> requests() {
    return backend.doors().front().requests();
  }

  /** The requests that change something, oldest first. */
  public final List<RecordedRequest> writes() {
    return requests().stream().filter(request -> request.verb().writes()).toList();
  }

  /** Who asked what so far. */
  public final RequestLog log() {
    return backend.doors().front().log();
  }

  /** Begins a block in which clients write nothing. */
  public final NoWrites expectNoWrites() {
    return new NoWrites(backend.doors().front());
  }

  /**
   * Hooks that see each write before it is stored.
   *
   * @throws UnsupportedOperationException if the cluster is a real one
   */
  public final Admission admission() {
    return server().admission();
  }

  /**
   * Ends all watches, as a server does that starts again; a real one does start again. To lose its
   * history too, {@link #compact()} first; to stay away for a while, {@link Faults#cutLink()}.
   */
  public final void restart() {
    backend().restart();
  }

  /** Forgets history: what goes on from before is answered with 410. */
  public final void compact() {
    backend().compact();
  }

  /** Creates ready nodes with {@code label}, e.g. {@code location=beijing}. */
  public final void nodes(String label, String... names) {
    int equals = label.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException("a label is key=value, not \"" + label + "\"");
    }
    for (String name : names) {
      node(name, Map.of(label.substring(0, equals), label.substring(equals + 1)));
    }
  }

  /** Creates a ready node with {@code labels} and those that every node has. */
  public final void node(String name, Map<String, String> labels) {
    JsonObject node = NodeObjects.ready(name, labels);
    if (!backend.nodeAnnotations().isEmpty()) {
      Trees.child(node, "metadata").add("annotations", Trees.objectOf(backend.nodeAnnotations()));
    }
    perform("POST", ResourceType.NODE.path(), ApiRequest.JSON, node);
  }

  /** Sets labels of a node. */
  public final void label(String node, Map<String, String> labels) {
    mergeNode(node, Trees.objectOf("metadata", Trees.objectOf("labels", Trees.objectOf(labels))));
  }

  /** Takes a label away from a node. */
  public final void unlabel(String node, String key) {
    JsonObject labels = new JsonObject();
    labels.add(key, com.google.gson.JsonNull.INSTANCE);
    mergeNode(node, Trees.objectOf("metadata", Trees.objectOf("labels", labels)));
  }

  private void mergeNode(String node, JsonObject patch) {
    perform("PATCH", ResourceType.NODE.path("", node), ApiRequest.MERGE_PATCH, patch);
  }

  /** Deletes a node; its pods go with it. */
  public final void deleteNode(String name) {
    perform("DELETE", ResourceType.NODE.path("", name), ApiRequest.JSON, new JsonObject());
  }

  /** As {@link #apply(String)} with the text of a file. */
  public final void apply(Path manifest) {
    try {
      apply(Files.readString(manifest));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("cannot read " + manifest, unreadable);
    }
  }

  /**
   * Applies every document of a YAML text on the server's side, as {@value #APPLIER} with force;
   * also CustomResourceDefinitions and, after them, their objects.
   *
   * @throws IllegalStateException with the server's answer, if it refuses one; also for a field
   *     that the kind does not have
   * @throws IllegalArgumentException if there is no object in it, or one without kind or name
   */
  public final void apply(String manifests) {
    Documents.of(manifests).forEach(this::answerToApply);
  }

  /**
   * As {@link #apply(String)} with one object: a client-java model with its {@code apiVersion} and
   * {@code kind}, or a {@link Json}.
   */
  public final Json apply(KubernetesObject object) {
    return applyOne(Documents.of(object));
  }

  /** As {@link #apply(String)} with one object. */
  public final Json apply(Json object) {
    return applyOne(object.toJsonObject());
  }

  /** As {@link #apply(String)} with every object, one after the other. */
  public final void applyAll(Iterable<Json> objects) {
    objects.forEach(object -> answerToApply(object.toJsonObject()));
  }

  private Json applyOne(JsonObject object) {
    return Json.parse(answerToApply(object).body());
  }

  private ApiResponse answerToApply(JsonObject object) {
    ApiResponse applied =
        perform(
            "PATCH",
            pathOf(object, true) + "?fieldManager=" + APPLIER + "&force=true" + validation,
            ApiRequest.APPLY_PATCH,
            object);
    if (Trees.string(object, "kind").equals("CustomResourceDefinition")) {
      served.awaitEstablished(Json.parse(applied.body()));
    }
    return applied;
  }

  /**
   * Creates every document of a YAML text by POST.
   *
   * @throws IllegalStateException with the server's answer, if it refuses one; also for a field
   *     that the kind does not have, see {@link #dropUnknownFields()}
   * @throws IllegalArgumentException if there is no object in it, or one without kind
   */
  public final void create(String manifests) {
    Documents.of(manifests).forEach(this::createOne);
  }

  /** As {@link #create(String)} with one object. */
  public final Json create(Json object) {
    return createOne(object.toJsonObject());
  }

  private Json createOne(JsonObject object) {
    return send(
        "POST",
        pathOf(object, false) + "?fieldManager=" + APPLIER + validation,
        ApiRequest.JSON,
        object);
  }

  /**
   * From now on {@link #create} and {@link #apply} drop a field that a kind does not have, as the
   * server does for most clients; at first they refuse it, as kubectl does: in a fixture it is a
   * typing mistake. An apply to a built-in kind refuses it in any case.
   */
  public final void dropUnknownFields() {
    validation = "&fieldValidation=Ignore";
  }

  private String pathOf(JsonObject object, boolean withName) {
    Documents.check(object, withName);
    ResourceType type =
        served.type(Trees.string(object, "apiVersion"), Trees.string(object, "kind"));
    String said = Trees.string(object, "metadata", "namespace");
    String namespace = said.isEmpty() ? "default" : said;
    return withName
        ? type.path(namespace, Trees.string(object, "metadata", "name"))
        : type.path(namespace);
  }

  /** The object; {@code namespace} is ignored for a type without. */
  public final Optional<Json> find(ResourceType type, String namespace, String name) {
    return read(type.path(namespace, name));
  }

  final Optional<Json> read(String path) {
    ApiResponse response = backend().answer(call("GET", path, "", new byte[0]));
    return response.status() == 404
        ? Optional.empty()
        : Optional.of(Json.parse(checked(response).body()));
  }

  /**
   * The object.
   *
   * @throws NoSuchElementException if there is none, with the names of those that are there
   */
  public final Json get(ResourceType type, String namespace, String name) {
    return find(type, namespace, name)
        .orElseThrow(
            () ->
                new NoSuchElementException(
                    "no "
                        + type.kind()
                        + " "
                        + namespace
                        + "/"
                        + name
                        + "; there are "
                        + names(type, namespace)));
  }

  /** The objects, by name; of all namespaces if {@code namespace} is empty. */
  public final List<Json> list(ResourceType type, String namespace) {
    ApiResponse answer = backend().answer(call("GET", type.path(namespace), "", new byte[0]));
    Json list = Json.parse(checked(answer).body());
    return list.get("items").items();
  }

  /** The names of the objects, sorted. */
  public final List<String> names(ResourceType type, String namespace) {
    return list(type, namespace).stream()
        .map(object -> object.get("metadata", "name").asString(""))
        .toList();
  }

  /** Deletes an object, its dependents in the background. */
  public final void delete(ResourceType type, String namespace, String name) {
    perform("DELETE", type.path(namespace, name), ApiRequest.JSON, new JsonObject());
  }

  /** Changes an object by a JSON merge patch, field manager {@value #APPLIER}. */
  public final Json merge(ResourceType type, String namespace, String name, Json patch) {
    return send(
        "PATCH",
        type.path(namespace, name) + "?fieldManager=" + APPLIER,
        ApiRequest.MERGE_PATCH,
        patch.toJsonObject());
  }

  /** Changes the status of an object by a JSON merge patch. */
  public final Json mergeStatus(ResourceType type, String namespace, String name, Json patch) {
    return send(
        "PATCH",
        type.path(namespace, name) + "/status?fieldManager=" + APPLIER,
        ApiRequest.MERGE_PATCH,
        patch.toJsonObject());
  }

  private Json send(String method, String path, String contentType, JsonObject body) {
    return Json.parse(perform(method, path, contentType, body).body());
  }

  /** What is sent without a look at the object that is answered. */
  private ApiResponse perform(String method, String path, String contentType, JsonObject body) {
    return checked(backend().answer(call(method, path, contentType, Trees.bytes(body))));
  }

  private static ApiResponse checked(ApiResponse response) {
    if (!response.isSuccess()) {
      throw new IllegalStateException(response.status() + " " + sentence(response));
    }
    return response;
  }

  private static String sentence(ApiResponse refusal) {
    String text = new String(refusal.body(), StandardCharsets.UTF_8);
    if (!text.startsWith("{")) {
      return text;
    }
    Json status = Json.parse(text);
    String reason = status.get("reason").asString("");
    return (reason.isEmpty() ? "" : reason + ": ") + status.get("message").asString(text);
  }

  private static Call call(String method, String path, String contentType, byte[] body) {
    RequestTarget target = RequestTarget.of(path);
    return new Call(
        method,
        target.path(),
        target.query(),
        contentType,
        ApiRequest.JSON,
        "testkit/test",
        OURSELVES,
        body);
  }

  /** What is there, for a message: workloads with their replicas, pods with their nodes. */
  public final String describe() {
    return Descriptions.of(this);
  }
}
