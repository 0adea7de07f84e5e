/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.Json;
import dev.unitgrid.testkit.conformance.Api.Reply;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the controllers of a cluster do, sentence by sentence: the same tests for the simulated ones
 * and for real ones with kwok as kubelets, each in a namespace of its own. The nodes bj-1 and bj-2
 * carry location=beijing, gz-1 carries location=guangzhou and is in zone-1; hand-1 has no kubelet:
 * tests play it.
 */
abstract class ClusterConformance {
  static final String BY_HAND =
      """
      {"metadata":{"name":"hand-1","annotations":{"unitgrid.dev/kubelet":"none"},
      "labels":{"topology.kubernetes.io/zone":"zone-2"}},"spec":{"unschedulable":true}}""";

  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static final long PATIENCE = 30_000_000_000L;

  Api api;
  String namespace;
  String apps;
  String core;
  String pods;

  @BeforeEach
  final void newNamespace(Server tested) {
    api = tested.api();
    namespace = "c" + NAMESPACES.incrementAndGet();
    apps = "/apis/apps/v1/namespaces/" + namespace;
    core = "/api/v1/namespaces/" + namespace;
    pods = core + "/pods";
    created("/api/v1/namespaces", "{\"metadata\":{\"name\":\"" + namespace + "\"}}");
  }

  final Reply created(String path, String body) {
    Reply created = api.post(path, body);
    assertThat(created.status()).as(created.body().toString()).isEqualTo(201);
    return created;
  }

  final Reply changed(String path, String body) {
    Reply changed = api.merge(path, body);
    assertThat(changed.status()).as(changed.body().toString()).isEqualTo(200);
    return changed;
  }

  final Reply await(String path, Predicate<Json> condition) {
    return await(() -> api.get(path), condition);
  }

  static Reply await(Supplier<Reply> read, Predicate<Json> condition) {
    long end = System.nanoTime() + PATIENCE;
    Reply reply = read.get();
    while (!condition.test(reply.body())) {
      assertThat(System.nanoTime()).as(reply.body().toString()).isLessThan(end);
      LockSupport.parkNanos(20_000_000);
      reply = read.get();
    }
    return reply;
  }

  static boolean isGone(Json reply) {
    return reply.get("code").asLong(0) == 404;
  }

  static String workload(String kind, String image, String more, String unit) {
    return """
        {"apiVersion":"apps/v1","kind":"%s","metadata":{"name":"demo"},"spec":{"replicas":2,%s
        "selector":{"matchLabels":{"app":"echo"}},"template":{"metadata":{"labels":{"app":"echo"}},
        "spec":{"terminationGracePeriodSeconds":1,"nodeSelector":{"location":"%s"},
        "containers":[{"name":"echo","image":"%s"}]}}}}"""
        .formatted(kind, more, unit, image);
  }

  final Reply deploy() {
    Reply created = created(apps + "/deployments", workload("Deployment", "echo:1", "", "beijing"));
    await(apps + "/deployments/demo", ClusterConformance::isComplete);
    return created;
  }

  static boolean isComplete(Json workload) {
    Json status = workload.get("status");
    return workload.get("metadata", "generation").equals(status.get("observedGeneration"))
        && status.get("replicas").asLong(0) == 2
        && status.get("updatedReplicas").asLong(0) == 2
        && status.get("availableReplicas").asLong(0) == 2;
  }

  /** The uids of the pods that do not terminate, by name. */
  final Map<String, String> uids() {
    Map<String, String> uids = new TreeMap<>();
    for (Json pod : items(pods)) {
      if (!pod.get("metadata").has("deletionTimestamp")) {
        uids.put(pod.get("metadata", "name").asString(""), pod.get("metadata", "uid").asString(""));
      }
    }
    return uids;
  }

  final List<Json> items(String path) {
    return api.get(path).body().get("items").items();
  }

  /** The condition of a type; JSON null without one. */
  static Json condition(Json object, String type) {
    return object.get("status", "conditions").items().stream()
        .filter(condition -> condition.get("type").equals(Json.of(type)))
        .findFirst()
        .orElse(Json.ofNull());
  }

  static boolean says(Json object, String type, String status, String reason) {
    Json condition = condition(object, type);
    return condition.get("status").equals(Json.of(status))
        && condition.get("reason").equals(Json.of(reason));
  }
}
