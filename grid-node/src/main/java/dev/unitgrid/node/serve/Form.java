/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** Writes the objects of a kind in one shape. */
sealed interface Form permits Form.Whole, Form.Metadata, TableForm {
  /** The form that {@code read} asks for. */
  static Form of(ServedResource resource, Read read, Clock clock) {
    return switch (read.shape()) {
      case WHOLE -> new Whole(resource);
      case METADATA -> new Metadata();
      case TABLE -> new TableForm(resource, read.query("includeObject"), clock);
    };
  }

  /** An object that is answered alone or in a frame. */
  byte[] object(byte[] json);

  /** An object in a list. */
  void item(byte[] json, Sink sink);

  /** What is before the items of a list. */
  String listHead(String metadata);

  /** The object of a bookmark. */
  byte[] bookmark(long version, boolean endOfInitialEvents);

  private static String bookmarkMetadata(long version, boolean endOfInitialEvents) {
    return "{\"resourceVersion\":\""
        + version
        + "\""
        + (endOfInitialEvents ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}}" : "}");
  }

  /** Objects as they are. */
  record Whole(ServedResource resource) implements Form {
    @Override
    public byte[] object(byte[] json) {
      return json;
    }

    /** Items of a list do not say their kind, as the API server has it. */
    @Override
    public void item(byte[] json, Sink sink) {
      sink.put(json, 0, 1);
      int rest = resource.typedLength();
      sink.put(json, json[rest] == ',' ? rest + 1 : rest, json.length);
    }

    @Override
    public String listHead(String metadata) {
      return "{\"kind\":\""
          + resource.type().kind()
          + "List\",\"apiVersion\":\""
          + resource.type().apiVersion()
          + "\",\"metadata\":"
          + metadata
          + ",\"items\":[";
    }

    @Override
    public byte[] bookmark(long version, boolean endOfInitialEvents) {
      return ("{\"kind\":\""
              + resource.type().kind()
              + "\",\"apiVersion\":\""
              + resource.type().apiVersion()
              + "\",\"metadata\":"
              + bookmarkMetadata(version, endOfInitialEvents)
              + resource.emptyFields()
              + "}")
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  /** The metadata alone. */
  record Metadata() implements Form {
    private static final String TYPE =
        "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":";

    static Json partial(Json object) {
      return Json.object(
          "kind",
          "PartialObjectMetadata",
          "apiVersion",
          "meta.k8s.io/v1",
          "metadata",
          object.get("metadata"));
    }

    @Override
    public byte[] object(byte[] json) {
      return partial(Json.parse(json)).toBytes();
    }

    @Override
    public void item(byte[] json, Sink sink) {
      sink.put(object(json));
    }

    @Override
    public String listHead(String metadata) {
      return "{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"
          + metadata
          + ",\"items\":[";
    }

    @Override
    public byte[] bookmark(long version, boolean endOfInitialEvents) {
      return (TYPE + bookmarkMetadata(version, endOfInitialEvents) + "}")
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
