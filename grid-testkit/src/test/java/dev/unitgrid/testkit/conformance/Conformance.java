/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;

/**
 * What a Kubernetes API server does, sentence by sentence: the same tests for the embedded server
 * and for a real one, each in a namespace of its own. No controller runs.
 */
abstract class Conformance {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  Server server;
  Api api;
  String namespace;
  String deployments;
  String demo;
  String services;
  String configMaps;

  @BeforeEach
  final void newNamespace(Server tested) {
    server = tested;
    api = tested.api();
    namespace = "t" + NAMESPACES.incrementAndGet();
    Reply created =
        api.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
    assertThat(created.status()).isEqualTo(201);
    deployments = path("apps/v1", "deployments");
    demo = deployments + "/demo";
    services = path("v1", "services");
    configMaps = path("v1", "configmaps");
  }

  /** The collection {@code plural} of this test's namespace. */
  final String path(String apiVersion, String plural) {
    String root = apiVersion.contains("/") ? "/apis/" : "/api/";
    return root + apiVersion + "/namespaces/" + namespace + "/" + plural;
  }

  static String deployment(String name, String specMore, String containerMore) {
    return """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s"},"spec":{%s
        "selector":{"matchLabels":{"app":"echo"}},"template":{"metadata":{"labels":{"app":"echo"}},
        "spec":{"containers":[{"name":"echo","image":"echo:1"%s}]}}}}"""
        .formatted(name, specMore, containerMore);
  }

  final Reply createDemo() {
    Reply created =
        api.post(deployments + "?fieldManager=unitgrid", deployment("demo", "\"replicas\":2,", ""));
    assertThat(created.status()).isEqualTo(201);
    return created;
  }

  final Reply configMap(String name, String labels) {
    Reply created =
        api.post(
            configMaps, "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":" + labels + "}}");
    assertThat(created.status()).isEqualTo(201);
    return created;
  }

  static void assertRefused(Reply reply, int status, String reason, String message) {
    assertThat(reply.message()).isEqualTo(message);
    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.reason()).isEqualTo(reason);
    assertThat(reply.body().get("kind")).isEqualTo(Json.of("Status"));
    assertThat(reply.body().get("code")).isEqualTo(Json.of(status));
  }

  static List<String> names(Reply list) {
    return list.body().get("items").items().stream()
        .map(item -> item.get("metadata", "name").asString(""))
        .toList();
  }

  static Json container(Reply reply) {
    return reply.body().get("spec", "template", "spec", "containers").items().get(0);
  }
}
