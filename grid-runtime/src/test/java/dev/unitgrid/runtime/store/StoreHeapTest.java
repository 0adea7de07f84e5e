/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.runtime.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.json.CompactJson;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.codec.Item;
import dev.unitgrid.runtime.codec.ObjectCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What 10,000 Deployments cost. */
class StoreHeapTest {
  private static final int COUNT = 10_000;
  private static final long MEBIBYTE = 1 << 20;

  /** What a controller keeps of a child: the trimmed object, and what it compares first. */
  private record Kept(String uid, String digest, CompactJson object) {}

  @Test
  void ten_thousand_deployments_take_under_100_mebibytes() {
    Index<Kept> byGrid = new Index<>("uid", kept -> List.of(kept.uid()));
    ObjectCodec<Kept> codec = ObjectCodec.of(StoreHeapTest::trim);
    long before = usedHeap();
    Store<Kept> store = new Store<>(List.of(byGrid));
    long bytes = 0;
    for (int i = 0; i < COUNT; i++) {
      Json deployment = deployment(i);
      bytes += deployment.toBytes().length;
      Item<Kept> item = codec.object(Json.parse(deployment.toBytes()));
      store.upsert(item);
    }
    long used = usedHeap() - before;
    System.out.printf(
        "%d Deployments of %d bytes each: %.1f MiB of heap%n",
        COUNT, bytes / COUNT, (double) used / MEBIBYTE);

    assertThat(bytes / COUNT).isBetween(3000L, 7000L);
    assertThat(store.size()).isEqualTo(COUNT);
    assertThat(used).isLessThan(100 * MEBIBYTE);
    assertThat(store.keys(byGrid, uid(77))).hasSize(1);
  }

  private static Kept trim(Json object) {
    Json metadata = object.get("metadata").without("managedFields");
    return new Kept(
        metadata.get("uid").asString(""),
        object.get("spec").digest(),
        CompactJson.of(object.with("metadata", metadata)));
  }

  private static Json deployment(int i) {
    List<Json> env = new ArrayList<>();
    for (int e = 0; e < 20; e++) {
      env.add(Json.object("name", "SETTING_" + e, "value", "value-" + e + "-of-" + i));
    }
    Map<String, String> labels =
        Map.of("app", "echo-" + i, "superedge.io/grid-selector", "grid-" + i % 100);
    Json container =
        Json.object(
            "name",
            "echo",
            "image",
            "registry.example/team/echo:2." + i % 50,
            "env",
            Json.array(env),
            "ports",
            Json.array(Json.object("containerPort", 8080, "protocol", "TCP")),
            "resources",
            Json.object(
                "limits", Json.object("cpu", "500m", "memory", "256Mi"),
                "requests", Json.object("cpu", "50m", "memory", "64Mi")),
            "terminationMessagePath",
            "/dev/termination-log",
            "terminationMessagePolicy",
            "File",
            "imagePullPolicy",
            "IfNotPresent");
    return Json.object(
        "apiVersion", "apps/v1",
        "kind", "Deployment",
        "metadata",
            Json.object(
                "namespace", "edge-" + i % 20,
                "name", "grid-" + i % 100 + "-unit-" + i,
                "uid", uid(i),
                "resourceVersion", Long.toString(100_000 + i),
                "generation", 3,
                "labels", Json.strings(labels),
                "annotations", Json.object("unitgrid.dev/hash", "v1.abcdefgh.ijklmnop"),
                "ownerReferences",
                    Json.array(Json.object("kind", "DeploymentGrid", "uid", uid(i % 100))),
                "managedFields",
                    Json.array(
                        Json.object(
                            "manager", "unitgrid", "fieldsV1", Json.object("f:spec", fields())))),
        "spec",
            Json.object(
                "replicas", 2,
                "selector", Json.object("matchLabels", Json.strings(labels)),
                "template",
                    Json.object(
                        "metadata", Json.object("labels", Json.strings(labels)),
                        "spec",
                            Json.object(
                                "containers",
                                Json.array(container, container),
                                "nodeSelector",
                                Json.object("location", "unit-" + i),
                                "restartPolicy",
                                "Always",
                                "terminationGracePeriodSeconds",
                                30))),
        "status", Json.object("replicas", 2, "readyReplicas", 2, "observedGeneration", 3));
  }

  private static Json fields() {
    List<Json> fields = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      fields.add(Json.object("f:field" + i, Json.emptyObject()));
    }
    return Json.array(fields);
  }

  private static String uid(int i) {
    return "1b4e28ba-2fa1-11d2-883f-" + String.format("%012x", 7_919L * i);
  }

  private static long usedHeap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
