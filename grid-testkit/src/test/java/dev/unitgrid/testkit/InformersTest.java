/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unitgrid.api.ResourceType;
import dev.unitgrid.api.json.Json;
import dev.unitgrid.runtime.reflect.DeltaSink;
import dev.unitgrid.runtime.reflect.Reflector;
import dev.unitgrid.runtime.store.Store;
import dev.unitgrid.runtime.time.SystemScheduler;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Three clients that know nothing of each other follow 50,000 objects while the server starts again
 * and forgets its history.
 */
@Tag("slow")
class InformersTest {
  private static final ResourceType CONFIG_MAP =
      new ResourceType("", "v1", "ConfigMap", "configmaps", true);
  private static final int OBJECTS = 50_000;
  private static final int ROUNDS = 5;

  /** What the events alone say is there: names and versions. */
  private static final class Mirror {
    private final Map<String, String> versions = new ConcurrentHashMap<>();

    void is(String name, String version) {
      versions.put(name, version);
    }

    void isGone(String name) {
      versions.remove(name);
    }
  }

  private static Map<String, String> there(TestCluster cluster) {
    Map<String, String> versions = new HashMap<>();
    cluster
        .list(CONFIG_MAP, "default")
        .forEach(
            map ->
                versions.put(
                    map.get("metadata", "name").asString(""),
                    map.get("metadata", "resourceVersion").asString("")));
    return versions;
  }

  /** Creates, changes and deletes; in the middle the server goes away. */
  private static void round(TestCluster cluster, int round) {
    int first = round * (OBJECTS / ROUNDS);
    for (int i = 0; i < OBJECTS / ROUNDS; i++) {
      cluster.create(
          Json.object(
              "apiVersion",
              "v1",
              "kind",
              "ConfigMap",
              "metadata",
              Json.object("name", "map-" + (first + i)),
              "data",
              Json.object("k", "v")));
      if (i % 10 == 3) {
        cluster.merge(
            CONFIG_MAP,
            "default",
            "map-" + (first + i - 1),
            Json.parse("{\"data\":{\"k\":\"w\"}}"));
      }
      if (i % 100 == 7) {
        cluster.delete(CONFIG_MAP, "default", "map-" + (first + i - 2));
      }
      if (i == OBJECTS / ROUNDS / 2) {
        if (round % 2 == 0) {
          cluster.compact();
        }
        cluster.restart();
      }
    }
  }

  @Test
  void three_kinds_of_clients_miss_nothing_through_restarts_and_compactions() {
    try (TestCluster cluster = TestCluster.start();
        SystemScheduler scheduler = SystemScheduler.start("reflector", 1);
        KubernetesClient fabric8 = fabric8(cluster)) {
      Mirror stockEvents = new Mirror();
      SharedInformerFactory stock = stock(cluster, stockEvents);
      Mirror fabric8Events = new Mirror();
      SharedIndexInformer<ConfigMap> informer = fabric8(fabric8, fabric8Events);
      Store<String> store = new Store<>();
      Reflector<String> reflector = reflector(cluster, scheduler, store);
      try (reflector) {
        for (int round = 0; round < ROUNDS; round++) {
          round(cluster, round);
        }
        Map<String, String> expected = there(cluster);
        assertThat(expected).hasSize(OBJECTS - OBJECTS / 100);
        awaitEqual(cluster, "the stock informer", expected, stockEvents);
        awaitEqual(cluster, "fabric8's informer", expected, fabric8Events);
        cluster
            .await()
            .within(Duration.ofMinutes(3))
            .until("the reflector", () -> versions(store).equals(expected));
        assertThat(cached(stock)).isEqualTo(expected);
        assertThat(cached(informer)).isEqualTo(expected);
      } finally {
        stock.stopAllRegisteredInformers();
        informer.stop();
      }
    }
  }

  private static void awaitEqual(
      TestCluster cluster, String who, Map<String, String> expected, Mirror events) {
    cluster
        .await()
        .within(Duration.ofMinutes(3))
        .until(
            who,
            () -> events.versions.size() == expected.size() && events.versions.equals(expected));
  }

  private static SharedInformerFactory stock(TestCluster cluster, Mirror mirror) {
    ApiClient client = cluster.apiClient("stock");
    CoreV1Api api = new CoreV1Api(client);
    SharedInformerFactory factory = new SharedInformerFactory(client);
    factory
        .sharedIndexInformerFor(
            params ->
                api.listNamespacedConfigMap("default")
                    .resourceVersion(params.resourceVersion)
                    .timeoutSeconds(params.timeoutSeconds)
                    .watch(params.watch)
                    .buildCall(null),
            V1ConfigMap.class,
            V1ConfigMapList.class)
        .addEventHandler(
            new ResourceEventHandler<V1ConfigMap>() {
              @Override
              public void onAdd(V1ConfigMap map) {
                mirror.is(map.getMetadata().getName(), map.getMetadata().getResourceVersion());
              }

              @Override
              public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
                onAdd(after);
              }

              @Override
              public void onDelete(V1ConfigMap map, boolean unknown) {
                mirror.isGone(map.getMetadata().getName());
              }
            });
    factory.startAllRegisteredInformers();
    return factory;
  }

  private static Map<String, String> cached(SharedInformerFactory stock) {
    return stock.getExistingSharedIndexInformer(V1ConfigMap.class).getIndexer().list().stream()
        .collect(
            Collectors.toMap(
                map -> map.getMetadata().getName(), map -> map.getMetadata().getResourceVersion()));
  }

  private static KubernetesClient fabric8(TestCluster cluster) {
    return new KubernetesClientBuilder()
        .withConfig(
            new ConfigBuilder()
                .withAutoConfigure(false)
                .withMasterUrl(cluster.url())
                .withOauthToken("fabric8")
                .withNamespace("default")
                .withWatchReconnectInterval(50)
                .build())
        .build();
  }

  private static SharedIndexInformer<ConfigMap> fabric8(KubernetesClient client, Mirror mirror) {
    return client
        .configMaps()
        .inNamespace("default")
        .inform(
            new io.fabric8.kubernetes.client.informers.ResourceEventHandler<ConfigMap>() {
              @Override
              public void onAdd(ConfigMap map) {
                mirror.is(map.getMetadata().getName(), map.getMetadata().getResourceVersion());
              }

              @Override
              public void onUpdate(ConfigMap before, ConfigMap after) {
                onAdd(after);
              }

              @Override
              public void onDelete(ConfigMap map, boolean unknown) {
                mirror.isGone(map.getMetadata().getName());
              }
            });
  }

  private static Map<String, String> cached(SharedIndexInformer<ConfigMap> informer) {
    return informer.getStore().list().stream()
        .collect(
            Collectors.toMap(
                map -> map.getMetadata().getName(), map -> map.getMetadata().getResourceVersion()));
  }

  private static Reflector<String> reflector(
      TestCluster cluster, SystemScheduler scheduler, DeltaSink<String> sink) {
    Reflector<String> reflector =
        Reflector.<String>of(
                CONFIG_MAP,
                map -> map.get("metadata", "resourceVersion").asString(""),
                sink,
                cluster.transport("reflector"),
                scheduler,
                new Random(1))
            .build();
    reflector.start();
    return reflector;
  }

  private static Map<String, String> versions(Store<String> store) {
    Map<String, String> versions = new TreeMap<>();
    store.items().forEach(item -> versions.put(item.key().name(), item.value()));
    return versions;
  }
}
