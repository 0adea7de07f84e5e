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
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The shapes that a client may ask for by its header {@code Accept}: the objects themselves, their
 * metadata alone, or a table. Not thread-safe: the server's lock guards it.
 */
final class Shapes {
  private static final String META = "meta.k8s.io/v1";

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
    @Override
    JsonElement ofObject(JsonObject object) {
      return Trees.objectOf(
          "kind",
          "PartialObjectMetadata",
          "apiVersion",
          META,
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
          META,
          "metadata",
          Trees.object(list, "metadata"),
          "items",
          items);
    }
  }

  private static final class Rows extends Shape {
    private final Table table;
    private final ResourceKind kind;
    private final String include;
    private final Clock clock;
    private final boolean watch;
    private boolean told;

    private Rows(Table table, ResourceKind kind, Call call, Clock clock) {
      this.table = table;
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
          META,
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
            default -> new Metadata().ofObject(typed);
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
    for (String clause : call.accept().split(",", -1)) {
      List<String> words =
          Arrays.stream(clause.toLowerCase(Locale.ROOT).split(";", -1)).map(String::trim).toList();
      String as = words.stream().filter(each -> each.startsWith("as=")).findFirst().orElse("");
      if (!List.of("application/json", "application/*", "*/*").contains(words.get(0))) {
        continue;
      }
      if (as.isEmpty()) {
        return new Plain();
      }
      boolean isMeta = words.contains("g=meta.k8s.io") && words.contains("v=v1");
      if (isMeta && as.equals("as=table")) {
        return new Rows(table(kind.get()), kind.get(), call, clock);
      }
      if (isMeta && as.startsWith("as=partialobjectmetadata")) {
        return new Metadata();
      }
    }
    throw StatusException.of(
        406, "NotAcceptable", "only the following media types are accepted: application/json");
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
