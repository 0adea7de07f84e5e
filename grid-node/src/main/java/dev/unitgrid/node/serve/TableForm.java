/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.node.serve;

import dev.unitgrid.api.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Objects as rows of a table, as {@code kubectl get} shows them.
 *
 * @param includeObject what of an object is beside its row: {@code None}, {@code Metadata} or
 *     {@code Object}; empty for its metadata
 * @param clock says how old objects are
 */
record TableForm(ServedResource resource, String includeObject, Clock clock) implements Form {
  @Override
  public byte[] object(byte[] json) {
    Json object = Json.parse(json);
    return table(
            Columns.of(resource),
            Map.of("resourceVersion", object.get("metadata", "resourceVersion")),
            Json.array(row(object)))
        .toBytes();
  }

  private static Json table(Json columns, Map<String, Json> metadata, Json rows) {
    return Json.object(
        "kind",
        "Table",
        "apiVersion",
        "meta.k8s.io/v1",
        "metadata",
        Json.object(metadata),
        "columnDefinitions",
        columns,
        "rows",
        rows);
  }

  private Json row(Json object) {
    Map<String, Json> row = new LinkedHashMap<>();
    row.put("cells", Json.array(Columns.cells(resource, object, clock.instant())));
    if (includeObject.equals("Object")) {
      row.put("object", object);
    } else if (!includeObject.equals("None")) {
      row.put("object", Form.Metadata.partial(object));
    }
    return Json.object(row);
  }

  @Override
  public void item(byte[] json, Sink sink) {
    sink.put(row(Json.parse(json)).toBytes());
  }

  @Override
  public String listHead(String metadata) {
    return "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"
        + metadata
        + ",\"columnDefinitions\":"
        + new String(Columns.of(resource).toBytes(), StandardCharsets.UTF_8)
        + ",\"rows\":[";
  }

  @Override
  public byte[] bookmark(long version, boolean endOfInitialEvents) {
    byte[] bookmark = new Form.Whole(resource).bookmark(version, endOfInitialEvents);
    Map<String, Json> row = new LinkedHashMap<>();
    row.put("cells", Json.emptyArray());
    row.put("object", Form.Metadata.partial(Json.parse(bookmark)));
    return table(
            Columns.of(resource),
            Map.of("resourceVersion", Json.of(Long.toString(version))),
            Json.array(Json.object(row)))
        .toBytes();
  }
}
