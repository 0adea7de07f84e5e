/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.internal.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import dev.unitgrid.runtime.transport.ApiResponse;
import dev.unitgrid.testkit.internal.access.Deed;
import dev.unitgrid.testkit.internal.store.ObjectKey;
import dev.unitgrid.testkit.internal.store.Store;
import dev.unitgrid.testkit.internal.table.Table;
import dev.unitgrid.testkit.internal.tree.Trees;
import java.time.Clock;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The shapes that a client may ask for by its header {@code Accept}: the objects themselves, their
 * metadata alone, or a table. Not thread-safe: the server's lock guards it.
 */
final class Shapes {
  private static final List<String> JSON = List.of("application/json", "application/*", "*/*");
  private static final String YAML = "application/yaml";
  private static final List<String> META = List.of("v1", "v1beta1");

  private final Store store;
  private final Kinds kinds;
  private final Clock clock;

  Shapes(Store store, Kinds kinds, Clock clock) {
    this.store = store;
    this.kinds = kinds;
    this.clock = clock;
  }

  /** Makes what a client asked for of the plain answers to its request; knows what it said. */
  abstract static class Shape {
    /** One object, or what a watch tells of. */
    abstract JsonElement ofObject(JsonObject object);

    /** A list. */
    abstract JsonElement ofList(JsonObject list);

    ApiResponse of(ApiResponse plain) {
      if (!plain.isSuccess() || plain.body().length == 0) {
        return plain;
      }
      JsonObject body = Trees.parse(plain.body()).getAsJsonObject();
      if (Trees.string(body, "kind").equals("Status")) {
        return plain;
      }
      JsonElement shaped = body.has("items") ? ofList(body) : ofObject(body);
      return new ApiResponse(plain.status(), plain.headers(), Trees.bytes(shaped));
    }

    WatchSink around(WatchSink plain) {
      return new WatchSink() {
        @Override
        public void frame(byte[] frame) {
          JsonObject event = Trees.parse(frame).getAsJsonObject();
          boolean isError = Trees.string(event, "type").equals("ERROR");
          if (!isError) {
            event.add("object", ofObject(Trees.object(event, "object")));
          }
          plain.frame(isError ? frame : Trees.bytes(event));
        }

        @Override
        public void caughtUp() {
          plain.caughtUp();
        }

        @Override
        public void end() {
          plain.end();
        }
      };
    }
  }

  private static final class Plain extends Shape {
    @Override
    JsonElement ofObject(JsonObject object) {
      return object;
    }

    @Override
    JsonElement ofList(JsonObject list) {
      return list;
    }

    @Override
    ApiResponse of(ApiResponse plain) {
      return plain;
    }

    @Override
    WatchSink around(WatchSink plain) {
      return plain;
    }
  }

  private static final class Metadata extends Shape {
    private final String meta;

    private Metadata(String meta) {
      this.meta = meta;
    }

    @Override
    JsonElement ofObject(JsonObject object) {
      return Trees.objectOf(
          "kind",
          "PartialObjectMetadata",
          "apiVersion",
          meta,
          "metadata",
          Trees.object(object, "metadata"));
    }

    @Override
    JsonElement ofList(JsonObject list) {
      JsonArray items = new JsonArray();
      Trees.objects(list, "items").forEach(item -> items.add(ofObject(item)));
      return Trees.objectOf(
          "kind",
          "PartialObjectMetadataList",
          "apiVersion",
          meta,
          "metadata",
          Trees.object(list, "metadata"),
          "items",
          items);
    }
  }

  /** Metadata of what it is asked of, if that is a list or none, as was said. */
  private static final class AsSaid extends Shape {
    private final Metadata metadata;
    private final ResourceKind kind;
    private final boolean list;

    private AsSaid(Metadata metadata, ResourceKind kind, boolean list) {
      this.metadata = metadata;
      this.kind = kind;
      this.list = list;
    }

    @Override
    JsonElement ofObject(JsonObject object) {
      if (list && !kind.builtIn()) {
        throw StatusException.of(500, "", "content is not a list");
      }
      if (list) {
        throw notAcceptable(
            "you requested PartialObjectMetadataList, but the requested object is not a list (*"
                + goType()
                + ")");
      }
      return metadata.ofObject(object);
    }

    @Override
    JsonElement ofList(JsonObject objects) {
      if (!list) {
        throw notAcceptable(
            "you requested PartialObjectMetadata, but the requested object is a list (*"
                + goType()
                + "List)");
      }
      return metadata.ofList(objects);
    }

    @Override
    WatchSink around(WatchSink plain) {
      return metadata.around(plain);
    }

    private String goType() {
      return kind.builtIn()
          ? (kind.group().isEmpty() ? "core" : kind.group().replaceFirst("\\..*", ""))
              + "."
              + kind.kind()
          : "unstructured.Unstructured";
    }
  }

  private static final class Rows extends Shape {
    private final Table table;
    private final String meta;
    private final ResourceKind kind;
    private final String include;
    private final Clock clock;
    private final boolean watch;
    private boolean told;

    private Rows(Table table, String meta, ResourceKind kind, Call call, Clock clock) {
      this.table = table;
      this.meta = meta;
      this.kind = kind;
      this.include = call.query("includeObject");
      this.watch = call.isWatch();
      this.clock = clock;
    }

    @Override
    JsonElement ofObject(JsonObject object) {
      JsonObject metadata =
          Trees.objectOf("resourceVersion", Trees.string(object, "metadata", "resourceVersion"));
      return table(metadata, List.of(object));
    }

    @Override
    JsonElement ofList(JsonObject list) {
      return table(Trees.object(list, "metadata"), Trees.objects(list, "items"));
    }

    /** A watch tells the columns once. */
    private JsonObject table(JsonObject metadata, List<JsonObject> objects) {
      JsonArray rows = new JsonArray();
      objects.forEach(object -> rows.add(row(object)));
      JsonElement columns = watch && told ? JsonNull.INSTANCE : table.columns();
      told = true;
      return Trees.objectOf(
          "kind",
          "Table",
          "apiVersion",
          meta,
          "metadata",
          metadata,
          "columnDefinitions",
          columns,
          "rows",
          rows);
    }

    private JsonObject row(JsonObject object) {
      JsonObject typed = object;
      if (!object.has("kind")) {
        typed = Trees.objectOf("kind", kind.kind(), "apiVersion", kind.apiVersion());
        for (String field : object.keySet()) {
          typed.add(field, object.get(field));
        }
      }
      JsonObject row = table.row(typed, clock.instant());
      row.add(
          "object",
          switch (include) {
            case "None" -> JsonNull.INSTANCE;
            case "Object" -> typed;
            default -> new Metadata(meta).ofObject(typed);
          });
      return row;
    }
  }

  /**
   * The shape that {@code call} asks for.
   *
   * @throws StatusException 406 if it takes none that there is, 501 for a column that this server
   *     cannot read
   */
  Shape of(Call call) {
    Deed deed = Deed.of(call.method(), call.path(), call.query());
    Optional<ResourceKind> kind = kind(call.path(), deed);
    if (call.accept().isBlank() || kind.isEmpty()) {
      return new Plain();
    }
    for (String clause : clauses(call)) {
      List<String> words = words(clause);
      boolean isTaken = JSON.contains(words.get(0)) || (is(words, YAML) && !call.isWatch());
      if (isTaken) {
        Optional<Shape> shape = shape(words, kind.get(), call);
        if (shape.isPresent()) {
          return shape.get();
        }
      }
    }
    throw notAcceptable(
        "only the following media types are accepted: "
            + (call.isWatch()
                ? "application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch"
                : "application/json, application/yaml, application/vnd.kubernetes.protobuf"));
  }

  private Optional<Shape> shape(List<String> words, ResourceKind kind, Call call) {
    String as = said(words, "as=");
    if (as.isEmpty()) {
      return Optional.of(new Plain());
    }
    String version = said(words, "v=");
    if (!words.contains("g=meta.k8s.io") || !META.contains(version)) {
      return Optional.empty();
    }
    String meta = "meta.k8s.io/" + version;
    return Optional.ofNullable(
        switch (as) {
          case "table" -> new Rows(table(kind), meta, kind, call, clock);
          case "partialobjectmetadata" -> new AsSaid(new Metadata(meta), kind, false);
          case "partialobjectmetadatalist" -> new AsSaid(new Metadata(meta), kind, true);
          default -> null;
        });
  }

  private static List<String> clauses(Call call) {
    return Arrays.asList(call.accept().split(",", -1));
  }

  private static List<String> words(String clause) {
    return Arrays.stream(clause.toLowerCase(Locale.ROOT).split(";", -1)).map(String::trim).toList();
  }

  private static boolean is(List<String> words, String mediaType) {
    return words.get(0).equals(mediaType);
  }

  private static String said(List<String> words, String name) {
    return words.stream()
        .filter(word -> word.startsWith(name))
        .map(word -> word.substring(name.length()))
        .findFirst()
        .orElse("");
  }

  private static StatusException notAcceptable(String message) {
    return StatusException.of(406, "NotAcceptable", message);
  }

  /** {@code answer}, refusals too, in YAML if {@code call} would rather have that than JSON. */
  static ApiResponse encoded(Call call, ApiResponse answer) {
    boolean isJson =
        answer.body().length > 0
            && answer.header("Content-Type").orElse("").equals("application/json");
    if (!isJson || !call.accept().contains("yaml") || !prefersYaml(call)) {
      return answer;
    }
    Map<String, String> headers = new HashMap<>(answer.headers());
    headers.put("content-type", YAML);
    return new ApiResponse(answer.status(), headers, Yaml.text(Trees.parse(answer.body())));
  }

  private static boolean prefersYaml(Call call) {
    return clauses(call).stream()
        .map(Shapes::words)
        .filter(words -> JSON.contains(words.get(0)) || is(words, YAML))
        .findFirst()
        .filter(words -> is(words, YAML))
        .isPresent();
  }

  private Optional<ResourceKind> kind(String path, Deed deed) {
    if (!deed.isOfResource() || deed.subresource().equals("scale")) {
      return Optional.empty();
    }
    String version = path.split("/", -1)[deed.group().isEmpty() ? 2 : 3];
    return kinds.find(
        deed.group().isEmpty() ? version : deed.group() + "/" + version, deed.resource());
  }

  private Table table(ResourceKind kind) {
    if (kind.builtIn()) {
      return Table.builtIn(kind.apiVersion() + "/" + kind.plural());
    }
    JsonObject definition =
        store.get(
            new ObjectKey("customresourcedefinitions.apiextensions.k8s.io", "", kind.storage()));
    for (JsonObject version : Trees.objects(definition, "spec", "versions")) {
      if (Trees.string(version, "name").equals(kind.version())) {
        return custom(Trees.objects(version, "additionalPrinterColumns"));
      }
    }
    return custom(List.of());
  }

  private static Table custom(List<JsonObject> columns) {
    try {
      return Table.custom(columns);
    } catch (UnsupportedOperationException unknown) {
      throw StatusException.notImplemented(String.valueOf(unknown.getMessage()));
    }
  }
}
