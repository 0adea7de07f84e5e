/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.differential;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.unitgrid.runtime.transport.ApiRequest;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.runtime.transport.ApiTransport;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One server while a sequence runs on it, seen without what may differ between two servers. */
final class Subject {
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

  private final ApiTransport transport;
  private final String namespace;
  private final Anonymous anonymous = new Anonymous();
  private final Map<String, JsonObject> last = new HashMap<>();
  private final Map<String, String> firstVersions = new HashMap<>();

  Subject(ApiTransport transport, String namespace) {
    this.transport = transport;
    this.namespace = namespace;
  }

  /** What can be compared of an answer. */
  record Seen(int code, JsonElement body) {}

  void createNamespace() {
    Seen created =
        send(
            "POST",
            "/api/v1/namespaces",
            Map.of(),
            ApiRequest.JSON,
            Trees.objectOf("metadata", Trees.objectOf("name", namespace)));
    if (created.code() != 201) {
      throw new AssertionError("no namespace: " + created);
    }
  }

  /** Defines a kind, and waits until it is served. */
  void define(JsonObject definition) {
    Seen defined =
        send(
            "POST",
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            Map.of(),
            ApiRequest.JSON,
            definition);
    if (defined.code() != 201) {
      throw new AssertionError("not defined: " + defined);
    }
    long end = System.nanoTime() + 20_000_000_000L;
    while (send("GET", "/apis/differential.unitgrid.dev/v1/gadgets", Map.of(), "", null).code()
        != 200) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not served");
      }
      LockSupport.parkNanos(20_000_000);
    }
  }

  Seen get(String kind, String name) {
    return remembering(kind, name, send("GET", path(kind, name), Map.of(), "", null));
  }

  Seen perform(Operation operation) {
    String kind = operation.kind();
    String path = path(kind, operation.name());
    String list = path.substring(0, path.lastIndexOf('/'));
    Map<String, String> query = new LinkedHashMap<>();
    query.put("fieldManager", operation.manager());
    JsonElement said = operation.content();
    return switch (operation.verb()) {
      case CREATE -> answer(operation, "POST", list, query, ApiRequest.JSON, manifest(operation));
      case CREATE_DRY_RUN -> {
        query.put("dryRun", "All");
        yield send("POST", list, query, ApiRequest.JSON, manifest(operation));
      }
      case CREATE_STRICT -> {
        query.put("fieldValidation", "Strict");
        yield answer(operation, "POST", list, query, ApiRequest.JSON, manifest(operation));
      }
      case PUT, PUT_BLIND, PUT_STALE ->
          answer(operation, "PUT", path, query, ApiRequest.JSON, put(operation));
      case MERGE -> answer(operation, "PATCH", path, query, ApiRequest.MERGE_PATCH, said);
      case MERGE_DRY_RUN -> {
        query.put("dryRun", "All");
        yield send("PATCH", path, query, ApiRequest.MERGE_PATCH, said);
      }
      case MERGE_STRICT -> {
        query.put("fieldValidation", "Strict");
        yield answer(operation, "PATCH", path, query, ApiRequest.MERGE_PATCH, said);
      }
      case STRATEGIC -> answer(operation, "PATCH", path, query, STRATEGIC, said);
      case JSON_PATCH -> answer(operation, "PATCH", path, query, ApiRequest.JSON_PATCH, said);
      case APPLY ->
          answer(operation, "PATCH", path, query, ApiRequest.APPLY_PATCH, manifest(operation));
      case FORCE_APPLY -> {
        query.put("force", "true");
        yield answer(operation, "PATCH", path, query, ApiRequest.APPLY_PATCH, manifest(operation));
      }
      case STATUS_PUT ->
          answer(operation, "PUT", path + "/status", query, ApiRequest.JSON, put(operation));
      case STATUS_MERGE ->
          answer(operation, "PATCH", path + "/status", query, ApiRequest.MERGE_PATCH, said);
      case STATUS_APPLY ->
          answer(
              operation,
              "PATCH",
              path + "/status",
              query,
              ApiRequest.APPLY_PATCH,
              manifest(operation));
      case SCALE_MERGE -> send("PATCH", path + "/scale", query, ApiRequest.MERGE_PATCH, said);
      case SCALE_PUT -> scalePut(operation, path, query);
      case DELETE -> send("DELETE", path, Map.of(), ApiRequest.JSON, said);
      case DELETE_ORPHANING ->
          send(
              "DELETE",
              path,
              Map.of(),
              ApiRequest.JSON,
              Trees.objectOf("propagationPolicy", "Orphan"));
    };
  }

  private Seen answer(
      Operation operation,
      String method,
      String path,
      Map<String, String> query,
      String type,
      JsonElement body) {
    return remembering(operation.kind(), operation.name(), send(method, path, query, type, body));
  }

  private JsonObject raw = new JsonObject();

  private Seen remembering(String kind, String name, Seen seen) {
    String key = kind + "/" + name;
    if (seen.code() < 300) {
      last.put(key, raw);
      firstVersions.putIfAbsent(key, Trees.string(raw, "metadata", "resourceVersion"));
    }
    return seen;
  }

  private String path(String kind, String name) {
    return Trees.string(Vocabulary.of(kind), "path").replace("NAMESPACE", namespace)
        + "/"
        + real(kind, name);
  }

  /** Cluster-wide names are told apart by the namespace of the sequence. */
  private String real(String kind, String name) {
    return kind.equals("Node") ? name + "-" + namespace : name;
  }

  private JsonObject manifest(Operation operation) {
    String kind = operation.kind();
    JsonObject typed =
        Trees.objectOf(
            "apiVersion",
            Trees.string(Vocabulary.of(kind), "apiVersion"),
            "kind",
            kind,
            "metadata",
            Trees.objectOf("name", real(kind, operation.name())));
    return Vocabulary.overlay(typed, operation.content().getAsJsonObject());
  }

  private JsonObject put(Operation operation) {
    String key = operation.kind() + "/" + operation.name();
    JsonObject known = last.get(key);
    JsonObject object =
        known == null
            ? manifest(operation)
            : Vocabulary.patched(known, operation.content().getAsJsonObject());
    if (!(object.get("metadata") instanceof JsonObject metadata)) {
      return object;
    }
    switch (operation.verb()) {
      case PUT_BLIND -> metadata.remove("resourceVersion");
      case PUT_STALE -> {
        if (firstVersions.containsKey(key)) {
          metadata.addProperty("resourceVersion", firstVersions.get(key));
        }
      }
      default -> {
        // As it was read.
      }
    }
    return object;
  }

  private Seen scalePut(Operation operation, String path, Map<String, String> query) {
    Seen there = send("GET", path + "/scale", Map.of(), "", null);
    if (there.code() != 200) {
      return there;
    }
    JsonObject scale = Vocabulary.patched(raw, operation.content().getAsJsonObject());
    return send("PUT", path + "/scale", query, ApiRequest.JSON, scale);
  }

  private Seen send(
      String method, String path, Map<String, String> query, String type, JsonElement body) {
    ApiRequest request =
        new ApiRequest(
            method,
            path,
            query,
            type,
            ApiRequest.JSON,
            body == null ? new byte[0] : Trees.bytes(body),
            Duration.ofSeconds(30));
    try {
      ApiResponse response = transport.send(request).get(40, TimeUnit.SECONDS);
      String text = new String(response.body(), StandardCharsets.UTF_8);
      // A group that is just being added is answered with plain text.
      JsonElement answer =
          text.startsWith("{") ? Trees.parse(response.body()) : new JsonPrimitive(text);
      raw = answer instanceof JsonObject object ? object : new JsonObject();
      return new Seen(response.status(), anonymous.of(answer));
    } catch (Exception failed) {
      throw new AssertionError(method + " " + path + " failed", failed);
    }
  }
}
