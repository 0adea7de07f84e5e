/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.schema.OpenApiDocuments;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * OpenAPI v3, a document a group and version: the real server's own for its kinds, and for custom
 * resources one made of their definitions, as far as clients validate, apply and explain by it. Not
 * thread-safe: the server's lock guards it.
 */
final class OpenApi {
  private static final String ROOT = "/openapi/v3";
  private static final String REFERENCE = "#/components/schemas/";
  private static final String TITLE = "Kubernetes";
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final Map<String, String> JSON_TYPE = Map.of("Content-Type", "application/json");

  private final Store store;
  private final Kinds kinds;

  OpenApi(Store store, Kinds kinds) {
    this.store = store;
    this.kinds = kinds;
  }

  /** The answer to {@code call}, if it asks for one of these documents. */
  Optional<ApiResponse> answer(Call call) {
    String path = call.path();
    if (path.equals("/openapi/v2")) {
      return Optional.of(second(call));
    }
    if (path.equals(ROOT)) {
      return Optional.of(new ApiResponse(200, JSON_TYPE, Trees.bytes(index())));
    }
    if (!path.startsWith(ROOT + "/")) {
      return Optional.empty();
    }
    return document(path.substring(ROOT.length() + 1))
        .map(document -> new ApiResponse(200, JSON_TYPE, document));
  }

  /**
   * The older document, in which nothing is defined: clients that take version 3 look here for
   * kinds only that they found nowhere else.
   */
  private static ApiResponse second(Call call) {
    String version = OpenApiDocuments.KUBERNETES_VERSION;
    String protobuf = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
    if (!call.accept().contains("proto-openapi.spec.v2")) {
      JsonObject info = Trees.objectOf("title", TITLE, "version", version);
      return new ApiResponse(
          200,
          JSON_TYPE,
          Trees.bytes(Trees.objectOf("swagger", "2.0", "info", info, "paths", new JsonObject())));
    }
    byte[] info = joined(field(1, TITLE.getBytes(UTF_8)), field(2, version.getBytes(UTF_8)));
    return new ApiResponse(
        200,
        Map.of("Content-Type", protobuf),
        joined(field(1, "2.0".getBytes(UTF_8)), field(2, info)));
  }

  /** A field of a protocol buffer whose content is short. */
  private static byte[] field(int number, byte[] content) {
    return joined(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private JsonObject index() {
    Set<String> documents = new TreeSet<>();
    for (ResourceKind kind : kinds.all()) {
      documents.add((kind.group().isEmpty() ? "api/" : "apis/") + kind.apiVersion());
    }
    Reviews.KINDS.forEach(review -> documents.add("apis/" + review.apiVersion()));
    JsonObject paths = new JsonObject();
    for (String document : documents) {
      String hash =
          OpenApiDocuments.all().contains(document)
              ? hash((document + OpenApiDocuments.KUBERNETES_VERSION).getBytes(UTF_8))
              : hash(document(document).orElse(new byte[0]));
      paths.add(
          document, Trees.objectOf("serverRelativeURL", ROOT + "/" + document + "?hash=" + hash));
    }
    return Trees.objectOf("paths", paths);
  }

  private static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-512").digest(content);
      return HexFormat.of().withUpperCase().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-512", impossible);
    }
  }

  private Optional<byte[]> document(String name) {
    Optional<byte[]> real = OpenApiDocuments.document(name);
    if (real.isPresent()) {
      return real;
    }
    List<ResourceKind> served =
        kinds.all().stream()
            .filter(kind -> !kind.builtIn() && name.equals("apis/" + kind.apiVersion()))
            .toList();
    return served.isEmpty() ? Optional.empty() : Optional.of(Trees.bytes(custom(served)));
  }

  private JsonObject custom(List<ResourceKind> served) {
    JsonObject schemas = new JsonObject();
    JsonObject paths = new JsonObject();
    for (ResourceKind kind : served) {
      schemas.add(schemaName(kind), schema(kind));
      schemas.add(schemaName(kind) + "List", list(kind));
      addPaths(paths, kind);
    }
    addMeta(schemas);
    return Trees.objectOf(
        "openapi",
        "3.0.0",
        "info",
        Trees.objectOf("title", "Kubernetes CRD Swagger", "version", "v0.1.0"),
        "paths",
        paths,
        "components",
        Trees.objectOf("schemas", schemas));
  }

  /** {@code dev.example.v1.Widget} for the group {@code example.dev}. */
  private static String schemaName(ResourceKind kind) {
    List<String> parts = new ArrayList<>(Arrays.asList(kind.group().split("\\.", -1)));
    Collections.reverse(parts);
    return String.join(".", parts) + "." + kind.version() + "." + kind.kind();
  }

  private JsonObject schema(ResourceKind kind) {
    JsonObject definition =
        store.get(
            new ObjectKey("customresourcedefinitions.apiextensions.k8s.io", "", kind.storage()));
    JsonObject written = new JsonObject();
    for (JsonObject version : Trees.objects(definition, "spec", "versions")) {
      if (Trees.string(version, "name").equals(kind.version())) {
        written = Trees.object(version, "schema", "openAPIV3Schema").deepCopy();
      }
    }
    JsonObject properties = Trees.child(written, "properties");
    properties.add("apiVersion", realProperty("apiVersion"));
    properties.add("kind", realProperty("kind"));
    properties.add(
        "metadata",
        Trees.objectOf(
            "description",
            "Standard object's metadata. More info:"
                + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            "allOf",
            Trees.arrayOf(reference(META + "ObjectMeta"))));
    written.add("x-kubernetes-group-version-kind", Trees.arrayOf(type(kind, "")));
    return written;
  }

  private static JsonElement realProperty(String name) {
    return Trees.object(Real.SCHEMAS, "io.k8s.api.coordination.v1.Lease", "properties", name);
  }

  private static JsonObject list(ResourceKind kind) {
    return Trees.objectOf(
        "description",
        kind.kind() + "List is a list of " + kind.kind(),
        "type",
        "object",
        "required",
        Trees.arrayOf("items"),
        "properties",
        Trees.objectOf(
            "apiVersion",
            realProperty("apiVersion"),
            "items",
            Trees.objectOf(
                "description",
                "List of "
                    + kind.plural()
                    + ". More info:"
                    + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md",
                "type",
                "array",
                "items",
                reference(schemaName(kind))),
            "kind",
            realProperty("kind"),
            "metadata",
            reference(META + "ListMeta")),
        "x-kubernetes-group-version-kind",
        Trees.arrayOf(type(kind, "List")));
  }

  private static JsonObject reference(String schema) {
    return Trees.objectOf("$ref", REFERENCE + schema);
  }

  private static JsonObject type(ResourceKind kind, String suffix) {
    return Trees.objectOf(
        "group", kind.group(), "kind", kind.kind() + suffix, "version", kind.version());
  }

  private static void addPaths(JsonObject paths, ResourceKind kind) {
    String root = "/apis/" + kind.apiVersion();
    String all = root + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
    paths.add(
        all,
        Trees.objectOf(
            "get", operation(kind, "list"),
            "post", operation(kind, "post"),
            "delete", operation(kind, "deletecollection")));
    paths.add(
        all + "/{name}",
        Trees.objectOf(
            "get", operation(kind, "get"),
            "put", operation(kind, "put"),
            "delete", operation(kind, "delete"),
            "patch", operation(kind, "patch")));
    if (kind.namespaced()) {
      paths.add(root + "/" + kind.plural(), Trees.objectOf("get", operation(kind, "list")));
    }
  }

  private static JsonObject operation(ResourceKind kind, String action) {
    JsonArray parameters = new JsonArray();
    if (List.of("post", "put", "patch").contains(action)) {
      for (String name : List.of("dryRun", "fieldManager", "fieldValidation")) {
        parameters.add(
            Trees.objectOf(
                "name",
                name,
                "in",
                "query",
                "schema",
                Trees.objectOf("type", "string", "uniqueItems", true)));
      }
    }
    return Trees.objectOf(
        "operationId",
        action + kind.kind() + kind.version().toUpperCase(Locale.ROOT),
        "parameters",
        parameters,
        "responses",
        Trees.objectOf(
            "200",
            Trees.objectOf(
                "description",
                "OK",
                "content",
                Trees.objectOf(
                    "application/json",
                    Trees.objectOf(
                        "schema",
                        reference(schemaName(kind) + (action.equals("list") ? "List" : "")))))),
        "x-kubernetes-action",
        action,
        "x-kubernetes-group-version-kind",
        type(kind, ""));
  }

  /** The schemas of metadata, and what they refer to. */
  private static void addMeta(JsonObject schemas) {
    Deque<String> open = new ArrayDeque<>(List.of(META + "ObjectMeta", META + "ListMeta"));
    while (!open.isEmpty()) {
      String name = open.removeFirst();
      if (!schemas.has(name) && Real.SCHEMAS.get(name) instanceof JsonObject schema) {
        schemas.add(name, schema);
        references(schema, open);
      }
    }
  }

  private static void references(JsonElement value, Deque<String> into) {
    if (value instanceof JsonArray array) {
      array.forEach(item -> references(item, into));
    } else if (value instanceof JsonObject object) {
      for (Map.Entry<String, JsonElement> field : object.entrySet()) {
        if (field.getKey().equals("$ref")) {
          into.add(field.getValue().getAsString().substring(REFERENCE.length()));
        } else {
          references(field.getValue(), into);
        }
      }
    }
  }

  /** Read when a custom resource is first described; leases have the smallest document. */
  private static final class Real {
    private static final JsonObject SCHEMAS =
        Trees.object(
            Trees.parse(OpenApiDocuments.document("apis/coordination.k8s.io/v1").orElseThrow()),
            "components",
            "schemas");

    private Real() {}
  }
}
