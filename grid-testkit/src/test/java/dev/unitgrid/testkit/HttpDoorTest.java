/*
 * Copyright The UnitGrid Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.unitgrid.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.reflect.TypeToken;
import dev.unitgrid.api.ResourceType;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Node;
import io.kubernetes.client.openapi.models.V1NodeList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class HttpDoorTest {
  @Test
  void client_java_creates_reads_and_gets_a_status_for_what_is_not_there() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      CoreV1Api api = new CoreV1Api(cluster.apiClient());
      V1ConfigMap map =
          new V1ConfigMap().metadata(new V1ObjectMeta().name("a")).data(Map.of("k", "v"));
      api.createNamespacedConfigMap("default", map).execute();
      assertThat(api.readNamespacedConfigMap("a", "default").execute().getData())
          .containsEntry("k", "v");
      ApiException missing =
          org.assertj.core.api.Assertions.catchThrowableOfType(
              ApiException.class, () -> api.readNamespacedConfigMap("b", "default").execute());
      assertThat(missing.getCode()).isEqualTo(404);
      assertThat(missing.getResponseBody()).contains("configmaps \\\"b\\\" not found");
    }
  }

  @Test
  void a_stock_informer_follows_the_nodes() {
    try (TestCluster cluster = TestCluster.start()) {
      cluster.nodes("location=beijing", "bj-1");
      ApiClient client = cluster.apiClient();
      CoreV1Api api = new CoreV1Api(client);
      SharedInformerFactory factory = new SharedInformerFactory(client);
      Set<String> seen = ConcurrentHashMap.newKeySet();
      factory
          .sharedIndexInformerFor(
              params ->
                  api.listNode()
                      .resourceVersion(params.resourceVersion)
                      .timeoutSeconds(params.timeoutSeconds)
                      .watch(params.watch)
                      .buildCall(null),
              V1Node.class,
              V1NodeList.class)
          .addEventHandler(
              new ResourceEventHandler<V1Node>() {
                @Override
                public void onAdd(V1Node node) {
                  seen.add(node.getMetadata().getName());
                }

                @Override
                public void onUpdate(V1Node before, V1Node after) {}

                @Override
                public void onDelete(V1Node node, boolean unknown) {
                  seen.remove(node.getMetadata().getName());
                }
              });
      factory.startAllRegisteredInformers();
      try {
        cluster.await().until("bj-1 seen", () -> seen.equals(Set.of("bj-1")));
        cluster.nodes("location=beijing", "bj-2");
        cluster.deleteNode("bj-1");
        cluster.await().until("bj-2 alone", () -> seen.equals(Set.of("bj-2")));
      } finally {
        factory.stopAllRegisteredInformers();
      }
    }
  }

  @Test
  void two_hundred_idle_watches_hold_no_threads() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      ApiClient client = cluster.apiClient();
      CoreV1Api api = new CoreV1Api(client);
      List<Watch<V1Node>> watches = new ArrayList<>();
      try {
        for (int i = 0; i < 200; i++) {
          watches.add(
              Watch.createWatch(
                  client,
                  api.listNode().watch(true).buildCall(null),
                  new TypeToken<Watch.Response<V1Node>>() {}.getType()));
        }
        cluster.await().until("200 watches", () -> cluster.server().openWatches() == 200);
        long busy =
            Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith("unitgrid-testkit-http"))
                .filter(
                    entry ->
                        java.util.Arrays.stream(entry.getValue())
                            .anyMatch(
                                frame -> frame.getClassName().startsWith("dev.unitgrid.testkit")))
                .count();
        assertThat(busy).isLessThan(10);
        cluster.nodes("location=beijing", "bj-1");
        for (Watch<V1Node> watch : watches) {
          assertThat(watch.next().object.getMetadata().getName()).isEqualTo("bj-1");
        }
      } finally {
        for (Watch<V1Node> watch : watches) {
          watch.close();
        }
      }
    }
  }

  @Test
  void the_user_is_the_token_and_the_log_knows_verbs() throws Exception {
    try (TestCluster cluster = TestCluster.start()) {
      ApiClient client =
          io.kubernetes.client.util.Config.fromToken(cluster.server().url(), "somebody", false);
      new CoreV1Api(client).listNode().execute();
      assertThat(cluster.requests())
          .extracting(RecordedRequest::user, RecordedRequest::verb, RecordedRequest::resource)
          .containsExactly(org.assertj.core.groups.Tuple.tuple("somebody", Verb.LIST, "nodes"));
      assertThat(cluster.writes()).isEmpty();
      assertThat(cluster.list(ResourceType.NODE, "")).isEmpty();
    }
  }
}
