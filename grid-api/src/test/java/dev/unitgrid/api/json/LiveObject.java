/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.api.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was POSTed to a real API server and what it answered to a GET, with what it recorded for a
 * server-side apply of the same.
 */
record LiveObject(String name, String version, Json rendered, Json live, Json applied) {
  private static final List<String> NAMES =
      List.of(
          "deployment-walkthrough",
          "deployment-nasty",
          "statefulset-walkthrough",
          "statefulset-nasty",
          "service-walkthrough",
          "service-walkthrough-headless",
          "service-nasty",
          "service-headless",
          "service-nodeport",
          "service-loadbalancer");

  static Stream<LiveObject> all() {
    return NAMES.stream().flatMap(name -> Stream.of(of(name, "1.34"), of(name, "1.37")));
  }

  static LiveObject of(String name, String version) {
    try (InputStream text = LiveObject.class.getResourceAsStream("live/" + name + ".json")) {
      Json json = Json.parse(text.readAllBytes());
      return new LiveObject(
          name,
          version,
          json.get("rendered"),
          json.get("live", version),
          json.get("applied", version));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  Schema schema() {
    return switch (rendered.get("kind").asString("")) {
      case "Deployment" -> Schema.deployment();
      case "StatefulSet" -> Schema.statefulSet();
      default -> Schema.service();
    };
  }

  @Override
  public String toString() {
    return name + " on " + version;
  }
}
