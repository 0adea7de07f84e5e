/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.benchmarks;

import dev.unitgrid.api.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Live objects as a real API server 1.34 sends them, managed fields and all, in any number. */
final class LiveObjects {
  private static final Json DEPLOYMENT = resource("deployment.json");
  private static final Json NODE = resource("node.json");

  private LiveObjects() {}

  /** The deployment number {@code i}: two containers, 7 KB. */
  static Json deployment(int i) {
    return numbered(DEPLOYMENT, "deploymentgrid-demo-" + i, i)
        .withAt(
            List.of("spec", "template", "spec", "nodeSelector", "location"), Json.of("unit-" + i));
  }

  /** The node number {@code i} of a hundred units. */
  static Json node(int i) {
    return numbered(NODE, "node-" + i, i)
        .withAt(List.of("metadata", "labels", "location"), Json.of("unit-" + i % 100));
  }

  /** A whole list in one page, as the API server sends it. */
  static byte[] page(List<Json> items) {
    return Json.object(
            "metadata", Json.object("resourceVersion", "1000000"), "items", Json.array(items))
        .toBytes();
  }

  private static Json numbered(Json object, String name, int i) {
    return object
        .withAt(List.of("metadata", "name"), Json.of(name))
        .withAt(
            List.of("metadata", "uid"),
            Json.of(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString()))
        .withAt(List.of("metadata", "resourceVersion"), Json.of(Integer.toString(1000 + i)));
  }

  private static Json resource(String name) {
    try (InputStream stream =
        Objects.requireNonNull(LiveObjects.class.getResourceAsStream(name), name)) {
      return Json.parse(stream.readAllBytes());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
