/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.controllers.truth;

import dev.unitgrid.api.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** An object as a user writes it; edits give another one. */
record Manifest(Json json) {
  private static final String WORKLOAD_GRID =
      """
      apiVersion: superedge.io/v1
      kind: %s
      metadata: {name: %s}
      spec:
        gridUniqKey: %s
        template:
          replicas: 1
          selector: {matchLabels: {app: demo}}
          template:
            metadata: {labels: {app: demo}}
            spec:
              containers:
              - {name: echo, image: "echo:1"}
      """;

  private static final String SERVICE_GRID =
      """
      apiVersion: superedge.io/v1
      kind: ServiceGrid
      metadata: {name: %s}
      spec:
        gridUniqKey: %s
        template:
          selector: {app: demo}
          ports: [{port: 80, targetPort: 8080}]
      """;

  /** A list of claim templates. */
  static final String CLAIMS =
      """
      - metadata: {name: data}
        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
      """;

  static Manifest deploymentGrid(String name, String key) {
    return of(WORKLOAD_GRID.formatted("DeploymentGrid", name, key));
  }

  static Manifest statefulSetGrid(String name, String key) {
    return of(WORKLOAD_GRID.formatted("StatefulSetGrid", name, key))
        .with("/spec/template/serviceName", "demo-svc");
  }

  static Manifest serviceGrid(String name, String key) {
    return of(SERVICE_GRID.formatted(name, key));
  }

  static Manifest of(String yaml) {
    return new Manifest(json(yaml));
  }

  static List<Manifest> all(String yaml) {
    List<Manifest> all = new ArrayList<>();
    parser().loadAll(yaml).forEach(document -> all.add(new Manifest(Json.from(document))));
    return all;
  }

  static Json json(String yaml) {
    return Json.from(parser().load(yaml));
  }

  private static Yaml parser() {
    return new Yaml(new SafeConstructor(new LoaderOptions()));
  }

  /** With a value, in YAML, at a JSON pointer. */
  Manifest with(String pointer, String yaml) {
    return new Manifest(json.withAt(path(pointer), json(yaml)));
  }

  /** Without what is at a JSON pointer. */
  Manifest without(String pointer) {
    return new Manifest(json.withoutAt(path(pointer)));
  }

  /** With other containers, a YAML list. */
  Manifest containers(String yaml) {
    return with("/spec/template/template/spec/containers", yaml);
  }

  Manifest image(String image) {
    return containers("[{name: echo, image: '" + image + "'}]");
  }

  Manifest named(String name) {
    return with("/metadata/name", name);
  }

  Manifest annotated(String name, String value) {
    return new Manifest(json.withAt(List.of("metadata", "annotations", name), Json.of(value)));
  }

  String name() {
    return json.get("metadata", "name").asString("");
  }

  private static List<String> path(String pointer) {
    return Stream.of(pointer.substring(1).split("/", -1))
        .map(part -> part.replace("~1", "/"))
        .toList();
  }
}
